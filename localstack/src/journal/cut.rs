//! Cuts texts that are too long to be looked at.

use std::borrow::Cow;

use serde_json::Value;

/// Bytes of a text that are kept.
const LONGEST: usize = 16 << 10;
/// What stands behind a text that was longer.
pub const MORE: char = '…';

/// The value, each of its texts no longer than that.
pub fn value(value: &Value) -> Value {
    match value {
        Value::String(text) => self::text(text).into_owned().into(),
        Value::Array(items) => items.iter().map(self::value).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), self::value(value))).collect()
        }
        other => other.clone(),
    }
}

pub fn text(text: &str) -> Cow<'_, str> {
    let end = text.floor_char_boundary(LONGEST);
    if end == text.len() { text.into() } else { format!("{}{MORE}", &text[..end]).into() }
}

#[test]
fn a_long_text_is_cut_between_characters() {
    let shown = text(&"é€".repeat(LONGEST)).into_owned();
    assert!(shown.len() <= LONGEST + MORE.len_utf8() && shown.ends_with("é…"), "{}", shown.len());
    assert_eq!(text("short"), "short");
}
