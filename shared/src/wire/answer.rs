//! The envelope of every answer of the HTTP API.

use serde::Serialize;

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
