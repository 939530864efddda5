//! Another language's program, run as a child process.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::Receiver,
    thread,
    time::{Duration, Instant},
};

use tests::{binaries, log::Log};

/// Browsers and interpreters start slowly on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// A running program, killed when the test ends.
pub struct Program {
    child: Child,
    log: Log,
    lines: Receiver<String>,
}

impl Program {
    pub fn start(command: &mut Command) -> Self {
        let name = format!("{}", command.get_program().display());
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child =
            child.unwrap_or_else(|error| panic!("{name}: {error}; ./tests/run installs it"));
        let log = Log::default();
        let lines = log.follow(child.stdout.take().unwrap());
        log.follow(child.stderr.take().unwrap());
        Self { child, log, lines }
    }

    /// Waits for a line of output that contains this text.
    pub fn says(&self, text: &str) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line
                .unwrap_or_else(|_| panic!("it never said {text:?}, but:\n{}", self.log.text()));
            if line.contains(text) {
                return;
            }
        }
    }

    /// Every line that it has printed so far.
    pub fn printed(&self) -> Vec<String> {
        self.log.lines()
    }

    /// Waits for its end, which must be a success.
    pub fn succeeds(mut self) {
        let deadline = Instant::now() + DEADLINE;
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() > deadline => panic!("it did not end:\n{}", self.log.text()),
                None => thread::sleep(Duration::from_millis(20)),
            }
        };
        assert!(status.success(), "{status}:\n{}", self.log.text());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file beside these tests.
pub fn file(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/guide")).join(name)
}

/// The guide's example, with nothing changed but the port.
pub fn example(name: &str, port: u16) -> String {
    let code = fs::read_to_string(file("examples").join(name)).unwrap();
    assert!(code.contains("localhost:3000"), "{name} talks to nobody");
    code.replace("localhost:3000", &format!("localhost:{port}"))
}

/// Writes a file for a program to read.
pub fn write(stack_port: u16, name: &str, text: &str) -> PathBuf {
    let directory = binaries::target().join("tmp").join(format!("guide-{stack_port}"));
    fs::create_dir_all(&directory).unwrap();
    let path = directory.join(name);
    fs::write(&path, text).unwrap();
    path
}

/// Python with the packages of `tests/requirements.txt`.
pub fn python() -> Command {
    let mut command = Command::new(binaries::target().join("venv/bin/python"));
    command.arg("-u");
    command
}

/// Node in the directory with the packages of `tests/package.json`.
pub fn node() -> Command {
    let mut command = Command::new("node");
    command.current_dir(binaries::target().join("node"));
    command
}
