//! The edge as a child process: started on a free port, ended with the test.

use std::{
    ffi::OsStr,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::Receiver,
    thread,
    time::{Duration, Instant},
};

use crate::{binaries, log::Log, process, signature::developer};

const START: Duration = Duration::from_secs(20);
const STOP: Duration = Duration::from_secs(10);

/// A running `localstack` program.
#[derive(Debug)]
pub struct Edge {
    child: Child,
    /// Every line that it has printed so far.
    pub log: Log,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

impl Edge {
    /// Starts the program with these arguments and does not wait for anything.
    pub fn spawn(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        Self::spawn_with(arguments, &[])
    }

    /// The same with these variables on top of the environment of the tests.
    pub fn spawn_with(
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        environment: &[(&str, &str)],
    ) -> Self {
        let mut program = Command::new(binaries::directory().join("localstack"));
        let secret = developer();
        program.env("CHAT_DEVELOPER_SECRET", secret.secret_access_key());
        Self::run(program.args(arguments).envs(environment.iter().copied()))
    }

    /// The same for a program with arguments and an environment.
    pub fn run(program: &mut Command) -> Self {
        let mut child = program
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the edge starts");
        let log = Log::default();
        let stdout = log.follow(child.stdout.take().expect("stdout is piped"));
        let stderr = log.follow(child.stderr.take().expect("stderr is piped"));
        Self { child, log, stdout, stderr }
    }

    /// Waits for the line that says `Ready`, and gives the port that the edge printed before it.
    #[must_use]
    pub fn ready(&self) -> u16 {
        let deadline = Instant::now() + START;
        let mut port = None;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.stdout.recv_timeout(left) else {
                panic!("the edge ended or was not ready within {START:?}:\n{}", self.log.text());
            };
            port = port.or_else(|| printed_port(&line));
            if line.contains("Ready") {
                return port.expect("the edge prints its URL before it is ready");
            }
        }
    }

    /// The id of the process, whose children are the functions.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, such as `INT` for Ctrl-C.
    pub fn signal(&self, name: &str) {
        process::signal(self.id(), name);
    }

    /// Waits for the end of the process and of what it prints.
    pub fn ended(&mut self) -> ExitStatus {
        let Some(status) = self.end_within(STOP) else {
            panic!("the edge did not end within {STOP:?}:\n{}", self.log.text());
        };
        for pipe in [&self.stdout, &self.stderr] {
            while pipe.recv_timeout(STOP).is_ok() {}
        }
        status
    }

    fn end_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            match self.child.try_wait().expect("the edge is our child") {
                Some(status) => return Some(status),
                None if Instant::now() > deadline => return None,
                None => thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("---- the edge's last lines ----\n{}", self.log.text());
        }
        if matches!(self.child.try_wait(), Ok(None)) {
            self.signal("TERM");
            if self.end_within(STOP).is_none() {
                // Nothing is left to do when even this fails.
                let _ = self.child.kill();
                let _ = self.child.wait();
            }
        }
    }
}

fn printed_port(line: &str) -> Option<u16> {
    let url = line.split_whitespace().find(|word| word.starts_with("http://"))?;
    url.rsplit_once(':')?.1.parse().ok()
}
