//! The files, read once, and references within and between them.

use std::{fs, sync::OnceLock};

use serde_json::Value;

use crate::binaries::workspace;

/// One of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Specification {
    /// `infra/openapi.yaml`, for HTTP requests and answers.
    OpenApi,
    /// `infra/asyncapi.yaml`, for the frames of sockets.
    AsyncApi,
}

/// A value in a file: what its references are relative to.
#[derive(Debug, Clone, Copy)]
pub struct Located {
    file: Specification,
    /// What stands there, references not followed.
    pub value: &'static Value,
}

impl Specification {
    /// The whole file, read at the first call.
    #[must_use]
    pub fn root(self) -> Located {
        static OPEN_API: OnceLock<Value> = OnceLock::new();
        static ASYNC_API: OnceLock<Value> = OnceLock::new();
        let (cell, name) = match self {
            Self::OpenApi => (&OPEN_API, "openapi.yaml"),
            Self::AsyncApi => (&ASYNC_API, "asyncapi.yaml"),
        };
        Located { file: self, value: cell.get_or_init(|| read(name)) }
    }

    /// The value at a JSON pointer such as `/components/schemas/Id`.
    #[must_use]
    pub fn at(self, pointer: &str) -> Located {
        let value = self.root().value.pointer(pointer);
        let value = value.unwrap_or_else(|| panic!("{self:?} has nothing at {pointer}"));
        Located { file: self, value }
    }
}

impl Located {
    /// Another value of the same file.
    #[must_use]
    pub fn with(self, value: &'static Value) -> Self {
        Self { value, ..self }
    }

    /// A field, references followed.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Self> {
        self.value.get(name).map(|value| self.with(value).resolved())
    }

    /// Every field of an object, references followed.
    pub fn fields(self) -> impl Iterator<Item = (&'static str, Self)> {
        let fields = self.value.as_object().into_iter().flatten();
        fields.map(move |(name, value)| (name.as_str(), self.with(value).resolved()))
    }

    /// What this stands for: the target of a `$ref` that is all there is, or else itself.
    #[must_use]
    pub fn resolved(self) -> Self {
        match self.value.get("$ref").and_then(Value::as_str) {
            Some(reference) if self.value.as_object().is_some_and(|object| object.len() == 1) => {
                self.target(reference).resolved()
            }
            _ => self,
        }
    }

    /// The target of a reference that stands here.
    #[must_use]
    pub fn target(self, reference: &str) -> Self {
        match reference.split_once('#') {
            Some(("", pointer)) => self.file.at(pointer),
            Some(("./openapi.yaml", pointer)) => Specification::OpenApi.at(pointer),
            _ => panic!("{reference} is no reference of the specifications"),
        }
    }
}

fn read(name: &str) -> Value {
    let text = fs::read_to_string(workspace().join("infra").join(name));
    let text = text.unwrap_or_else(|error| panic!("infra/{name}: {error}"));
    serde_norway::from_str(&text).unwrap_or_else(|error| panic!("infra/{name}: {error}"))
}
