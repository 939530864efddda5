//! Events in the shape that AWS publishes, with everything secret replaced, have the fields that the
//! edge's events have: no more, no fewer. What the edge sends is compared with `edge/events` by the
//! end-to-end tests; the functions' side parses the recorded ones in `shared`.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

/// The path of every field. Header names are the client's business, parameters the request's.
fn fields(directory: &str, name: &str) -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("edge").join(directory).join(name);
    let text = fs::read_to_string(&file).expect("a fixture");
    let mut found = BTreeSet::new();
    collect("", &serde_json::from_str(&text).expect("a fixture is JSON"), &mut found);
    found
}

fn collect(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    const FREE: [&str; 5] = [
        ".headers",
        ".multiValueHeaders",
        ".queryStringParameters",
        ".multiValueQueryStringParameters",
        ".pathParameters",
    ];
    found.insert(path.to_owned());
    if let Value::Object(members) = value
        && !FREE.contains(&path)
    {
        for (name, member) in members {
            collect(&format!("{path}.{name}"), member, found);
        }
    }
}

#[test]
fn the_edges_events_have_the_fields_of_recorded_ones() {
    for name in ["connect.json", "message.json", "disconnect.json", "http_post.json"] {
        assert_eq!(fields("events", name), fields("recorded", name), "{name}");
    }
}
