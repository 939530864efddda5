//! Access tokens as attackers and identity providers make them, against the verifier.

mod issuer;
mod key_server;
mod keys;
mod remote_keys;
mod tokens;
