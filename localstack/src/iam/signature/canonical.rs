//! The text that a signature is calculated over.

use axum::http::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::authorization::Authorization;
use crate::iam::{Refusal, SignedRequest};

/// Longer than most, so that they are written into memory that is asked for once.
const TEXT_BYTES: usize = 1024;

/// The bytes of a path that its encoding leaves as they are.
const UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Algorithm, time, scope and the hash of the canonical request.
pub fn string_to_sign(
    authorization: &Authorization,
    request: SignedRequest,
) -> Result<String, Refusal> {
    let Authorization { amz_date, scope, signed_headers, .. } = authorization;
    let request = canonical_request(signed_headers, request)?;
    let mut text = String::with_capacity(TEXT_BYTES);
    for part in ["AWS4-HMAC-SHA256\n", amz_date, "\n", scope, "\n"] {
        text.push_str(part);
    }
    add_hash(&mut text, request.as_bytes());
    Ok(text)
}

fn canonical_request(signed_headers: &str, request: SignedRequest) -> Result<String, Refusal> {
    let SignedRequest { method, path, query, headers, body } = request;
    let mut text = String::with_capacity(TEXT_BYTES);
    text.push_str(method.as_str());
    text.push('\n');
    // A path is encoded as it was sent, in which much is encoded already: only S3 does not.
    text.extend(utf8_percent_encode(path, UNRESERVED));
    text.push('\n');
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    pairs.sort_unstable();
    text.push_str(&pairs.join("&"));
    text.push('\n');
    for name in signed_headers.split(';') {
        add_header(&mut text, name, headers)?;
    }
    for part in ["\n", signed_headers, "\n"] {
        text.push_str(part);
    }
    add_hash(&mut text, body);
    Ok(text)
}

/// One line for all values of the header, each without superfluous spaces.
fn add_header(text: &mut String, name: &str, headers: &HeaderMap) -> Result<(), Refusal> {
    let mut values = headers.get_all(name).iter().peekable();
    if values.peek().is_none() {
        return Err(Refusal::Incomplete("'SignedHeaders' names a header that was not sent."));
    }
    text.push_str(name);
    for (index, value) in values.enumerate() {
        text.push(if index == 0 { ':' } else { ',' });
        let value = value.to_str().map_err(|_| Refusal::WrongSignature)?;
        for (index, word) in value.split_ascii_whitespace().enumerate() {
            text.push_str(if index == 0 { "" } else { " " });
            text.push_str(word);
        }
    }
    text.push('\n');
    Ok(())
}

fn add_hash(text: &mut String, bytes: &[u8]) {
    text.push_str(&hex::encode(Sha256::digest(bytes)));
}
