//! Comparing an event with a recorded one, field by field.

use std::{fs, path::Path};

use serde_json::Value;

/// Asserts that the event has exactly the fields of `tests/edge/events/{name}.json`.
///
/// A text in angle brackets there names what a field must look like when its value is not known.
pub fn assert_event(name: &str, event: &Value) {
    let directory = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/edge/events"));
    let file = directory.join(name).with_extension("json");
    let text =
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let expected: Value = serde_json::from_str(&text).expect("a fixture is JSON");
    let mut differences = Vec::new();
    compare("", &expected, event, &mut differences);
    assert!(differences.is_empty(), "{name}:\n{}\ncame {event:#}", differences.join("\n"));
}

fn compare(path: &str, expected: &Value, came: &Value, differences: &mut Vec<String>) {
    match (expected, came) {
        (Value::Object(wanted), Value::Object(found)) => {
            for (name, value) in wanted {
                let path = format!("{path}.{name}");
                match found.get(name) {
                    Some(other) => compare(&path, value, other, differences),
                    None => differences.push(format!("{path} is missing, expected {value}")),
                }
            }
            let unknown = found.keys().filter(|name| !wanted.contains_key(*name));
            differences.extend(unknown.map(|name| format!("{path}.{name} is unexpected")));
        }
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
            for (index, (value, other)) in wanted.iter().zip(found).enumerate() {
                compare(&format!("{path}[{index}]"), value, other, differences);
            }
        }
        (Value::String(kind), came) if kind.starts_with('<') => {
            if !looks_like(kind, came) {
                differences.push(format!("{path} should look like {kind}, came {came}"));
            }
        }
        _ if expected == came => {}
        _ => differences.push(format!("{path} should be {expected}, came {came}")),
    }
}

fn looks_like(kind: &str, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    match kind {
        "<text>" => !text.is_empty(),
        "<object>" => value.as_object().is_some_and(|fields| !fields.is_empty()),
        "<api id>" => {
            text.len() == 10 && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        }
        "<connection id>" => text.ends_with('=') && text.len() > 8,
        "<event id>" => text.len() == 32,
        "<sequence number>" => text.len() == 21 && text.chars().all(|c| c.is_ascii_digit()),
        "<number>" => value.is_u64(),
        "<epoch s>" => value.as_u64().is_some_and(|s| s > 1_600_000_000),
        "<epoch ms>" => value.as_u64().is_some_and(|ms| ms > 1_600_000_000_000),
        "<clf time>" => follows(text, "00/Aaa/0000:00:00:00 +0000"),
        unknown => panic!("the fixture asks for {unknown}"),
    }
}

/// `0` stands for a digit, `A` and `a` for letters, everything else for itself.
fn follows(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.chars().zip(pattern.chars()).all(|(found, wanted)| match wanted {
            '0' => found.is_ascii_digit(),
            'A' => found.is_ascii_uppercase(),
            'a' => found.is_ascii_lowercase(),
            exact => found == exact,
        })
}
