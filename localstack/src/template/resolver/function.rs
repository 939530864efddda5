//! `Ref` and the `Fn::` functions that give values.

use serde_json::{Map, Value};

use super::{Resolver, expected, reference};
use crate::template::{
    error::{Defect, Problem},
    names,
    parameters::scalar,
};

impl Resolver {
    /// Calls the function with this long name; `None` is `AWS::NoValue`.
    pub(super) fn call(&self, name: &str, argument: &Value) -> Result<Option<Value>, Defect> {
        let value = match name {
            "Ref" => {
                return self.reference(argument.as_str().ok_or_else(|| expected("Ref of a name"))?);
            }
            "Fn::If" => return self.resolve(self.branch(argument)?),
            "Fn::Sub" => self.substitute(argument)?.into(),
            "Fn::GetAtt" => self.attribute_of(argument)?.into(),
            "Fn::Join" => self.join(argument)?.into(),
            "Fn::Select" => return self.select(argument).map(Some),
            "Fn::Split" => self.split(argument)?,
            other => return Err(Problem::Unsupported(other.to_owned()).here()),
        };
        Ok(Some(value))
    }

    fn reference(&self, name: &str) -> Result<Option<Value>, Defect> {
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        if let Some(value) = names::pseudo_parameter(name) {
            return Ok(Some(value.into()));
        }
        if let Some(parameter) = self.parameters.get(name) {
            return Ok(Some(parameter.value()));
        }
        reference::of(self, self.resource(name)?).map(|text| Some(text.into()))
    }

    fn attribute_of(&self, argument: &Value) -> Result<String, Defect> {
        let path: Option<Vec<&str>> =
            argument.as_array().and_then(|parts| parts.iter().map(Value::as_str).collect());
        match path.as_deref() {
            Some([id, attribute]) if !attribute.is_empty() => {
                reference::attribute(self, self.resource(id)?, attribute)
            }
            _ => Err(expected("GetAtt of Resource.Attribute")),
        }
    }

    fn substitute(&self, argument: &Value) -> Result<String, Defect> {
        let (text, variables) = match argument {
            Value::String(text) => (text.as_str(), &Map::new()),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(text), Value::Object(variables)] => (text.as_str(), variables),
                _ => return Err(expected("Sub of a text and a map")),
            },
            _ => return Err(expected("Sub of a text")),
        };
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) =
                after.split_once('}').ok_or_else(|| expected("Sub with a closing brace"))?;
            result.push_str(before);
            result.push_str(&self.substitution(name.trim(), variables)?);
            rest = after;
        }
        Ok(result + rest)
    }

    fn substitution(&self, name: &str, variables: &Map<String, Value>) -> Result<String, Defect> {
        if let Some(literal) = name.strip_prefix('!') {
            return Ok(format!("${{{literal}}}"));
        }
        let value = match (variables.get(name), name.split_once('.')) {
            (Some(value), _) => self.resolve(value)?,
            (None, Some((id, attribute))) => {
                return reference::attribute(self, self.resource(id)?, attribute);
            }
            (None, None) => self.reference(name)?,
        };
        value.as_ref().and_then(scalar).ok_or_else(|| expected("Sub of text values"))
    }

    fn join(&self, argument: &Value) -> Result<String, Defect> {
        let Some([Value::String(delimiter), list]) = argument.as_array().map(Vec::as_slice) else {
            return Err(expected("Join of a delimiter and a list"));
        };
        let items: Option<Vec<String>> = self
            .resolve(list)?
            .and_then(|list| list.as_array().and_then(|items| items.iter().map(scalar).collect()));
        Ok(items.ok_or_else(|| expected("Join of text values"))?.join(delimiter))
    }

    fn split(&self, argument: &Value) -> Result<Value, Defect> {
        let form = || expected("Split of a delimiter and a text");
        let Some([Value::String(delimiter), text]) = argument.as_array().map(Vec::as_slice) else {
            return Err(form());
        };
        let text = self.resolve(text)?.as_ref().and_then(scalar).ok_or_else(form)?;
        if delimiter.is_empty() {
            return Err(form());
        }
        Ok(text.split(delimiter.as_str()).collect())
    }

    fn select(&self, argument: &Value) -> Result<Value, Defect> {
        let Some([index, list]) = argument.as_array().map(Vec::as_slice) else {
            return Err(expected("Select of an index and a list"));
        };
        let index = self
            .resolve(index)?
            .as_ref()
            .and_then(scalar)
            .and_then(|text| text.parse::<usize>().ok());
        let list = self.resolve(list)?;
        index
            .and_then(|index| list.as_ref()?.get(index).cloned())
            .ok_or_else(|| expected("Select of an index inside the list"))
    }
}
