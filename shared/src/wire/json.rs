//! Answers and frames as bytes.

use serde::Serialize;

/// A shape of ours that serde cannot write: a defect, and the caller must not get half of it.
#[derive(Debug, thiserror::Error)]
#[error("an answer or frame cannot be written as JSON")]
pub struct EncodeError(#[from] serde_json::Error);

/// The JSON of an answer or a frame.
pub fn encode(shape: &impl Serialize) -> Result<Vec<u8>, EncodeError> {
    Ok(serde_json::to_vec(shape)?)
}
