//! The envelope of every answer of the HTTP API.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::json::EncodeError;

/// What the entries of a list may take: an answer of a function has at most 6 MB (AWS Lambda,
/// quotas), in which the body is one more JSON string.
const ENTRIES_AT_MOST: usize = 5_500_000;

/// `{"success":true,"message":…,"data":…}`, and for a part of a list `"page":{…}`.
#[derive(Debug, Serialize)]
pub struct Answer<'a, T, P = ()> {
    success: bool,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<P>,
}

impl<'a, T> Answer<'a, T> {
    /// What was done, and what came of it.
    #[must_use]
    pub fn new(message: &'a str, data: Option<T>) -> Self {
        Self { success: true, message, data, page: None }
    }

    /// The same as a part of a list.
    #[must_use]
    pub fn with_page<P>(self, page: P) -> Answer<'a, T, P> {
        let Self { success, message, data, .. } = self;
        Answer { success, message, data, page: Some(page) }
    }
}

/// The first entries of a list, as many as an answer has room for. One always fits.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Fitting {
    entries: Vec<Box<RawValue>>,
    #[serde(skip)]
    is_cut: bool,
}

impl Fitting {
    pub fn of<T: Serialize>(list: impl IntoIterator<Item = T>) -> Result<Self, EncodeError> {
        let (mut entries, mut size) = (Vec::new(), 0);
        for entry in list {
            let entry = to_raw_value(&entry)?;
            size += size_in_a_string(entry.get());
            if size > ENTRIES_AT_MOST && !entries.is_empty() {
                return Ok(Self { entries, is_cut: true });
            }
            entries.push(entry);
        }
        Ok(Self { entries, is_cut: false })
    }

    /// The same entries in another order, by a key of each one's index in the list.
    #[must_use]
    pub fn sorted_by_key<K: Ord>(self, key: impl Fn(usize) -> K) -> Self {
        let mut entries: Vec<_> = self.entries.into_iter().enumerate().collect();
        entries.sort_by_key(|(index, _)| key(*index));
        let entries = entries.into_iter().map(|(_, entry)| entry).collect();
        Self { entries, is_cut: self.is_cut }
    }

    /// Whether some of the list did not fit.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// How many did.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.len()
    }
}

/// In a JSON string quotes and backslashes have a backslash before them.
fn size_in_a_string(json: &str) -> usize {
    json.len() + json.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count() + 1
}

/// How a list of messages goes on.
#[derive(Debug, Serialize)]
pub struct MessagesPage {
    /// Whether there are more in the direction that was asked for.
    pub has_more: bool,
    /// The newest id of the room. A client that has it has everything.
    pub last_message_id: u64,
}

/// How another list goes on.
#[derive(Debug, Serialize)]
pub struct Page {
    /// Whether there are more.
    pub has_more: bool,
    /// What to pass as `cursor` to get them.
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Failure<'a> {
    success: bool,
    message: &'a str,
    error: Code<'a>,
}

#[derive(Debug, Serialize)]
struct Code<'a> {
    code: &'a str,
}

impl<'a> Failure<'a> {
    /// What was wrong, for people and for programs.
    #[must_use]
    pub fn new(code: &'a str, message: &'a str) -> Self {
        Self { success: false, message, error: Code { code } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_the_largest_messages_is_cut_below_what_lambda_takes() {
        for text in ["\u{1}".repeat(16_000), "\"".repeat(16_000), "\u{1f600}".repeat(16_000)] {
            let page = Fitting::of(std::iter::repeat_n(&text, 200)).unwrap();
            let body = serde_json::to_string(&Answer::new("Messages", Some(&page))).unwrap();
            let answer = serde_json::to_string(&body).unwrap();
            assert!(answer.len() < 6_000_000, "{}", answer.len());
            assert!(page.count() >= 40 && page.is_cut() == (page.count() < 200));
        }
    }

    #[test]
    fn entries_in_another_order_are_the_same_ones() {
        let texts = ["b", "c", "a"];
        let page = Fitting::of(texts).unwrap().sorted_by_key(|index| texts[index]);
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"["a","b","c"]"#);
        let cut = Fitting::of(vec!["x".repeat(ENTRIES_AT_MOST - 100); 2]).unwrap();
        let cut = cut.sorted_by_key(|index| index);
        assert_eq!((cut.count(), cut.is_cut()), (1, true));
    }
}
