//! What is posted.

use aws_smithy_types::body::SdkBody;
use sha2::{Digest, Sha256};

/// A frame, with what every signature of it contains: worked out once, not once per socket.
#[derive(Debug)]
pub struct Frame {
    bytes: SdkBody,
    pub(super) length: String,
    pub(super) sha256: String,
}

impl Frame {
    /// A frame of these bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        let sha256 = hex::encode(Sha256::digest(&bytes));
        Self { length: bytes.len().to_string(), bytes: bytes.into(), sha256 }
    }

    /// The bytes as a request's body: shared, not copied.
    pub(super) fn body(&self) -> SdkBody {
        self.bytes.try_clone().expect("bytes in memory can be cloned")
    }
}
