//! The opaque ids of API Gateway, for requests, messages and connections alike.

use base64::{Engine, engine::general_purpose::URL_SAFE};
use uuid::Uuid;

/// Eleven bytes are sixteen characters, the last of them `=`.
const BYTES: usize = 11;
/// Longer than any id API Gateway has been seen to give.
const MAX_LENGTH: usize = 128;

/// A new id such as `L0SM9cOFvHcCIhw=`.
pub fn random() -> String {
    let bytes = Uuid::new_v4();
    URL_SAFE.encode(&bytes.as_bytes()[..BYTES])
}

/// Whether a text could be an id, of a connection that may or may not exist: API Gateway answers 400
/// when it could not, and 410 when there is no such connection.
pub fn is_well_formed(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len() <= MAX_LENGTH
        && text.len().is_multiple_of(4)
        && (1..=2).contains(&(text.len() - body.len()))
        && !body.is_empty()
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_+/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_looks_like_one_of_api_gateway_and_is_never_given_twice() {
        let (one, other) = (random(), random());
        assert_ne!(one, other);
        assert_eq!(one.len(), 16);
        assert!(one.ends_with('='));
        assert!(is_well_formed(&one));
    }

    #[test]
    fn what_is_not_base64_with_padding_is_malformed() {
        assert!(is_well_formed("L0SM9cOFvHcCIhw="));
        for text in ["", "=", "abc", "abcd", "nonsense!!!!!!!=", "L0SM9cOFvHcCIh==="] {
            assert!(!is_well_formed(text), "{text}");
        }
    }
}
