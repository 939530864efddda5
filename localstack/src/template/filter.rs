//! Filter patterns of event source mappings, as Lambda evaluates them.
//!
//! A pattern is JSON of the record's shape. Its leaves are lists of conditions, one of which must
//! hold; a field that the pattern does not name may be anything.

use serde_json::{Map, Value};

/// One pattern.
#[derive(Debug, Clone)]
pub struct Filter(Fields);

type Fields = Vec<(String, Node)>;

#[derive(Debug, Clone)]
enum Node {
    Fields(Fields),
    AnyOf(Vec<Condition>),
}

#[derive(Debug, Clone)]
enum Condition {
    Equals(Value),
    Prefix(String),
}

/// Why a pattern is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FilterError {
    #[error("JSON")]
    NotJson,
    #[error("a map whose leaves are lists that are not empty")]
    WrongShape,
    /// Valid on AWS, perhaps, but not here.
    #[error("{0}")]
    UnknownOperator(String),
}

impl Filter {
    pub fn parse(pattern: &str) -> Result<Self, FilterError> {
        let pattern: Value = serde_json::from_str(pattern).map_err(|_| FilterError::NotJson)?;
        match pattern {
            Value::Object(map) => fields(map).map(Self),
            _ => Err(FilterError::WrongShape),
        }
    }

    /// Whether the record is one of those that the pattern describes.
    pub fn matches(&self, record: &Value) -> bool {
        all_match(&self.0, record)
    }
}

fn fields(map: Map<String, Value>) -> Result<Fields, FilterError> {
    map.into_iter().map(|(name, value)| Ok((name, node(value)?))).collect()
}

fn node(value: Value) -> Result<Node, FilterError> {
    match value {
        Value::Object(map) => fields(map).map(Node::Fields),
        Value::Array(conditions) if !conditions.is_empty() => {
            conditions.into_iter().map(condition).collect::<Result<_, _>>().map(Node::AnyOf)
        }
        _ => Err(FilterError::WrongShape),
    }
}

fn condition(value: Value) -> Result<Condition, FilterError> {
    let Value::Object(operator) = value else {
        return if value.is_array() {
            Err(FilterError::WrongShape)
        } else {
            Ok(Condition::Equals(value))
        };
    };
    match operator.get("prefix") {
        Some(Value::String(prefix)) if operator.len() == 1 => Ok(Condition::Prefix(prefix.clone())),
        _ => Err(FilterError::UnknownOperator(Value::Object(operator).to_string())),
    }
}

fn all_match(fields: &Fields, value: &Value) -> bool {
    fields.iter().all(|(name, node)| match (node, value.get(name)) {
        (_, None) => false,
        (Node::Fields(fields), Some(value)) => all_match(fields, value),
        // A list in the record matches by one of its elements.
        (Node::AnyOf(conditions), Some(Value::Array(values))) => {
            values.iter().any(|value| any_holds(conditions, value))
        }
        (Node::AnyOf(conditions), Some(value)) => any_holds(conditions, value),
    })
}

fn any_holds(conditions: &[Condition], value: &Value) -> bool {
    conditions.iter().any(|condition| match condition {
        Condition::Equals(expected) => expected == value,
        Condition::Prefix(prefix) => value.as_str().is_some_and(|text| text.starts_with(prefix)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_matches_by_what_the_pattern_names() {
        let record = json!({
            "eventName": "INSERT",
            "dynamodb": { "Keys": { "id": { "S": "letter-7" }, "n": { "N": "1" } }, "tags": ["a", "b"] },
        });
        let cases = [
            (r"{}", true),
            (r#"{"eventName":["INSERT"]}"#, true),
            (r#"{"eventName":["REMOVE","INSERT"]}"#, true),
            (r#"{"eventName":["REMOVE"]}"#, false),
            (r#"{"dynamodb":{"Keys":{"id":{"S":[{"prefix":"letter-"}]}}}}"#, true),
            (r#"{"dynamodb":{"Keys":{"id":{"S":[{"prefix":"parcel-"},"letter-7"]}}}}"#, true),
            (r#"{"dynamodb":{"Keys":{"id":{"S":[{"prefix":"parcel-"},"letter"]}}}}"#, false),
            (r#"{"dynamodb":{"Keys":{"n":{"S":[{"prefix":""}]}}}}"#, false),
            (r#"{"dynamodb":{"Keys":{"n":{"N":["1"]}}}}"#, true),
            (r#"{"dynamodb":{"Keys":{"n":{"N":[1]}}}}"#, false),
            (r#"{"dynamodb":{"tags":["b"]}}"#, true),
            (r#"{"dynamodb":{"tags":["c"]}}"#, false),
            (r#"{"eventName":["INSERT"],"userIdentity":{"type":["Service"]}}"#, false),
        ];
        for (pattern, expected) in cases {
            assert_eq!(Filter::parse(pattern).unwrap().matches(&record), expected, "{pattern}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let cases = [
            ("{", "JSON"),
            ("[]", "a map whose leaves are lists that are not empty"),
            (r#"{"eventName":"INSERT"}"#, "a map whose leaves are lists that are not empty"),
            (r#"{"eventName":[]}"#, "a map whose leaves are lists that are not empty"),
            (r#"{"eventName":[["INSERT"]]}"#, "a map whose leaves are lists that are not empty"),
            (r#"{"eventName":[{"exists":true}]}"#, r#"{"exists":true}"#),
            (r#"{"eventName":[{"prefix":1}]}"#, r#"{"prefix":1}"#),
        ];
        for (pattern, expected) in cases {
            assert_eq!(Filter::parse(pattern).unwrap_err().to_string(), expected, "{pattern}");
        }
    }
}
