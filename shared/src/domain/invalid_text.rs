//! What can be wrong with a text.

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// More characters than allowed.
    #[error("must be at most {most} characters, this has {length}")]
    TooLong {
        /// The limit in characters.
        most: usize,
        length: usize,
    },
    /// A character that lies: see [`Name`](super::Name) and [`MessageText`](super::MessageText).
    #[error("must not have {} there: it cannot be seen, or changes how others are read", point(*.0))]
    Hidden(char),
    /// Something else is expected there.
    #[error("must be {0}")]
    Malformed(&'static str),
}

/// What Unicode calls a character, which cannot be shown.
fn point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}
