//! Whether a value conforms to a JSON Schema, with the keywords that the specifications use.
//!
//! Written here because the crates that do it turn on features of `regex-automata`, and Cargo would
//! build every function twice, with them and without. It is stricter than JSON Schema: a field that
//! no schema names is a mismatch, so that nothing is on the wire that is not in the specification,
//! and an unknown keyword fails the test instead of being passed over.

use std::collections::BTreeSet;

use regex_lite::Regex;
use serde_json::Value;

use super::Located;

/// Where and why a value is not what the schema says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    path: String,
    problem: String,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, problem } = self;
        write!(formatter, "{}: {problem}", if path.is_empty() { "the value" } else { path })
    }
}

/// The fields of an object that a schema has looked at.
type Named = BTreeSet<String>;

/// Holds a value against a schema.
pub fn conforms(schema: Located, value: &Value) -> Result<(), Mismatch> {
    at(schema, value, "")
}

fn at(schema: Located, value: &Value, path: &str) -> Result<(), Mismatch> {
    let named = apply(schema, value, path)?;
    let unnamed = value.as_object().and_then(|fields| fields.keys().find(|f| !named.contains(*f)));
    match unnamed {
        Some(field) => Err(mismatch(path, format!("the field {field} is not in the schema"))),
        None => Ok(()),
    }
}

fn apply(schema: Located, value: &Value, path: &str) -> Result<Named, Mismatch> {
    let mut named = Named::new();
    let keywords = schema.value.as_object().expect("a schema is an object");
    for (keyword, rule) in keywords {
        named.append(&mut follow(schema, keyword, rule, value, path)?);
    }
    Ok(named)
}

/// One keyword of a schema: the fields it has looked at.
fn follow(
    schema: Located,
    keyword: &str,
    rule: &'static Value,
    value: &Value,
    path: &str,
) -> Result<Named, Mismatch> {
    match keyword {
        "$ref" => return apply(schema.target(text(rule)), value, path),
        "allOf" => return all_of(schema, rule, value, path),
        "anyOf" => return any_of(schema, rule, value, path),
        "properties" => return properties(schema, rule, value, path),
        "items" => items(schema.with(rule), value, path)?,
        "title" | "description" | "examples" | "default" => {}
        _ => {
            if !holds(keyword, rule, value) {
                return Err(mismatch(path, format!("{value} breaks {keyword}: {rule}")));
            }
        }
    }
    Ok(Named::new())
}

/// A rule about a value itself. Rules about other types hold.
fn holds(keyword: &str, rule: &Value, value: &Value) -> bool {
    match (keyword, value) {
        ("type", _) => match rule {
            Value::Array(types) => types.iter().any(|name| is_a(text(name), value)),
            name => is_a(text(name), value),
        },
        ("const", _) => rule == value,
        ("enum", _) => list(rule).contains(value),
        ("required", Value::Object(fields)) => {
            list(rule).iter().all(|name| fields.contains_key(text(name)))
        }
        ("minimum", Value::Number(number)) => number.as_i64() >= rule.as_i64(),
        ("maximum", Value::Number(number)) => number.as_i64() <= rule.as_i64(),
        ("minLength", Value::String(string)) => string.chars().count() as u64 >= size(rule),
        ("maxLength", Value::String(string)) => string.chars().count() as u64 <= size(rule),
        ("maxItems", Value::Array(items)) => items.len() as u64 <= size(rule),
        ("pattern", Value::String(string)) => {
            Regex::new(text(rule)).expect("a pattern is a regular expression").is_match(string)
        }
        ("format", Value::String(string)) => match text(rule) {
            "uuid" => uuid::Uuid::try_parse(string).is_ok(),
            // The rules beside these say the same.
            "date-time" | "int64" => true,
            other => panic!("the format {other} is not known here"),
        },
        (
            "required" | "minimum" | "maximum" | "minLength" | "maxLength" | "maxItems" | "pattern"
            | "format",
            _,
        ) => true,
        (other, _) => panic!("the keyword {other} is not known here"),
    }
}

fn is_a(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the type {other} is not known here"),
    }
}

fn all_of(
    schema: Located,
    branches: &'static Value,
    value: &Value,
    path: &str,
) -> Result<Named, Mismatch> {
    let mut named = Named::new();
    for branch in list(branches) {
        named.append(&mut apply(schema.with(branch), value, path)?);
    }
    Ok(named)
}

fn any_of(
    schema: Located,
    branches: &'static Value,
    value: &Value,
    path: &str,
) -> Result<Named, Mismatch> {
    let outcomes = list(branches).iter().map(|branch| apply(schema.with(branch), value, path));
    let (fitting, others): (Vec<_>, Vec<_>) = outcomes.partition(Result::is_ok);
    if fitting.is_empty() {
        let reasons = others.into_iter().filter_map(Result::err).map(|reason| reason.to_string());
        let reasons = reasons.collect::<Vec<_>>().join("; ");
        return Err(mismatch(path, format!("none of these fits: {reasons}")));
    }
    Ok(fitting.into_iter().flatten().flatten().collect())
}

fn properties(
    schema: Located,
    fields: &'static Value,
    value: &Value,
    path: &str,
) -> Result<Named, Mismatch> {
    let mut named = Named::new();
    for (name, field) in fields.as_object().expect("properties are an object") {
        if let Some(value) = value.get(name) {
            at(schema.with(field), value, &format!("{path}/{name}"))?;
            named.insert(name.clone());
        }
    }
    Ok(named)
}

fn items(schema: Located, value: &Value, path: &str) -> Result<(), Mismatch> {
    let mut items = value.as_array().into_iter().flatten().enumerate();
    items.try_for_each(|(index, item)| at(schema, item, &format!("{path}/{index}")))
}

fn mismatch(path: &str, problem: String) -> Mismatch {
    Mismatch { path: path.to_owned(), problem }
}

fn text(rule: &Value) -> &str {
    rule.as_str().expect("a text in the schema")
}

fn list(rule: &Value) -> &[Value] {
    rule.as_array().expect("a list in the schema")
}

fn size(rule: &Value) -> u64 {
    rule.as_u64().expect("a size in the schema")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::spec::Specification;

    fn problem(schema: &str, value: &Value) -> Option<String> {
        let schema = Specification::OpenApi.at(&format!("/components/schemas/{schema}"));
        conforms(schema, value).err().map(|mismatch| mismatch.to_string())
    }

    #[test]
    fn what_the_schema_says_conforms() {
        for (schema, value) in [
            ("Id", json!(9_007_199_254_740_991_u64)),
            ("Email", json!(null)),
            ("Name", json!("김철수")),
            ("SendMessage", json!({ "user_id": 1, "message": " x" })),
            (
                "SendMessage",
                json!({ "user_id": 1, "message": null, "file_url": "https://a.example/cat.png" }),
            ),
            (
                "Ticket",
                json!({ "ticket": "550e8400-e29b-41d4-a716-446655440000", "expiresIn": 30 }),
            ),
        ] {
            assert_eq!(problem(schema, &value), None, "{schema}: {value}");
        }
    }

    #[test]
    fn a_mismatch_names_the_place_and_the_rule() {
        let page = |data: Value| {
            let page = json!({ "has_more": false, "next_cursor": null });
            json!({ "success": true, "message": "", "data": data, "page": page })
        };
        for (schema, value, place, rule) in [
            ("Id", json!(0), "the value", "minimum"),
            ("Id", json!("1"), "the value", "type"),
            ("Time", json!("2024-11-13T16:30:00.5Z"), "the value", "pattern"),
            ("Name", json!("x".repeat(101)), "the value", "maxLength"),
            ("Role", json!("king"), "the value", "enum"),
            ("Page", json!({ "has_more": true }), "the value", "required"),
            ("User", json!({ "id": 1, "email": null, "name": "" }), "/name", "minLength"),
            ("SendMessage", json!({ "user_id": 1, "message": " " }), "the value", "none of these"),
            ("MemberPage", page(json!([{}])), "/data/0", "required"),
            ("RoomPage", page(json!([1])), "/data/0", "type"),
        ] {
            let problem = problem(schema, &value).expect(schema);
            assert!(problem.starts_with(place) && problem.contains(rule), "{schema}: {problem}");
        }
    }
}
