//! The template as written: YAML with every short form (`!Sub`) turned into its long form (`Fn::Sub`).

use serde_json::{Map, Value, json};
use serde_norway::Value as Yaml;

use super::error::{Defect, Problem};

/// The sections of a template that the edge reads.
#[derive(Debug, Clone, Default)]
pub struct Document {
    pub parameters: Map<String, Value>,
    pub rules: Map<String, Value>,
    pub conditions: Map<String, Value>,
    pub resources: Map<String, Value>,
    /// `Globals.Function`, what every function starts from.
    pub function_globals: Map<String, Value>,
}

impl Document {
    /// Parses the text of a template.
    pub fn parse(text: &str) -> Result<Self, Defect> {
        let yaml: Yaml =
            serde_norway::from_str(text).map_err(|error| Problem::from(error).here())?;
        let mut root = into_map(long_form(yaml)?, "the template")?;
        let mut globals = section(&mut root, "Globals")?;
        let document = Self {
            parameters: section(&mut root, "Parameters")?,
            rules: section(&mut root, "Rules")?,
            conditions: section(&mut root, "Conditions")?,
            resources: section(&mut root, "Resources")?,
            function_globals: section(&mut globals, "Function")
                .map_err(|defect| defect.under("Globals"))?,
        };
        if document.resources.is_empty() {
            return Err(Problem::Missing.at("Resources"));
        }
        Ok(document)
    }
}

fn section(map: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, Defect> {
    map.remove(name).map_or_else(|| Ok(Map::new()), |value| into_map(value, name))
}

fn into_map(value: Value, place: &str) -> Result<Map<String, Value>, Defect> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(Problem::Expected("a map").at(place)),
    }
}

fn long_form(yaml: Yaml) -> Result<Value, Defect> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => Value::Bool(flag),
        Yaml::Number(number) => serde_json::to_value(number).unwrap_or_default(),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => items.into_iter().map(long_form).collect::<Result<_, _>>()?,
        Yaml::Mapping(mapping) => {
            Value::Object(mapping.into_iter().map(entry).collect::<Result<_, _>>()?)
        }
        Yaml::Tagged(tagged) => intrinsic(&tagged.tag.to_string(), long_form(tagged.value)?),
    })
}

fn entry((key, value): (Yaml, Yaml)) -> Result<(String, Value), Defect> {
    let key = match key {
        Yaml::String(text) => text,
        Yaml::Number(number) => number.to_string(),
        Yaml::Bool(flag) => flag.to_string(),
        _ => return Err(Problem::Expected("a map whose keys are text").here()),
    };
    let value = long_form(value).map_err(|defect| defect.under(&key))?;
    Ok((key, value))
}

fn intrinsic(tag: &str, argument: Value) -> Value {
    match (tag.trim_start_matches('!'), argument) {
        ("Ref", name) => json!({ "Ref": name }),
        ("Condition", name) => json!({ "Condition": name }),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) = path.split_once('.').unwrap_or((&path, ""));
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        (name, argument) => json!({ (format!("Fn::{name}")): argument }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_become_long_forms() {
        let cases = [
            ("!Ref Table", json!({"Ref": "Table"})),
            ("!GetAtt A.B.C", json!({"Fn::GetAtt": ["A", "B.C"]})),
            ("!Not [!Condition C]", json!({"Fn::Not": [{"Condition": "C"}]})),
            ("!Sub [\"${a}\", {a: 1}]", json!({"Fn::Sub": ["${a}", {"a": 1}]})),
            (
                "{ Fn::Join: [\"\", [a, 2, true, null]] }",
                json!({"Fn::Join": ["", ["a", 2, true, null]]}),
            ),
        ];
        for (text, expected) in cases {
            let document = Document::parse(&format!("Resources: {{ X: {text} }}")).unwrap();
            assert_eq!(document.resources["X"], expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_template_is_refused_with_the_place() {
        let cases = [
            ("Resources: [", "is not YAML"),
            ("[]", "the template: must be a map"),
            ("Resources: 1", "Resources: must be a map"),
            ("Parameters: {}", "Resources: is missing"),
            ("{Resources: {A: 1}, Globals: {Function: 1}}", "Globals.Function: must be a map"),
        ];
        for (text, expected) in cases {
            let defect = Document::parse(text).unwrap_err().to_string();
            assert!(defect.contains(expected), "{text}: {defect}");
        }
    }
}
