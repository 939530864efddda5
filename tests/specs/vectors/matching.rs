//! Comparing what came with what a vector expects, placeholders included.

use std::collections::BTreeMap;

use regex_lite::{Captures, Regex};
use serde_json::Value;
use tests::{
    shape::{TIME, timeless},
    token,
};

/// The texts that steps have kept for later ones.
#[derive(Debug, Default)]
pub struct Kept(BTreeMap<String, String>);

impl Kept {
    /// Compares, and keeps what is to be kept.
    pub fn expect(&mut self, expected: &Value, came: &Value) -> Result<(), String> {
        match (expected, came) {
            (Value::String(wanted), _) if wanted.starts_with('$') => self.placeholder(wanted, came),
            (Value::Object(wanted), Value::Object(found)) if wanted.keys().eq(found.keys()) => {
                wanted.iter().try_for_each(|(name, value)| {
                    self.expect(value, &found[name]).map_err(|why| format!("{name}: {why}"))
                })
            }
            (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
                wanted.iter().zip(found).try_for_each(|(value, found)| self.expect(value, found))
            }
            _ if expected == came => Ok(()),
            _ => Err(format!("expected {expected}, came {came}")),
        }
    }

    fn placeholder(&mut self, wanted: &str, came: &Value) -> Result<(), String> {
        let text = came.as_str().filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| format!("expected {wanted}, came {came}"))?;
        let fits = match wanted {
            "$timestamp" => timeless(came) == TIME,
            "$uuid" => uuid::Uuid::try_parse(text).is_ok(),
            "$text" => true,
            _ => {
                let name = wanted.strip_prefix("$keep:");
                let name = name.ok_or_else(|| format!("{wanted} is no placeholder"))?;
                self.0.insert(name.to_owned(), text.to_owned());
                true
            }
        };
        if fits { Ok(()) } else { Err(format!("expected {wanted}, came {came}")) }
    }

    /// A path or a header with the kept texts and tokens in place.
    pub fn fill(&self, text: &str) -> String {
        let placeholder = Regex::new(r"\{([^{}]+)\}").unwrap();
        let filled = placeholder.replace_all(text, |found: &Captures| {
            match found[1].strip_prefix("token:") {
                Some(user) => token::local(&["--user", user]),
                None => self.0[&found[1]].clone(),
            }
        });
        filled.into_owned()
    }
}

#[test]
fn placeholders_stand_for_what_the_readme_says() {
    use serde_json::json;

    let mut kept = Kept::default();
    let expected =
        json!({ "at": "$timestamp", "id": "$uuid", "why": "$text", "next": "$keep:next" });
    let mut came = json!({
        "at": "2024-11-13T16:30:00Z", "id": "550e8400-e29b-41d4-a716-446655440000",
        "why": "because", "next": "7",
    });
    assert_eq!(kept.expect(&expected, &came), Ok(()));
    assert_eq!(kept.fill("/things?cursor={next}"), "/things?cursor=7");
    came["at"] = "yesterday".into();
    assert!(kept.expect(&expected, &came).is_err_and(|why| why.starts_with("at: ")));
}
