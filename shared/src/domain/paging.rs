//! Which part of a list is asked for.

use std::str::FromStr;

/// How many entries a page has: 1 to 200, 50 unless asked otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(usize);

/// Why a parameter of a list is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPage {
    /// Not a page size.
    #[error("must be a number from 1 to 200")]
    Limit,
    /// Not a message id, and not 0.
    #[error("must be 0 or the id of a message")]
    Mark,
}

impl Limit {
    /// The number of entries.
    #[must_use]
    pub fn get(self) -> usize {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl FromStr for Limit {
    type Err = InvalidPage;

    fn from_str(text: &str) -> Result<Self, InvalidPage> {
        let limit = digits(text).ok_or(InvalidPage::Limit)?;
        usize::try_from(limit)
            .ok()
            .filter(|limit| (1..=200).contains(limit))
            .map(Self)
            .ok_or(InvalidPage::Limit)
    }
}

/// A place in a room's sequence: after no message, or after this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(u64);

impl Mark {
    /// The id of the message, 0 for none.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }
}

impl FromStr for Mark {
    type Err = InvalidPage;

    fn from_str(text: &str) -> Result<Self, InvalidPage> {
        digits(text).filter(|mark| *mark < 1 << 53).map(Self).ok_or(InvalidPage::Mark)
    }
}

fn digits(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbers_within_bounds() {
        assert_eq!("200".parse::<Limit>().map(Limit::get), Ok(200));
        for text in ["0", "201", "", "-1", "ten", "1.5", "99999999999999999999"] {
            assert_eq!(text.parse::<Limit>(), Err(InvalidPage::Limit), "{text}");
        }
        assert_eq!("0".parse::<Mark>().map(Mark::get), Ok(0));
        assert_eq!("-1".parse::<Mark>(), Err(InvalidPage::Mark));
    }
}
