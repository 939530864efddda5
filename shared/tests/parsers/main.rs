//! Every parser of what a client sends, with inputs that nobody thought of: none panics, none blames
//! the server, and what is refused is refused in a sentence.

mod bodies;
mod inputs;
mod texts;
mod tokens;

use proptest::test_runner::{Config, TestCaseError};
use shared::error::Error;

/// How often each property is tried.
const CASES: u32 = 10_000;
/// The longest sentence, in characters: what it quotes is cut.
const LONGEST: usize = 400;

/// A failure is shown with its input: no file has to keep it.
fn often() -> Config {
    Config { cases: CASES, failure_persistence: None, ..Config::default() }
}

/// Whatever is wrong with an input is its sender's mistake.
fn senders_mistake(error: impl Into<Error>) -> Result<(), TestCaseError> {
    let error: Error = error.into();
    let (status, message) = (error.answer().status, error.public_message());
    let is_clear = !message.is_empty() && message.chars().count() <= LONGEST;
    if (400..500).contains(&status) && is_clear {
        return Ok(());
    }
    Err(TestCaseError::fail(format!("{status}: {message}")))
}
