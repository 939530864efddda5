//! What a child process prints, read by threads so that its pipes never fill up.

use std::{
    io::{BufRead, BufReader, Read},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

/// What a failed test shows of a log.
const LAST_LINES: usize = 200;

/// The lines of a process's output and errors, as they came.
#[derive(Debug, Clone, Default)]
pub struct Log {
    lines: Arc<Mutex<Vec<String>>>,
}

impl Log {
    /// Keeps what `pipe` gives, and passes each line on.
    pub fn follow(&self, pipe: impl Read + Send + 'static) -> mpsc::Receiver<String> {
        let (sender, receiver) = mpsc::channel();
        let log = self.clone();
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                log.keep(line.clone());
                // The reader has seen what it waited for and left; the log goes on.
                let _ = sender.send(line);
            }
        });
        receiver
    }

    /// The last lines as one text.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = self.lines();
        lines[lines.len().saturating_sub(LAST_LINES)..].join("\n") + "\n"
    }

    /// All lines from the first on.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, line: String) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}
