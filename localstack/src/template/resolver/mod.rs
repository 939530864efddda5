//! From the template as written to plain values.

pub mod block;
mod condition;
mod function;
pub mod reference;
mod rules;
#[cfg(test)]
mod tests;

use std::{cell::Cell, collections::BTreeMap};

use serde_json::{Map, Value};

use super::{
    document::Document,
    error::{Defect, Problem},
    parameters::{self, Overrides, Parameters},
    resource::Resource,
};

/// Deeper nesting than any template has: references that lead back to themselves.
const MAX_DEPTH: usize = 64;

/// A document with its parameters settled and its conditional resources decided.
pub struct Resolver {
    parameters: Parameters,
    conditions: Map<String, Value>,
    resources: BTreeMap<String, Resource>,
    /// Ids of the resources whose `Condition` is false, to say so when one is named.
    left_out: Vec<String>,
    depth: Cell<usize>,
}

impl Resolver {
    /// Settles the parameters, checks the rules and drops the resources whose `Condition` is false.
    pub fn new(document: &Document, overrides: &Overrides) -> Result<Self, Defect> {
        let mut resolver = Self {
            parameters: parameters::settle(&document.parameters, overrides)?,
            conditions: document.conditions.clone(),
            resources: BTreeMap::new(),
            left_out: Vec::new(),
            depth: Cell::new(0),
        };
        resolver.check_rules(&document.rules)?;
        for (id, declaration) in &document.resources {
            let under = |defect: Defect| defect.under(id).under("Resources");
            let resource = Resource::read(id, declaration).map_err(under)?;
            if resource
                .condition
                .as_ref()
                .map_or(Ok(true), |name| resolver.condition(name))
                .map_err(under)?
            {
                resolver.resources.insert(id.clone(), resource);
            } else {
                resolver.left_out.push(id.clone());
            }
        }
        Ok(resolver)
    }

    /// The resources that exist, by logical id.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources.values()
    }

    /// The resource with this logical id.
    pub fn resource(&self, id: &str) -> Result<&Resource, Defect> {
        self.resources.get(id).ok_or_else(|| {
            if self.left_out.iter().any(|name| name == id) {
                Problem::LeftOut(id.to_owned()).here()
            } else {
                Problem::UnknownName(id.to_owned()).here()
            }
        })
    }

    /// The plain value, or `None` for `AWS::NoValue`.
    pub fn resolve(&self, value: &Value) -> Result<Option<Value>, Defect> {
        match value {
            Value::Object(map) => match intrinsic(map) {
                Some((name, argument)) => self.nested(|| self.call(name, argument)),
                None => self.resolve_map(map).map(Some),
            },
            Value::Array(items) => self.resolve_list(items).map(Some),
            plain => Ok(Some(plain.clone())),
        }
    }

    /// Resolves the value itself but not what is inside, so that a place the edge does not
    /// read may hold what it does not support.
    pub fn resolve_head(&self, value: &Value) -> Result<Option<Value>, Defect> {
        let map = value.as_object().and_then(intrinsic);
        match map {
            Some(("Fn::If", argument)) => self.nested(|| self.resolve_head(self.branch(argument)?)),
            Some(_) => self.resolve(value),
            None => Ok(Some(value.clone())),
        }
    }

    fn resolve_map(&self, map: &Map<String, Value>) -> Result<Value, Defect> {
        let mut resolved = Map::new();
        for (key, value) in map {
            if let Some(value) = self.resolve(value).map_err(|defect| defect.under(key))? {
                resolved.insert(key.clone(), value);
            }
        }
        Ok(Value::Object(resolved))
    }

    fn resolve_list(&self, items: &[Value]) -> Result<Value, Defect> {
        let mut resolved = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            resolved
                .extend(self.resolve(item).map_err(|defect| defect.under(&format!("[{index}]")))?);
        }
        Ok(Value::Array(resolved))
    }

    fn nested<T>(&self, resolve: impl FnOnce() -> Result<T, Defect>) -> Result<T, Defect> {
        if self.depth.get() == MAX_DEPTH {
            return Err(Problem::Circular.here());
        }
        self.depth.set(self.depth.get() + 1);
        let result = resolve();
        self.depth.set(self.depth.get() - 1);
        result
    }
}

fn intrinsic(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = map.iter().next().filter(|_| map.len() == 1)?;
    let is_function =
        name == "Ref" || name.starts_with("Fn::") || (name == "Condition" && argument.is_string());
    is_function.then_some((name.as_str(), argument))
}

fn expected(form: &'static str) -> Defect {
    Problem::Expected(form).here()
}
