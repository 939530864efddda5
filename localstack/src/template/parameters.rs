//! Parameter values: the defaults, what replaces them, and the constraints that both must keep.

mod constraint;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::error::{Defect, Problem};

/// Values by parameter name. Everything is text, as on AWS; lists are comma-delimited.
pub type Parameters = BTreeMap<String, Parameter>;

/// A hint is a name at least as similar as this: what clap asks of its own hints.
const SIMILAR: f64 = 0.7;

/// Values instead of defaults.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Values that the edge sets. A template that does not declare such a parameter is read without it.
    pub own: BTreeMap<String, String>,
    /// Values of the command line, which replace the edge's. A template that does not declare such a
    /// parameter is refused.
    pub asked: BTreeMap<String, String>,
}

#[derive(Debug, Clone)]
pub struct Parameter {
    text: String,
    is_list: bool,
}

impl Parameter {
    /// What `Ref` gives: a list for a list parameter, text for all others, numbers too.
    pub fn value(&self) -> Value {
        if self.is_list {
            return self.items().map(Value::from).collect();
        }
        Value::from(self.text.as_str())
    }

    /// The items of a list, or the one value.
    fn items(&self) -> impl Iterator<Item = &str> {
        let separator = if self.is_list { ',' } else { '\0' };
        self.text.split(separator).map(|item| if self.is_list { item.trim() } else { item })
    }
}

/// Settles every declared parameter.
pub fn settle(declared: &Map<String, Value>, overrides: &Overrides) -> Result<Parameters, Defect> {
    let under = |name: &str| {
        let name = name.to_owned();
        move |defect: Defect| defect.under(&name).under("Parameters")
    };
    if let Some(name) = overrides.asked.keys().find(|name| !declared.contains_key(*name)) {
        return Err(under(name)(undeclared(name, declared)));
    }
    let settle_one = |(name, declaration): (&String, &Value)| {
        let given = overrides.asked.get(name).or_else(|| overrides.own.get(name));
        Ok((name.clone(), parameter(declaration, given).map_err(under(name))?))
    };
    declared.iter().map(settle_one).collect()
}

fn undeclared(name: &str, declared: &Map<String, Value>) -> Defect {
    let similarity = |known: &str| strsim::jaro(name, known);
    let nearest = declared.keys().max_by(|a, b| similarity(a).total_cmp(&similarity(b)));
    let hint = if let Some(nearest) = nearest.filter(|nearest| similarity(nearest) > SIMILAR) {
        format!("did you mean {nearest}?")
    } else {
        let known: Vec<&str> = declared.keys().map(String::as_str).collect();
        format!("there are {}", known.join(", "))
    };
    Problem::Undeclared { hint }.here()
}

fn parameter(declaration: &Value, given: Option<&String>) -> Result<Parameter, Defect> {
    let default = declaration.get("Default").and_then(scalar);
    let Some(text) = given.cloned().or(default) else {
        return Err(Problem::Missing.at("Default"));
    };
    let kind = declaration.get("Type").and_then(Value::as_str).unwrap_or("String");
    let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
    let parameter = Parameter { text, is_list };
    parameter.items().try_for_each(|item| constraint::check(declaration, kind, item))?;
    Ok(parameter)
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
