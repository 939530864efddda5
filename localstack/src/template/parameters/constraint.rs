//! What a parameter's declaration demands of its value, as CloudFormation checks it.

use regex_lite::Regex;
use serde_json::Value;

use super::scalar;
use crate::template::error::{Defect, Problem};

/// As many characters of a refused value are shown: some values are whole keys.
const SHOWN: usize = 60;

/// Checks a value, or an item of a list, against the constraints of its parameter.
pub fn check(declaration: &Value, kind: &str, value: &str) -> Result<(), Defect> {
    let Some(broken) = broken(declaration, kind, value)? else { return Ok(()) };
    let described = declaration.get("ConstraintDescription").and_then(scalar);
    // The value may be a secret.
    let is_hidden = declaration.get("NoEcho").and_then(scalar).is_some_and(|flag| flag == "true");
    let value = if is_hidden { "****".to_owned() } else { shown(value) };
    Err(Problem::Constraint { value, must: described.unwrap_or(broken) }.here())
}

/// The first constraint that the value breaks, as what the value must be.
fn broken(declaration: &Value, kind: &str, value: &str) -> Result<Option<String>, Defect> {
    let is_number = matches!(kind, "Number" | "List<Number>");
    let (measured, limits, unit) = if is_number {
        let Some(number) = number(value) else { return Ok(Some("must be a number".to_owned())) };
        (number, ["MinValue", "MaxValue"], "")
    } else {
        let length = u32::try_from(value.chars().count()).unwrap_or(u32::MAX);
        (length.into(), ["MinLength", "MaxLength"], " characters")
    };
    let [least, most] = limits.map(|name| limit(declaration, name));
    if let Some(least) = least?.filter(|least| measured < *least) {
        return Ok(Some(format!("must be at least {least}{unit}")));
    }
    if let Some(most) = most?.filter(|most| measured > *most) {
        return Ok(Some(format!("must be at most {most}{unit}")));
    }
    if let Some(allowed) = declaration.get("AllowedValues").and_then(Value::as_array) {
        let allowed: Vec<String> = allowed.iter().filter_map(scalar).collect();
        if !allowed.iter().any(|allowed| allowed == value) {
            return Ok(Some(format!("must be one of {}", allowed.join(", "))));
        }
    }
    let pattern = declaration.get("AllowedPattern").and_then(Value::as_str);
    Ok(match pattern {
        Some(pattern) if !matches(pattern, value)? => Some(format!("must match {pattern}")),
        _ => None,
    })
}

fn limit(declaration: &Value, name: &str) -> Result<Option<f64>, Defect> {
    let Some(limit) = declaration.get(name) else { return Ok(None) };
    let limit = scalar(limit).and_then(|text| number(&text));
    limit.map(Some).ok_or_else(|| Problem::Expected("a number").at(name))
}

/// Rust reads `NaN` and `inf` as numbers, CloudFormation does not.
fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A pattern is for the whole value.
fn matches(pattern: &str, value: &str) -> Result<bool, Defect> {
    let regex = Regex::new(&format!("^(?:{pattern})$"));
    let regex =
        regex.map_err(|_| Problem::Expected("a regular expression").at("AllowedPattern"))?;
    Ok(regex.is_match(value))
}

/// The value in one line, cut where it is long.
fn shown(value: &str) -> String {
    let mut characters = value.chars();
    let shown: String = characters.by_ref().take(SHOWN).collect();
    let rest = if characters.next().is_some() { "…" } else { "" };
    format!("{}{rest}", shown.escape_debug())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(declaration: &Value, value: &str) -> Result<(), String> {
        let kind = declaration["Type"].as_str().unwrap_or("String");
        check(declaration, kind, value).map_err(|defect| defect.to_string())
    }

    #[test]
    fn a_value_that_breaks_a_constraint_is_refused_in_words() {
        let number = json!({ "Type": "Number", "MinValue": 1, "MaxValue": "10.5" });
        let length = json!({ "MinLength": 2, "MaxLength": 3 });
        let values = json!({ "AllowedValues": ["a", 1] });
        let pattern = json!({ "AllowedPattern": "[a-z]+" });
        let hidden = json!({ "AllowedPattern": "[a-z]+", "NoEcho": true });
        let described =
            json!({ "AllowedPattern": "[a-z]+", "ConstraintDescription": "must be small" });
        for (declaration, value, expected) in [
            (&number, "x", "'x' must be a number"),
            (&number, "NaN", "'NaN' must be a number"),
            (&number, "0", "'0' must be at least 1"),
            (&number, "11", "'11' must be at most 10.5"),
            (&length, "한", "'한' must be at least 2 characters"),
            (&length, "four", "'four' must be at most 3 characters"),
            (&values, "b", "'b' must be one of a, 1"),
            (&hidden, "secret1", "'****' must match [a-z]+"),
            (&pattern, "ab1", "'ab1' must match [a-z]+"),
            (&described, "A\nB", "'A\\nB' must be small"),
            (
                &json!({ "AllowedPattern": "[" }),
                "a",
                "AllowedPattern: must be a regular expression",
            ),
            (&json!({ "MinLength": "x" }), "a", "MinLength: must be a number"),
        ] {
            assert_eq!(checked(declaration, value), Err(expected.to_owned()));
        }
        for (declaration, value) in
            [(&number, "1"), (&number, "10.5"), (&length, "한국"), (&values, "1"), (&pattern, "ab")]
        {
            assert_eq!(checked(declaration, value), Ok(()), "{value}");
        }
    }

    #[test]
    fn a_long_value_is_cut() {
        let key = "k".repeat(1_000);
        let why = checked(&json!({ "AllowedPattern": "" }), &key).unwrap_err();
        assert_eq!(why, format!("'{}…' must match ", "k".repeat(SHOWN)));
    }
}
