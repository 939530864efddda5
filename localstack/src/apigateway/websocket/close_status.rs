//! How a socket was closed: the code and the reason that a close frame has and `$disconnect` gets.

use tokio_tungstenite::tungstenite::{
    Error, Utf8Bytes,
    error::ProtocolError,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

/// Longest reason in bytes: a control frame holds 125 (RFC 6455, 5.5), and two of them are the code.
const REASON_BYTES: usize = 123;

/// A close code and its reason, as sent to the client or received from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseStatus {
    pub code: u16,
    pub reason: Utf8Bytes,
}

impl CloseStatus {
    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Utf8Bytes::from_static(reason) }
    }

    /// `DELETE /@connections/{id}` was called.
    pub const DELETED: Self = Self::new(1000, "Connection Closed Normally");
    /// Idle, too old, or the edge shuts down.
    pub const GOING_AWAY: Self = Self::new(1001, "Going away");
    /// The client broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self::new(1002, "Protocol error");
    /// The client sent a binary frame, which API Gateway does not take.
    pub const UNSUPPORTED: Self = Self::new(1003, "Binary frames are not supported");
    /// The client went without a close frame.
    pub const LOST: Self = Self::new(1006, "Connection closed without a close frame");
    /// The client left its frames unread for too long.
    pub const TOO_SLOW: Self = Self::new(1006, "Client does not read");
    /// A text frame that is not UTF-8.
    pub const NOT_TEXT: Self = Self::new(1007, "Text is not UTF-8");
    /// A frame or a message beyond the limits.
    pub const TOO_BIG: Self = Self::new(1009, "Message too big");
    /// `$connect` gave no answer.
    pub const SERVER_ERROR: Self = Self::new(1011, "Internal server error");

    /// The client closed, with or without a code.
    pub fn by_client(frame: Option<CloseFrame>) -> Self {
        match frame {
            Some(frame) => Self { code: frame.code.into(), reason: frame.reason },
            None => Self::new(1005, "Client-side close frame status not set"),
        }
    }

    /// What a refused `$connect` asks for, when the code may be sent and the reason fits.
    pub fn requested(code: u16, reason: &str) -> Option<Self> {
        let sendable = CloseCode::from(code).is_allowed() && (1000..5000).contains(&code);
        (sendable && reason.len() <= REASON_BYTES).then(|| Self { code, reason: reason.into() })
    }

    /// What an error of the connection means.
    pub fn from_error(error: &Error) -> Self {
        match error {
            Error::Capacity(_) => Self::TOO_BIG,
            Error::Utf8(_) => Self::NOT_TEXT,
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::LOST,
            Error::Protocol(_) => Self::PROTOCOL_ERROR,
            _ => Self::LOST,
        }
    }

    /// The close frame. 1005 and 1006 only ever name a frame that did not come, so they are not sent.
    pub fn frame(&self) -> CloseFrame {
        CloseFrame { code: self.code.into(), reason: self.reason.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_that_may_be_sent_are_requested() {
        for code in [1000, 1002, 1003, 1011, 3000, 4999] {
            assert!(CloseStatus::requested(code, "because").is_some(), "{code}");
        }
        for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, u16::MAX] {
            assert!(CloseStatus::requested(code, "because").is_none(), "{code}");
        }
        assert!(CloseStatus::requested(1000, &"x".repeat(124)).is_none());
    }

    #[test]
    fn a_close_frame_without_a_code_is_1005() {
        let status = CloseStatus::by_client(None);
        assert_eq!(status.code, 1005);
        assert_eq!(status.reason.as_str(), "Client-side close frame status not set");
    }
}
