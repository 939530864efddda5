//! `AWS::Serverless::Function` on top of `Globals.Function`.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Map, Value};

use super::{
    Function,
    error::{Fault, Problem},
    parameters::scalar,
    resolver::Resolver,
    resource::{Block, Resource},
};

/// Every function of the template.
pub fn read(resolver: &Resolver, globals: &Map<String, Value>) -> Result<Vec<Function>, Fault> {
    resolver
        .resources()
        .filter(|resource| resource.kind == "AWS::Serverless::Function")
        .map(|resource| function(resolver, globals, resource))
        .collect()
}

fn function(
    resolver: &Resolver,
    globals: &Map<String, Value>,
    resource: &Resource,
) -> Result<Function, Fault> {
    let place = format!("Resources.{}.Properties", resource.id);
    let block =
        Block::new(resolver, place, merged(&Value::Object(globals.clone()), &resource.properties));
    if block.get("Events")?.is_some() {
        return Err(block.fault("Events", Problem::Unsupported("a SAM event source".into())));
    }
    Ok(Function {
        name: resource.id.clone(),
        binary: binary(resource)?,
        timeout: Duration::from_secs(block.number("Timeout", 3)?.into()),
        memory_mb: block.number("MemorySize", 128)?,
        environment: environment(&block)?,
    })
}

fn binary(resource: &Resource) -> Result<String, Fault> {
    let binary = resource.metadata.pointer("/BuildProperties/Binary").and_then(Value::as_str);
    let place = || format!("Resources.{}.Metadata.BuildProperties.Binary", resource.id);
    binary.map(str::to_owned).ok_or_else(|| Problem::Missing.at(place()))
}

fn environment(function: &Block) -> Result<BTreeMap<String, String>, Fault> {
    let Some(environment) = function.optional_block("Environment")? else {
        return Ok(BTreeMap::new());
    };
    let Value::Object(variables) = environment.block("Variables")?.resolved()? else {
        return Ok(BTreeMap::new());
    };
    let text = |(name, value): (String, Value)| match scalar(&value) {
        Some(text) => Ok((name, text)),
        None => Err(environment.fault(&format!("Variables.{name}"), Problem::Expected("text"))),
    };
    variables.into_iter().map(text).collect()
}

/// Maps are merged by key as SAM does it, anything else replaces the global.
fn merged(global: &Value, own: &Value) -> Value {
    let (Value::Object(global), Value::Object(own)) = (global, own) else {
        return own.clone();
    };
    let mut result = global.clone();
    for (key, value) in own {
        let value = global.get(key).map_or_else(|| value.clone(), |global| merged(global, value));
        result.insert(key.clone(), value);
    }
    Value::Object(result)
}
