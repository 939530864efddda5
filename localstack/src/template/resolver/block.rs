//! Reading a resource's properties, with the place of each at hand for errors.

use serde_json::Value;

use super::Resolver;
use crate::template::{
    error::{Defect, Problem},
    parameters::scalar,
    resource::Resource,
};

/// A map inside the template that knows its place and resolves what is asked of it.
pub struct Block<'r> {
    resolver: &'r Resolver,
    place: String,
    value: Value,
}

impl<'r> Block<'r> {
    /// The properties of a resource.
    pub fn of(resolver: &'r Resolver, resource: &Resource) -> Self {
        Self::new(resolver, resource.properties_place(), resource.properties.clone())
    }

    /// A block for a map that stands at this place.
    pub fn new(resolver: &'r Resolver, place: impl Into<String>, value: Value) -> Self {
        Self { resolver, place: place.into(), value }
    }

    /// This problem with the named property.
    pub fn defect(&self, name: &str, problem: Problem) -> Defect {
        problem.at(format!("{}.{name}", self.place))
    }

    /// The fully resolved property.
    pub fn get(&self, name: &str) -> Result<Option<Value>, Defect> {
        let Some(value) = self.value.get(name) else {
            return Ok(None);
        };
        self.resolver.resolve(value).map_err(|defect| defect.under(name).under(&self.place))
    }

    /// The whole block, fully resolved.
    pub fn resolved(&self) -> Result<Value, Defect> {
        let value =
            self.resolver.resolve(&self.value).map_err(|defect| defect.under(&self.place))?;
        Ok(value.unwrap_or_default())
    }

    /// A text property that must be there.
    pub fn text(&self, name: &str) -> Result<String, Defect> {
        self.optional_text(name)?.ok_or_else(|| self.defect(name, Problem::Missing))
    }

    /// A text property. Numbers and flags count as text.
    pub fn optional_text(&self, name: &str) -> Result<Option<String>, Defect> {
        self.get(name)?
            .map(|value| scalar(&value).ok_or_else(|| self.defect(name, Problem::Expected("text"))))
            .transpose()
    }

    /// A whole number, also when it stands as text, as a parameter's value does.
    pub fn number(&self, name: &str, default: u32) -> Result<u32, Defect> {
        let Some(text) = self.optional_text(name)? else {
            return Ok(default);
        };
        text.parse().map_err(|_| self.defect(name, Problem::Expected("a whole number")))
    }

    /// A nested block that must be there.
    pub fn block(&self, name: &str) -> Result<Block<'r>, Defect> {
        self.optional_block(name)?.ok_or_else(|| self.defect(name, Problem::Missing))
    }

    pub fn optional_block(&self, name: &str) -> Result<Option<Block<'r>>, Defect> {
        let Some(value) = self.head(name)? else {
            return Ok(None);
        };
        self.nested(format!("{}.{name}", self.place), value).map(Some)
    }

    /// What stands under this name as a block of its own.
    pub fn inner(&self, name: &str, value: Value) -> Result<Block<'r>, Defect> {
        self.nested(format!("{}.{name}", self.place), value)
    }

    /// The first of the block's names that is not one of these, for places where every name counts.
    pub fn unknown_name(&self, known: &[&str]) -> Option<&str> {
        let names = self.value.as_object().into_iter().flat_map(|map| map.keys());
        names.map(String::as_str).find(|name| !known.contains(name))
    }

    /// A list of blocks, empty when there is none.
    pub fn blocks(&self, name: &str) -> Result<Vec<Block<'r>>, Defect> {
        let items = match self.head(name)? {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(self.defect(name, Problem::Expected("a list"))),
        };
        let mut blocks = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let place = format!("{}.{name}[{index}]", self.place);
            if let Some(value) =
                self.resolver.resolve_head(item).map_err(|defect| defect.under(&place))?
            {
                blocks.push(self.nested(place, value)?);
            }
        }
        Ok(blocks)
    }

    fn head(&self, name: &str) -> Result<Option<Value>, Defect> {
        let Some(value) = self.value.get(name) else {
            return Ok(None);
        };
        self.resolver.resolve_head(value).map_err(|defect| defect.under(name).under(&self.place))
    }

    fn nested(&self, place: String, value: Value) -> Result<Block<'r>, Defect> {
        match value {
            Value::Object(_) => Ok(Block::new(self.resolver, place, value)),
            _ => Err(Problem::Expected("a map").at(place)),
        }
    }
}
