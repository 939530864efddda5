//! Parameter values: the defaults, what the caller overrides, and the rules that both must keep.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::error::{Defect, Problem};

/// Values by parameter name. Everything is text, as on AWS; lists are comma-delimited.
pub type Parameters = BTreeMap<String, Parameter>;

#[derive(Debug, Clone)]
pub struct Parameter {
    text: String,
    is_list: bool,
}

impl Parameter {
    /// What `Ref` gives: a list for a list parameter, text for all others, numbers too.
    pub fn value(&self) -> Value {
        if self.is_list {
            return self.text.split(',').map(|item| Value::from(item.trim())).collect();
        }
        Value::from(self.text.as_str())
    }
}

/// Settles every declared parameter. An override of an undeclared one is ignored.
pub fn settle(
    declared: &Map<String, Value>,
    overrides: &BTreeMap<String, String>,
) -> Result<Parameters, Defect> {
    let settle_one = |(name, declaration): (&String, &Value)| {
        let parameter = parameter(declaration, overrides.get(name))
            .map_err(|defect| defect.under(name).under("Parameters"))?;
        Ok((name.clone(), parameter))
    };
    declared.iter().map(settle_one).collect()
}

fn parameter(declaration: &Value, given: Option<&String>) -> Result<Parameter, Defect> {
    let default = declaration.get("Default").and_then(scalar);
    let Some(text) = given.cloned().or(default) else {
        return Err(Problem::Missing.at("Default"));
    };
    let kind = declaration.get("Type").and_then(Value::as_str).unwrap_or("String");
    let checked = check_type(kind, &text)
        .and_then(|()| check_allowed_values(declaration, &text))
        .and_then(|()| check_allowed_pattern(declaration, &text));
    checked.map_err(|defect| if is_hidden(declaration) { hidden() } else { defect })?;
    Ok(Parameter { text, is_list: kind == "CommaDelimitedList" || kind.starts_with("List<") })
}

fn check_type(kind: &str, text: &str) -> Result<(), Defect> {
    if kind == "Number" && text.parse::<f64>().is_err() {
        return Err(refused(text, "a number".into()));
    }
    Ok(())
}

fn check_allowed_values(declaration: &Value, text: &str) -> Result<(), Defect> {
    let Some(allowed) = declaration.get("AllowedValues").and_then(Value::as_array) else {
        return Ok(());
    };
    let allowed: Vec<String> = allowed.iter().filter_map(scalar).collect();
    if allowed.iter().any(|value| value == text) {
        return Ok(());
    }
    Err(refused(text, format!("one of {}", allowed.join(", "))))
}

fn check_allowed_pattern(declaration: &Value, text: &str) -> Result<(), Defect> {
    let Some(pattern) = declaration.get("AllowedPattern").and_then(Value::as_str) else {
        return Ok(());
    };
    let regex = Regex::new(&format!("^(?:{pattern})$"))
        .map_err(|_| Problem::Expected("a regular expression").at("AllowedPattern"))?;
    if regex.is_match(text) { Ok(()) } else { Err(refused(text, format!("what {pattern} allows"))) }
}

/// `NoEcho`: the value may be a secret.
fn is_hidden(declaration: &Value) -> bool {
    declaration.get("NoEcho").and_then(scalar).is_some_and(|flag| flag == "true")
}

fn hidden() -> Defect {
    refused("****", "what the parameter allows".into())
}

fn refused(value: &str, rule: String) -> Defect {
    Problem::Refused { value: value.to_owned(), rule }.here()
}

/// Text, numbers and flags as text.
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settled(declaration: Value, given: Option<&str>) -> Result<Value, String> {
        let declared = Map::from_iter([("P".to_owned(), declaration)]);
        let overrides = given.map(|text| ("P".to_owned(), text.to_owned())).into_iter().collect();
        settle(&declared, &overrides)
            .map(|all| all["P"].value())
            .map_err(|defect| defect.to_string())
    }

    #[test]
    fn a_value_is_the_override_or_the_default() {
        assert_eq!(settled(json!({"Default": 256, "Type": "Number"}), None), Ok(json!("256")));
        assert_eq!(settled(json!({"Default": "a"}), Some("b")), Ok(json!("b")));
        assert_eq!(
            settled(json!({"Default": "a, b", "Type": "CommaDelimitedList"}), None),
            Ok(json!(["a", "b"]))
        );
    }

    #[test]
    fn a_value_that_breaks_the_parameters_rule_is_refused() {
        let cases = [
            (json!({}), None, "Parameters.P.Default: is missing"),
            (json!({"Type": "Number"}), Some("x"), "Parameters.P: 'x' is not a number"),
            (json!({"AllowedValues": ["a", 1]}), Some("b"), "Parameters.P: 'b' is not one of a, 1"),
            (
                json!({"AllowedPattern": "[a-z]+"}),
                Some("ab1"),
                "Parameters.P: 'ab1' is not what [a-z]+ allows",
            ),
            (
                json!({"AllowedPattern": "[a-z]+", "NoEcho": true}),
                Some("secret1"),
                "Parameters.P: '****' is not what the parameter allows",
            ),
        ];
        for (declaration, given, expected) in cases {
            assert_eq!(settled(declaration, given), Err(expected.to_owned()));
        }
    }

    #[test]
    fn an_override_of_an_undeclared_parameter_is_ignored() {
        let overrides = [("Other".to_owned(), "x".to_owned())].into();
        assert!(settle(&Map::new(), &overrides).unwrap().is_empty());
    }
}
