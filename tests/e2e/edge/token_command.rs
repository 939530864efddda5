//! `localstack token`, and the secret that it signs with.

use std::process::{Command, Output};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};
use tests::{binaries, token::SECRET};

/// Runs the program to its end, without what the environment says.
fn run(arguments: &[&str]) -> Output {
    let mut program = Command::new(binaries::directory().join("localstack"));
    program.args(arguments).env_remove("JWT_SECRET").env_remove("RUST_LOG");
    program.output().expect("the edge starts")
}

/// What the program prints when it succeeds and says nothing else.
fn printed(arguments: &[&str]) -> String {
    let output = run(arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    text(&output.stdout)
}

#[test]
fn the_token_command_prints_a_token_and_nothing_else() {
    let arguments = ["token", "--user", "123", "--name", "존", "--jwt-secret", SECRET];
    let printed = printed(&arguments);
    let token = printed.strip_suffix('\n').expect("one line");
    assert!(!token.contains(char::is_whitespace), "{token:?}");
    let key = DecodingKey::from_secret(SECRET.as_bytes());
    let decoded = decode::<Value>(token, &key, &Validation::new(Algorithm::HS256)).unwrap();
    assert_eq!((&decoded.claims["sub"], &decoded.claims["name"]), (&json!("123"), &json!("존")));
    let lifetime =
        decoded.claims["exp"].as_i64().unwrap() - decoded.claims["iat"].as_i64().unwrap();
    assert_eq!(lifetime, 86_400);
}

#[test]
fn a_short_secret_is_refused_in_one_clear_line() {
    for arguments in [
        vec!["--auth", "required", "--jwt-secret", "short", "--port", "0"],
        vec!["--jwt-secret", "short", "--port", "0"],
        vec!["token", "--user", "1", "--jwt-secret", "short"],
        vec!["--auth", "required", "--jwt-secret", "", "--port", "0"],
    ] {
        let output = run(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{arguments:?}");
        let length = if arguments.contains(&"short") { 5 } else { 0 };
        let expected =
            format!("error: --jwt-secret must have at least 32 bytes, this has {length}\n");
        assert_eq!(said, expected, "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_token_is_for_a_user() {
    for user in ["0", "-1", "abc", ""] {
        assert!(
            !run(&["token", "--user", user, "--jwt-secret", SECRET]).status.success(),
            "{user}"
        );
    }
}
