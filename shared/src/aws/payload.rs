//! What a request carries.

use aws_smithy_types::body::SdkBody;
use sha2::{Digest, Sha256};

/// Bytes, with what every signature over them contains: worked out once, not once per request.
#[derive(Debug)]
pub struct Payload {
    bytes: SdkBody,
    pub(super) length: String,
    pub(super) sha256: String,
}

impl Payload {
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

impl Default for Payload {
    /// Nothing.
    fn default() -> Self {
        Self::new(Vec::new())
    }
}
