//! HTTP answers held against `infra/openapi.yaml`.

use serde_json::Value;

use super::{Located, Specification, conforms};

/// The operation that a request is, if it is one. `path` has no query.
#[must_use]
pub fn operation(method: &str, path: &str) -> Option<Located> {
    let paths = Specification::OpenApi.at("/paths");
    let fitting = paths.fields().filter(|(template, _)| fits(template, path));
    // A path without a parameter is more specific than one with.
    let item = fitting.min_by_key(|(template, _)| template.matches('{').count());
    item.and_then(|(_, item)| item.get(&method.to_ascii_lowercase()))
}

fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (template.split('/'), path.split('/'));
    let all = wanted
        .by_ref()
        .zip(found.by_ref())
        .all(|(wanted, found)| wanted == found || (wanted.starts_with('{') && !found.is_empty()));
    all && template.matches('/').count() == path.matches('/').count()
}

/// Holds an answer against the operation: its status, its `Content-Type`, its body.
pub fn answer_conforms(
    operation: Located,
    status: u16,
    content_type: &str,
    body: &str,
) -> Result<(), String> {
    let id = operation.value["operationId"].as_str().unwrap_or_default();
    let responses = operation.get("responses").expect("an operation has responses");
    let response = responses.get(&status.to_string());
    let response = response.ok_or_else(|| format!("{id} never answers {status}"))?;
    let media = content_type.split(';').next().unwrap_or_default();
    let schema = response.get("content").and_then(|content| content.get(media));
    let schema = schema.and_then(|media| media.value.get("schema").map(|s| media.with(s)));
    let schema = schema.ok_or_else(|| format!("{id} never answers {status} with {media:?}"))?;
    let body: Value = serde_json::from_str(body).map_err(|error| format!("{id}: {error}"))?;
    conforms(schema, &body).map_err(|mismatch| format!("{id} {status}: {mismatch}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(method: &str, path: &str) -> Option<&'static str> {
        operation(method, path)?.value["operationId"].as_str()
    }

    #[test]
    fn a_request_finds_its_operation() {
        assert_eq!(id("POST", "/api/v1/chat/rooms"), Some("createRoom"));
        assert_eq!(id("DELETE", "/api/v1/chat/rooms/1/members/5"), Some("removeMember"));
        assert_eq!(id("DELETE", "/api/v1/chat/rooms"), None);
        assert_eq!(id("GET", "/api/v1/chat"), None);
        assert_eq!(id("DELETE", "/api/v1/chat/rooms/1/members/5/more"), None);
    }

    #[test]
    fn another_status_type_or_field_does_not_conform() {
        let read = operation("POST", "/api/v1/chat/rooms/1/read").expect("an operation");
        let json = "application/json; charset=utf-8";
        let body = r#"{"success":true,"message":"Messages marked as read"}"#;
        assert_eq!(answer_conforms(read, 200, json, body), Ok(()));
        assert!(answer_conforms(read, 201, json, body).is_err());
        assert!(answer_conforms(read, 200, "text/html", body).is_err());
        let more = r#"{"success":true,"message":"Messages marked as read","more":1}"#;
        let refused = answer_conforms(read, 200, json, more);
        assert!(refused.is_err_and(|why| why.contains("the field more")));
    }
}
