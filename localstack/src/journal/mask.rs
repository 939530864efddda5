//! Takes credentials out of what is shown.
//!
//! What is a credential is said by its name, wherever that stands: a field, a parameter of a query, the prefix of
//! a key. Values that are known by their form are taken out everywhere.

use std::{borrow::Cow, sync::LazyLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use regex_lite::{Captures, Regex};
use serde_json::{Map, Value};

use super::cut::MORE;

const MASK: &str = "•••";

/// Parts of names, in small letters.
const NAMES: [&str; 8] =
    ["token", "ticket", "secret", "password", "authorization", "cookie", "signature", "api-key"];

/// `ticket=…`, `"accessToken": "…"`, `TICKET#…`
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    let (names, value) = (NAMES.join("|"), r#"("(?:[^"\\]|\\.)*"?|\\*"?[^"\s&,;\\}]+)"#);
    regex(&format!(r#"(?i)((?:{names})[a-z0-9_-]*\\*"?\s*[=:#][\s\[]*){value}"#))
});
static BEARER: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?i)(bearer\s+)[^\s"\\]+"#));
static JWT: LazyLock<Regex> = LazyLock::new(|| regex(r"\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?"));

/// The pattern is a constant.
fn regex(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "every test that shows something uses all patterns")]
    Regex::new(pattern).expect("a regular expression")
}

/// The value, with every credential in it replaced.
pub fn value(value: &Value) -> Value {
    match value {
        Value::String(text) => self::text(text).into_owned().into(),
        Value::Array(items) => items.iter().map(self::value).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| field(fields, name, value)).collect()
        }
        other => other.clone(),
    }
}

/// The text, with every credential in it replaced.
fn text(text: &str) -> Cow<'_, str> {
    let small = text.to_ascii_lowercase();
    // Looking for words is fast, and nearly all texts have none of them.
    if !is_name(&small) && !small.contains("bearer") && !text.contains("eyJ") {
        return text.into();
    }
    if let Ok(json @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
        let masked = value(&json);
        return if masked == json { text.into() } else { masked.to_string().into() };
    }
    let text = JWT.replace_all(text, MASK);
    let text = BEARER.replace_all(&text, format!("${{1}}{MASK}"));
    let masked = |found: &Captures| {
        let quote = if found[2].starts_with('"') { "\"" } else { "" };
        format!("{}{quote}{MASK}{quote}", &found[1])
    };
    ASSIGNED.replace_all(&text, masked).into_owned().into()
}

/// Whether a name in small letters is that of a credential.
fn is_name(small: &str) -> bool {
    NAMES.iter().any(|name| small.contains(name))
}

fn field(siblings: &Map<String, Value>, name: &str, value: &Value) -> (String, Value) {
    let is_encoded = name == "body" && siblings.get("isBase64Encoded") == Some(&Value::Bool(true));
    let shown = match value {
        Value::String(body) if is_encoded => encoded(body).into(),
        value if is_name(&name.to_ascii_lowercase()) => hidden(value),
        value => self::value(value),
    };
    (name.to_owned(), shown)
}

/// All texts of a value whose name says that it is a credential. An empty one hides nothing.
fn hidden(value: &Value) -> Value {
    match value {
        Value::String(text) if !text.is_empty() => MASK.into(),
        Value::Array(items) => items.iter().map(hidden).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), hidden(value))).collect()
        }
        other => other.clone(),
    }
}

/// A body in base64, with every credential in its text replaced.
fn encoded(body: &str) -> String {
    let whole = body.trim_end_matches(MORE);
    // It may have been cut within four letters that are three bytes.
    let Ok(decoded) = STANDARD.decode(&whole[..whole.len() / 4 * 4]) else { return MASK.into() };
    let text = String::from_utf8_lossy(&decoded);
    match self::text(&text) {
        masked if masked == text => body.to_owned(),
        masked => STANDARD.encode(masked.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_name_says_is_a_credential_is_hidden_wherever_it_stands() {
        let shown = value(&json!({
            "headers": { "accesstoken": "a.b", "Authorization": "Bearer a", "x-api-key": "", "host": "x" },
            "multiValueHeaders": { "Cookie": ["a=1", "b=2"] },
            "queryStringParameters": { "ticket": "550e8400", "room": "1" },
            "rawQueryString": "room=1&ticket=550e8400&x=2",
            "Keys": { "pk": { "S": "TICKET#550e8400" }, "ticket": { "S": "550e8400" } },
            "body": "{\"content\": \"hello\", \"access_token\": [\"a\\\"b\"]}",
            "routeKey": "POST /ticket",
        }));
        let expected = json!({
            "headers": { "accesstoken": MASK, "Authorization": MASK, "x-api-key": "", "host": "x" },
            "multiValueHeaders": { "Cookie": [MASK, MASK] },
            "queryStringParameters": { "ticket": MASK, "room": "1" },
            "rawQueryString": format!("room=1&ticket={MASK}&x=2"),
            "Keys": { "pk": { "S": format!("TICKET#{MASK}") }, "ticket": { "S": MASK } },
            "body": format!("{{\"access_token\":[\"{MASK}\"],\"content\":\"hello\"}}"),
            "routeKey": "POST /ticket",
        });
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_looks_like_a_credential_is_hidden_too() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl";
        assert_eq!(text(&format!("it was {jwt}!")), format!("it was {MASK}!"));
        assert_eq!(text("said bearer abc.def"), format!("said bearer {MASK}"));
        let nested = r#"{"frame":"{\"ticket\":\"550e8400\"}"}"#;
        assert_eq!(text(nested), format!(r#"{{"frame":"{{\"ticket\":\"{MASK}\"}}"}}"#));
        let cut = r#"{"frame":"{\"ticket\":\"550e8400\"}", "tokens": ["a\"b", "and mo"#;
        assert!(!text(cut).contains("550e8400") && !text(cut).contains("a\\"), "{}", text(cut));
        let harmless = r#"{ "z": "of a token", "a": 1 }"#;
        assert_eq!(text(harmless), harmless);
    }

    #[test]
    fn a_body_in_base64_is_masked_inside() {
        let event = |body: &str| json!({ "body": STANDARD.encode(body), "isBase64Encoded": true });
        let shown = value(&event(r#"{"ticket":"550e8400"}"#));
        assert_eq!(shown, event(&format!("{{\"ticket\":\"{MASK}\"}}")));
        let mut cut = event(r#"{"ticket":"550e8400", "and": "more"}"#);
        let body = cut["body"].as_str().unwrap().to_owned();
        for letters in [20, 21, 23] {
            cut["body"] = format!("{}{MORE}", &body[..letters]).into();
            assert_eq!(value(&cut), event(&format!("{{\"ticket\":\"{MASK}\"")), "{letters}");
        }
        cut["body"] = "not in base64: 550e8400".into();
        assert_eq!(value(&cut)["body"], MASK);
        let binary = json!({ "body": STANDARD.encode(b"\xff\x00"), "isBase64Encoded": true });
        assert_eq!(value(&binary), binary);
    }
}
