//! The direction of dependencies, read from the `use` lines and paths of the sources:
//! domain ← store, broadcast, wire ← app, lambda; and the edge knows nothing of the chat.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

mod source;

use source::{crates_of, modules_of, sources};

/// What each layer of `shared` may name of the others. Lower layers know less.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("wire", &["domain"]),
    ("broadcast", &["domain", "store", "wire"]),
];

/// Crates that rules about rooms and members have no business with.
const FOREIGN_TO_DOMAIN: [&str; 5] = ["aws_", "lambda_http", "tokio", "serde_dynamo", "tracing"];

#[test]
fn a_lower_layer_of_shared_never_names_a_higher_one() {
    for (layer, allowed) in ALLOWED {
        let files = sources(&format!("shared/src/{layer}"));
        assert!(!files.is_empty(), "there is no layer {layer}");
        for file in files {
            for named in modules_of(&file) {
                let fine = named == *layer || allowed.contains(&named.as_str());
                assert!(fine, "{}: {layer} must not know of {named}", file.path.display());
            }
        }
    }
}

#[test]
fn the_domain_names_no_cloud_and_no_runtime() {
    for file in sources("shared/src/domain") {
        for name in crates_of(&file) {
            let foreign = FOREIGN_TO_DOMAIN.iter().any(|prefix| name.starts_with(prefix));
            assert!(!foreign, "{}: the domain must not know of {name}", file.path.display());
        }
    }
}

#[test]
fn the_edge_knows_nothing_of_the_chat() {
    for file in sources("localstack/src") {
        for name in crates_of(&file) {
            let chat = ["shared", "functions"].contains(&name.as_str());
            assert!(!chat, "{}: the edge must not know of {name}", file.path.display());
        }
        for word in ["/ws/chat", "/api/v1/chat", "room_id", "member_online"] {
            let known = file.code().contains(word);
            assert!(!known, "{}: the edge must not know of {word}", file.path.display());
        }
    }
    for manifest in ["localstack/Cargo.toml", "tests/Cargo.toml"] {
        let text = source::read(manifest);
        for line in text.lines() {
            let chat = line.starts_with("shared") || line.starts_with("functions");
            assert!(!chat, "{manifest}: {line}");
        }
    }
}

#[test]
fn only_the_keys_module_writes_the_separator() {
    for file in sources("shared/src") {
        let in_keys = file.path.ends_with("store/keys.rs");
        let separated = ["USER#", "ROOM#", "CONN#", "#MSG", "MEMBER#", "TICKET#"];
        let found = separated.iter().find(|key| file.code().contains(**key));
        assert!(in_keys || found.is_none(), "{}: {found:?}", file.path.display());
    }
}

#[test]
fn handlers_fit_on_a_screen() {
    for file in sources("functions/src/bin") {
        let lines = file.text.lines().count();
        assert!(lines <= 110, "{} has {lines} lines", file.path.display());
        assert!(file.text.starts_with("//!"), "{} says no route", file.path.display());
    }
}
