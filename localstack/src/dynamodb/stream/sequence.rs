//! Sequence numbers: where a record stands in its stream.

use std::{fmt, str::FromStr};

/// Digits of a sequence number after the leading 1.
const DIGITS: usize = 20;

/// Its text is a 1 and the number that the engine stores, in twenty digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SequenceNumber(u64);

/// A text that the engine would not give.
#[derive(Debug, thiserror::Error)]
#[error("{0} is no sequence number")]
pub struct NoSequenceNumber(String);

impl SequenceNumber {
    #[cfg(test)]
    pub const fn new(stored: u64) -> Self {
        Self(stored)
    }

    /// As the engine stores it.
    pub fn stored(self) -> u64 {
        self.0
    }

    /// Everything up to here is before this record.
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl fmt::Display for SequenceNumber {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "1{:0DIGITS$}", self.0)
    }
}

impl FromStr for SequenceNumber {
    type Err = NoSequenceNumber;

    fn from_str(text: &str) -> Result<Self, NoSequenceNumber> {
        let digits = text.strip_prefix('1').filter(|digits| digits.len() == DIGITS);
        let stored = digits.and_then(|digits| digits.parse().ok());
        stored.map(Self).ok_or_else(|| NoSequenceNumber(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_number_has_21_digits() {
        let text = "100001761000000000000";
        let number: SequenceNumber = text.parse().unwrap();
        assert_eq!((number.stored(), number.to_string().as_str()), (1_761_000_000_000_000, text));
        assert!("5".parse::<SequenceNumber>().is_err());
    }
}
