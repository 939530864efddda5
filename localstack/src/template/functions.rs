//! `AWS::Serverless::Function` on top of `Globals.Function`.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Map, Value};

use super::{
    error::{Defect, Problem},
    model::Function,
    parameters::scalar,
    policies,
    resolver::{Resolver, block::Block},
    resource::Resource,
};

/// Every function of the template.
pub fn read(resolver: &Resolver, globals: &Map<String, Value>) -> Result<Vec<Function>, Defect> {
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
) -> Result<Function, Defect> {
    let properties = merged(&Value::Object(globals.clone()), &resource.properties);
    let block = Block::new(resolver, resource.properties_place(), properties);
    if block.get("Events")?.is_some() {
        return Err(block.defect("Events", Problem::Unsupported("a SAM event source".into())));
    }
    // 3 seconds and 128 MB are the defaults of Lambda.
    Ok(Function {
        name: resource.id.clone(),
        binary: binary(resource)?,
        timeout: Duration::from_secs(block.number("Timeout", 3)?.into()),
        memory_mb: block.number("MemorySize", 128)?,
        environment: environment(&block)?,
        permissions: policies::of_function(resolver, &block)?,
    })
}

fn binary(resource: &Resource) -> Result<String, Defect> {
    let binary = resource.metadata.pointer("/BuildProperties/Binary").and_then(Value::as_str);
    let place = || format!("Resources.{}.Metadata.BuildProperties.Binary", resource.id);
    binary.map(str::to_owned).ok_or_else(|| Problem::Missing.at(place()))
}

fn environment(function: &Block) -> Result<BTreeMap<String, String>, Defect> {
    let Some(environment) = function.optional_block("Environment")? else {
        return Ok(BTreeMap::new());
    };
    let Value::Object(variables) = environment.block("Variables")?.resolved()? else {
        return Ok(BTreeMap::new());
    };
    let text = |(name, value): (String, Value)| match scalar(&value) {
        Some(text) => Ok((name, text)),
        None => Err(environment.defect(&format!("Variables.{name}"), Problem::Expected("text"))),
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
