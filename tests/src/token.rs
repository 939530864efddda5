//! Access tokens: those that the tests sign, and those that the program prints.

use std::{
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::{binaries, target};

/// What tokens are signed with, unless a test says otherwise.
pub const SECRET: &str = "a secret that only these tests know";

/// What a good token says: this user, for an hour.
#[must_use]
pub fn claims(user: u64) -> Value {
    json!({ "sub": user.to_string(), "exp": after(3_600) })
}

/// A token with [`SECRET`] as its key, or with that of the deployment that the environment names.
#[must_use]
pub fn signed(claims: &Value) -> String {
    let secret = target::jwt_secret().unwrap_or_else(|| SECRET.to_owned());
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::default(), claims, &key).expect("a token")
}

/// What `localstack token` prints with these arguments: signed with the machine's own secret.
#[must_use]
pub fn local(arguments: &[&str]) -> String {
    let mut program = Command::new(binaries::directory().join("localstack"));
    let printed = program.arg("token").args(arguments).output().expect("the program starts");
    assert!(printed.status.success(), "{printed:?}");
    String::from_utf8(printed.stdout).expect("a token is text").trim().to_owned()
}

/// Seconds since 1970, this many from now.
#[expect(clippy::disallowed_methods, reason = "tokens are for the time at which the tests run")]
#[must_use]
pub fn after(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    i64::try_from(now.as_secs()).expect("not that late") + seconds
}
