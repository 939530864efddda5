//! A program that a test uses, run as a child process.

use std::{
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::Receiver,
    thread,
    time::{Duration, Instant},
};

use crate::{log::Log, process};

/// Browsers and interpreters start slowly on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// A running program, killed when the test ends.
#[derive(Debug)]
pub struct Program {
    child: Child,
    log: Log,
    lines: Receiver<String>,
    errors: Receiver<String>,
}

impl Program {
    /// Starts it with nothing to read.
    pub fn start(command: &mut Command) -> Self {
        let name = format!("{}", command.get_program().display());
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child =
            child.unwrap_or_else(|error| panic!("{name}: {error}; ./tests/run installs it"));
        let log = Log::default();
        let lines = log.follow(child.stdout.take().expect("stdout is piped"));
        let errors = log.follow(child.stderr.take().expect("stderr is piped"));
        Self { child, log, lines, errors }
    }

    /// Waits for a line of output that contains this text.
    pub fn says(&self, text: &str) {
        self.prints(&self.lines, text);
    }

    /// Waits for a line among the errors that contains this text.
    pub fn warns(&self, text: &str) {
        self.prints(&self.errors, text);
    }

    fn prints(&self, lines: &Receiver<String>, text: &str) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = lines.recv_timeout(left);
            let line = line
                .unwrap_or_else(|_| panic!("it never said {text:?}, but:\n{}", self.log.text()));
            if line.contains(text) {
                return;
            }
        }
    }

    /// Every line that it has printed so far.
    #[must_use]
    pub fn printed(&self) -> Vec<String> {
        self.log.lines()
    }

    /// Sends a signal, such as `INT` for Ctrl-C.
    pub fn signal(&self, name: &str) {
        process::signal(self.child.id(), name);
    }

    /// Waits for its end, which must be a success.
    pub fn succeeds(self) {
        let (status, log) = self.ends();
        assert!(status.success(), "{status}:\n{log}");
    }

    /// Waits for its end, which must be a failure: what it printed.
    #[must_use]
    pub fn fails(self) -> String {
        let (status, log) = self.ends();
        assert!(!status.success(), "{status}:\n{log}");
        log
    }

    fn ends(mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + DEADLINE;
        let status = loop {
            match self.child.try_wait().expect("it is our child") {
                Some(status) => break status,
                None if Instant::now() > deadline => panic!("it did not end:\n{}", self.log.text()),
                None => thread::sleep(Duration::from_millis(20)),
            }
        };
        for pipe in [&self.lines, &self.errors] {
            while pipe.recv_timeout(DEADLINE).is_ok() {}
        }
        (status, self.log.text())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
