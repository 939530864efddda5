//! Who is calling: access tokens, and the mode in which they are asked for.

mod claims;
mod error;
mod key_set;
mod keys;
mod mode;
mod remote_set;
mod strength;
mod verifier;

pub use claims::Claims;
pub use error::{KeyError, TokenError};
pub use keys::KeySource;
pub use mode::AuthMode;
pub use verifier::{Algorithm, Rules, Verifier};
