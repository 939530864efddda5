//! A program that a test uses, run as a child process.

use std::{
    io::Write,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::Receiver,
    thread,
    time::{Duration, Instant},
};

use crate::{binaries, log::Log, process};

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
    /// Starts it. `./tests/run` installs what the tests start.
    pub fn start(command: &mut Command) -> Self {
        let name = format!("{}", command.get_program().display());
        let child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child =
            child.unwrap_or_else(|error| panic!("{name}: {error}; ./tests/run installs it"));
        let log = Log::default();
        let lines = log.follow(child.stdout.take().expect("stdout is piped"));
        let errors = log.follow(child.stderr.take().expect("stderr is piped"));
        Self { child, log, lines, errors }
    }

    /// Waits for a line of output that contains this text.
    pub fn says(&self, text: &str) {
        let _ = self.line_with(text, DEADLINE);
    }

    /// The same with a limit of its own: the line.
    #[must_use]
    pub fn line_with(&self, text: &str, limit: Duration) -> String {
        self.line_of(&self.lines, text, limit)
    }

    /// Waits for a line among the errors that contains this text.
    pub fn warns(&self, text: &str) {
        let _ = self.line_of(&self.errors, text, DEADLINE);
    }

    fn line_of(&self, lines: &Receiver<String>, text: &str, limit: Duration) -> String {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = lines.recv_timeout(left);
            let line = line
                .unwrap_or_else(|_| panic!("it never said {text:?}, but:\n{}", self.log.text()));
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Says a line to it.
    pub fn tell(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().expect("stdin is piped");
        writeln!(input, "{line}").expect("it listens");
    }

    /// Sends a signal, such as `INT` for Ctrl-C.
    pub fn signal(&self, name: &str) {
        process::signal(self.child.id(), name);
    }

    /// Every line that it has printed so far.
    #[must_use]
    pub fn printed(&self) -> Vec<String> {
        self.log.lines()
    }

    /// Waits for its end, which must be a success.
    pub fn succeeds(self) {
        self.succeeds_within(DEADLINE);
    }

    /// The same with a limit of its own.
    pub fn succeeds_within(self, limit: Duration) {
        let (status, log) = self.ends_within(limit);
        assert!(status.success(), "{status}:\n{log}");
    }

    /// Waits for its end, which must be a failure: what it printed.
    #[must_use]
    pub fn fails(self) -> String {
        let (status, log) = self.ends_within(DEADLINE);
        assert!(!status.success(), "{status}:\n{log}");
        log
    }

    fn ends_within(mut self, limit: Duration) -> (ExitStatus, String) {
        let deadline = Instant::now() + limit;
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

/// Python with the packages of `tests/requirements.txt`.
#[must_use]
pub fn python() -> Command {
    let mut command = Command::new(binaries::target().join("venv/bin/python"));
    command.arg("-u");
    command
}

/// Node in the directory with the packages of `tests/package.json`.
#[must_use]
pub fn node() -> Command {
    let mut command = Command::new("node");
    command.current_dir(binaries::target().join("node"));
    command
}
