//! What functions print: whole lines to the edge's stderr, each with the function's name.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// Lines kept to say why a process ended.
const KEPT_LINES: usize = 3;

/// The last lines that a process wrote to stderr. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct LastLines {
    lines: Arc<Mutex<VecDeque<String>>>,
}

impl LastLines {
    /// The lines as one, or nothing.
    pub fn joined(&self) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" | ")
    }

    fn push(&self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }
}

/// Copies a process's output until it ends, and keeps the last lines when asked to.
pub async fn copy(function: String, output: impl AsyncRead + Unpin, kept: Option<LastLines>) {
    let mut reader = BufReader::new(output);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).await.is_ok_and(|length| length > 0) {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        if let Some(kept) = &kept {
            kept.push(text);
        }
        // One write holds the lock of stderr, so lines never mix. A closed stderr is no reason to end.
        let _ = io::stderr().write_all(format!("{function}: {text}\n").as_bytes());
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_lines_are_kept_in_one() {
        let kept = LastLines::default();
        let output = b"one\ntwo\n\n  three \xff\nfour".as_slice();
        copy("Function".into(), output, Some(kept.clone())).await;
        assert_eq!(kept.joined(), "two | three \u{fffd} | four");
    }
}
