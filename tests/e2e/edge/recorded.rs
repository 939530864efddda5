//! Events as AWS makes them have the members that the edge's events have, of the same types.
//!
//! What the edge sends is compared with `edge/events` by the end-to-end tests. Those of `edge/recorded`
//! have exactly their members, and are what the functions' side parses in `shared`. Those of
//! `edge/published` come from other people's deployments and from AWS's samples: `index.json` says
//! from where each is, and gives a reason for every difference.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

/// Their members are the request's or the item's, not those of AWS.
const OPAQUE: [&str; 6] = [
    ".queryStringParameters",
    ".multiValueQueryStringParameters",
    ".pathParameters",
    ".Records[].dynamodb.Keys",
    ".Records[].dynamodb.NewImage",
    ".Records[].dynamodb.OldImage",
];
const MAY_BE_COPIED: [&str; 3] = ["Apache-2.0", "MIT", "MIT-0"];

/// An entry of `index.json`.
#[derive(Deserialize)]
struct Published {
    file: String,
    /// The edge's own event of this kind.
    like: String,
    source: String,
    licence: String,
    /// Members that only the edge's event has, each with the reason.
    #[serde(default)]
    ours: Reasons,
    /// Members that only the published event has.
    #[serde(default)]
    theirs: Reasons,
}

type Reasons = BTreeMap<String, String>;

/// The type of each member, by its path.
type Members = BTreeMap<String, &'static str>;

fn directory(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("edge").join(name)
}

fn read(file: &str) -> Value {
    let text = fs::read_to_string(directory(file)).expect("a fixture");
    serde_json::from_str(&text).expect("a fixture is JSON")
}

fn members(file: &str) -> Members {
    let mut found = Members::new();
    collect("", &read(file), &mut found);
    found
}

fn collect(path: &str, value: &Value, found: &mut Members) {
    found.insert(path.to_owned(), kind(value));
    match value {
        Value::Object(members) if !OPAQUE.contains(&path) => {
            for (name, member) in members {
                collect(&format!("{path}.{name}"), member, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(&format!("{path}[]"), item, found);
            }
        }
        _ => {}
    }
}

/// A text in angle brackets stands for a value of another type, see [`super::fixture`].
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(text) => match text.as_str() {
            "<epoch ms>" | "<epoch s>" | "<number>" => "number",
            "<object>" => "object",
            _ => "string",
        },
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The members that the others have not got.
fn alone(members: &Members, others: &Members) -> Vec<String> {
    members.keys().filter(|path| !others.contains_key(*path)).cloned().collect()
}

/// Each difference has a reason, and each reason a difference. A member's reason is that of all in it.
fn expect_reasons(whose: &str, differences: &[String], reasons: &Reasons) {
    let explains = |reason: &String, path: &String| {
        let rest = path.strip_prefix(reason.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let unexplained = differences.iter();
    let unexplained: Vec<_> =
        unexplained.filter(|path| !reasons.keys().any(|reason| explains(reason, path))).collect();
    assert!(unexplained.is_empty(), "only {whose} has {unexplained:#?}, for no reason");
    let needless = reasons.keys();
    let needless: Vec<_> =
        needless.filter(|reason| !differences.iter().any(|path| explains(reason, path))).collect();
    assert!(needless.is_empty(), "a reason for {needless:#?}, which not only {whose} has");
}

#[test]
fn the_edges_events_have_the_members_of_recorded_ones() {
    let of_nobodys_headers = |file: String| {
        let mut members = members(&file);
        // Which headers there are is the client's business.
        members.retain(|path, _| !path.contains("eaders."));
        members
    };
    for name in ["connect.json", "message.json", "disconnect.json", "http_post.json"] {
        let (events, recorded) = (format!("events/{name}"), format!("recorded/{name}"));
        assert_eq!(of_nobodys_headers(events), of_nobodys_headers(recorded), "{name}");
    }
}

#[test]
fn the_edges_events_differ_from_published_ones_for_a_reason_only() {
    let index = serde_json::from_value::<Vec<Published>>(read("published/index.json"));
    let index = index.expect("an index of published events");
    for Published { file, like, source, licence, ours, theirs } in &index {
        let edges = members(&format!("events/{like}"));
        let published = members(&format!("published/{file}"));
        expect_reasons(&format!("the edge's {like}"), &alone(&edges, &published), ours);
        expect_reasons(source, &alone(&published, &edges), theirs);
        for (path, kind) in edges {
            assert_eq!(*published.get(&path).unwrap_or(&kind), kind, "{path} of {file}");
        }
        assert!(MAY_BE_COPIED.contains(&licence.as_str()), "{file}: {licence}");
    }
    let listed: BTreeSet<_> = index.into_iter().map(|published| published.file).collect();
    let files = fs::read_dir(directory("published")).expect("a directory");
    let files = files.map(|file| file.expect("a file").file_name().into_string().expect("a name"));
    let events: BTreeSet<_> = files.filter(|file| file != "index.json").collect();
    assert_eq!(listed, events);
}
