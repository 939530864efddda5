//! Who is calling: access tokens, and the mode in which they are asked for.

mod claims;
mod key_set;
mod keys;
mod mode;
mod verifier;

pub use claims::Claims;
pub use keys::{KeyError, KeySource};
pub use mode::AuthMode;
pub use verifier::{Algorithm, Rules, TokenError, Verifier};
