//! Comparing JSON whose times are not known beforehand.

use serde_json::Value;

/// Stands for any time in whole seconds, such as `2024-11-13T16:30:00Z`.
pub const TIME: &str = "<time>";

/// The value with every time replaced by [`TIME`], so that all other fields compare exactly.
#[must_use]
pub fn timeless(value: &Value) -> Value {
    match value {
        Value::String(text) if is_time(text) => TIME.into(),
        Value::Array(items) => items.iter().map(timeless).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), timeless(field))).collect()
        }
        other => other.clone(),
    }
}

fn is_time(text: &str) -> bool {
    const PATTERN: &str = "0000-00-00T00:00:00Z";
    text.len() == PATTERN.len()
        && text.chars().zip(PATTERN.chars()).all(|(found, wanted)| match wanted {
            '0' => found.is_ascii_digit(),
            exact => found == exact,
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_times_in_whole_seconds_are_replaced() {
        let value = json!({ "at": ["2024-11-13T16:30:00Z", "2024-11-13T16:30:00.5Z"], "id": 1 });
        assert_eq!(timeless(&value), json!({ "at": [TIME, "2024-11-13T16:30:00.5Z"], "id": 1 }));
    }
}
