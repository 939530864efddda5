//! Resources, and reading their properties with the place of each at hand for errors.

use serde_json::{Map, Value};

use super::{
    error::{Fault, Problem},
    parameters::scalar,
    resolver::Resolver,
};

/// One resource as written.
#[derive(Debug)]
pub struct Resource {
    pub id: String,
    pub kind: String,
    pub condition: Option<String>,
    pub metadata: Value,
    pub properties: Value,
}

impl Resource {
    /// Reads the frame of a resource, its properties stay as written.
    pub fn read(id: &str, declaration: &Value) -> Result<Self, Fault> {
        let text = |name: &str| declaration.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            id: id.to_owned(),
            kind: text("Type").ok_or_else(|| Problem::Missing.at("Type"))?,
            condition: text("Condition"),
            metadata: declaration.get("Metadata").cloned().unwrap_or_default(),
            properties: declaration.get("Properties").cloned().unwrap_or_else(|| Map::new().into()),
        })
    }

    /// The resource's properties, resolved as they are read.
    pub fn block<'r>(&'r self, resolver: &'r Resolver) -> Block<'r> {
        Block {
            resolver,
            place: format!("Resources.{}.Properties", self.id),
            value: self.properties.clone(),
        }
    }
}

/// A map inside the template that knows its place and resolves what is asked of it.
pub struct Block<'r> {
    resolver: &'r Resolver,
    place: String,
    value: Value,
}

impl<'r> Block<'r> {
    /// A block for a map that stands at this place.
    pub fn new(resolver: &'r Resolver, place: impl Into<String>, value: Value) -> Self {
        Self { resolver, place: place.into(), value }
    }

    /// This problem with the named property.
    pub fn fault(&self, name: &str, problem: Problem) -> Fault {
        problem.at(format!("{}.{name}", self.place))
    }

    /// The fully resolved property.
    pub fn get(&self, name: &str) -> Result<Option<Value>, Fault> {
        let Some(value) = self.value.get(name) else {
            return Ok(None);
        };
        self.resolver.resolve(value).map_err(|fault| fault.under(name).under(&self.place))
    }

    /// The whole block, fully resolved.
    pub fn resolved(&self) -> Result<Value, Fault> {
        let value = self.resolver.resolve(&self.value).map_err(|fault| fault.under(&self.place))?;
        Ok(value.unwrap_or_default())
    }

    /// A text property that must be there.
    pub fn text(&self, name: &str) -> Result<String, Fault> {
        self.optional_text(name)?.ok_or_else(|| self.fault(name, Problem::Missing))
    }

    /// A text property. Numbers and flags count as text.
    pub fn optional_text(&self, name: &str) -> Result<Option<String>, Fault> {
        self.get(name)?
            .map(|value| scalar(&value).ok_or_else(|| self.fault(name, Problem::Expected("text"))))
            .transpose()
    }

    /// A whole number, also when it stands as text, as a parameter's value does.
    pub fn number(&self, name: &str, default: u32) -> Result<u32, Fault> {
        let Some(text) = self.optional_text(name)? else {
            return Ok(default);
        };
        text.parse().map_err(|_| self.fault(name, Problem::Expected("a whole number")))
    }

    /// A nested block that must be there.
    pub fn block(&self, name: &str) -> Result<Block<'r>, Fault> {
        self.optional_block(name)?.ok_or_else(|| self.fault(name, Problem::Missing))
    }

    /// A nested block.
    pub fn optional_block(&self, name: &str) -> Result<Option<Block<'r>>, Fault> {
        let Some(value) = self.head(name)? else {
            return Ok(None);
        };
        self.nested(format!("{}.{name}", self.place), value).map(Some)
    }

    /// A list of blocks, empty when there is none.
    pub fn blocks(&self, name: &str) -> Result<Vec<Block<'r>>, Fault> {
        let items = match self.head(name)? {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(self.fault(name, Problem::Expected("a list"))),
        };
        let mut blocks = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let place = format!("{}.{name}[{index}]", self.place);
            if let Some(value) =
                self.resolver.resolve_head(item).map_err(|fault| fault.under(&place))?
            {
                blocks.push(self.nested(place, value)?);
            }
        }
        Ok(blocks)
    }

    fn head(&self, name: &str) -> Result<Option<Value>, Fault> {
        let Some(value) = self.value.get(name) else {
            return Ok(None);
        };
        self.resolver.resolve_head(value).map_err(|fault| fault.under(name).under(&self.place))
    }

    fn nested(&self, place: String, value: Value) -> Result<Block<'r>, Fault> {
        match value {
            Value::Object(_) => Ok(Block::new(self.resolver, place, value)),
            _ => Err(Problem::Expected("a map").at(place)),
        }
    }
}
