//! The template as plain values: short forms such as `!Ref X` become `{"Ref": X}`.

use std::{fs, path::PathBuf};

use serde_json::{Map, Value};
use serde_norway::Value as Yaml;
use tests::binaries::workspace;

/// The parsed template, with questions that the checks ask of it.
pub struct Document(Value);

/// A resource with its logical id.
pub type Resource<'a> = (&'a str, &'a Value);

impl Document {
    pub fn read() -> Self {
        let text = fs::read_to_string(workspace().join("infra/template.yaml")).unwrap();
        Self(plain(serde_norway::from_str(&text).unwrap()))
    }

    /// Every resource of this type, such as `AWS::Serverless::Function`.
    pub fn resources(&self, kind: &str) -> Vec<Resource<'_>> {
        let all = self.0["Resources"].as_object().unwrap();
        all.iter().filter(|(_, r)| r["Type"] == kind).map(|(id, r)| (id.as_str(), r)).collect()
    }

    /// The logical ids of every resource of this type, sorted.
    pub fn ids(&self, kind: &str) -> Vec<String> {
        let mut ids: Vec<_> =
            self.resources(kind).into_iter().map(|(id, _)| id.to_owned()).collect();
        ids.sort_unstable();
        ids
    }

    /// A section, such as `Rules`.
    pub fn section(&self, name: &str) -> &Value {
        &self.0[name]
    }

    /// One resource, with what stands beside its properties.
    pub fn resource(&self, id: &str) -> &Value {
        &self.0["Resources"][id]
    }

    /// Properties of one resource.
    pub fn properties(&self, id: &str) -> &Value {
        &self.0["Resources"][id]["Properties"]
    }

    /// What every function has unless it says otherwise.
    pub fn function_globals(&self) -> &Value {
        &self.0["Globals"]["Function"]
    }

    /// The value of a parameter nobody sets.
    pub fn default_of(&self, parameter: &str) -> &Value {
        &self.0["Parameters"][parameter]["Default"]
    }
}

/// A text or, when it is an intrinsic function, the text inside (`!Sub "x"` gives `x`).
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(function) if function.len() == 1 => function.values().map(text).collect(),
        Value::Array(parts) => parts.iter().map(text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn plain(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Tagged(tagged) => {
            let name = tagged.tag.to_string().trim_start_matches('!').to_owned();
            let name = if name == "Ref" { name } else { format!("Fn::{name}") };
            Value::Object(Map::from_iter([(name, plain(tagged.value))]))
        }
        Yaml::Sequence(items) => items.into_iter().map(plain).collect(),
        Yaml::Mapping(fields) => {
            let field = |(name, value): (Yaml, Yaml)| (text(&plain(name)), plain(value));
            Value::Object(fields.into_iter().map(field).collect())
        }
        scalar => serde_json::to_value(scalar).unwrap(),
    }
}

/// The stems of the files in `functions/src/bin`, sorted.
pub fn binaries() -> Vec<String> {
    let directory: PathBuf = workspace().join("functions/src/bin");
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut stems: Vec<_> =
        files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    stems.sort_unstable();
    stems
}
