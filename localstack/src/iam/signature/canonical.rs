//! The text that a signature is calculated over.

use std::fmt::Write;

use axum::http::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::authorization::Authorization;
use crate::iam::{Refusal, SignedRequest};

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
    Ok(format!("AWS4-HMAC-SHA256\n{amz_date}\n{scope}\n{}", hash(request.as_bytes())))
}

fn canonical_request(signed_headers: &str, request: SignedRequest) -> Result<String, Refusal> {
    let SignedRequest { method, path, query, headers, body } = request;
    // A path is encoded as it was sent, in which much is encoded already: only S3 does not.
    let mut text = format!("{method}\n{}\n", utf8_percent_encode(path, UNRESERVED));
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    pairs.sort_unstable();
    text += &pairs.join("&");
    text.push('\n');
    for name in signed_headers.split(';') {
        add_header(&mut text, name, headers)?;
    }
    let _ = write!(text, "\n{signed_headers}\n{}", hash(body));
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

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
