//! `AWS::Lambda::EventSourceMapping`: which function gets which changes of a table.

use std::{ops::RangeInclusive, time::Duration};

use serde_json::Value;

use super::{
    error::{Defect, Problem},
    filter::{Filter, FilterError},
    model::{EventSourceMapping, StartingPosition},
    names,
    resolver::{Resolver, block::Block, reference},
    resource::Resource,
};

/// Every property that is read here. Any other would change what the function gets.
const PROPERTIES: [&str; 12] = [
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "EventSourceArn",
    "FilterCriteria",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "StartingPosition",
];
/// Properties that mean nothing on one machine.
const WITHOUT_EFFECT: [&str; 3] = ["LoggingConfig", "MetricsConfig", "Tags"];

const BATCH_SIZES: RangeInclusive<u32> = 1..=10_000;
const WINDOW_SECONDS: RangeInclusive<u32> = 0..=300;
const PARALLELIZATION: RangeInclusive<u32> = 1..=10;
const RETRIES: RangeInclusive<u32> = 0..=10_000;
const AGE_SECONDS: RangeInclusive<u32> = 60..=604_800;

/// Every mapping of the template.
pub fn read(resolver: &Resolver) -> Result<Vec<EventSourceMapping>, Defect> {
    let mut mappings: Vec<EventSourceMapping> = Vec::new();
    let declared = resolver.resources();
    for resource in declared.filter(|of| of.kind == "AWS::Lambda::EventSourceMapping") {
        let new = mapping(resolver, resource)?;
        let is_same = |other: &&EventSourceMapping| {
            (&other.stream_arn, &other.function) == (&new.stream_arn, &new.function)
        };
        if let Some(existing) = mappings.iter().find(is_same) {
            let problem = Problem::MappedTwice {
                source_arn: new.stream_arn,
                function: new.function,
                existing: existing.name.clone(),
            };
            return Err(Block::of(resolver, resource).defect("FunctionName", problem));
        }
        mappings.push(new);
    }
    Ok(mappings)
}

fn mapping(resolver: &Resolver, resource: &Resource) -> Result<EventSourceMapping, Defect> {
    let block = Block::of(resolver, resource);
    check_properties(&block, resource)?;
    let (table, stream_arn) = stream(resolver, &block)?;
    let window = limited(&block, "MaximumBatchingWindowInSeconds", 0, &WINDOW_SECONDS)?;
    let age = without_end(&block, "MaximumRecordAgeInSeconds", &AGE_SECONDS)?;
    Ok(EventSourceMapping {
        name: resource.id.clone(),
        function: function(resolver, &block)?,
        table,
        stream_arn,
        starts_at: starting_position(&block)?,
        filters: filters(&block)?,
        batch_size: limited(&block, "BatchSize", 100, &BATCH_SIZES)? as usize,
        window: Duration::from_secs(window.into()),
        parallelization: limited(&block, "ParallelizationFactor", 1, &PARALLELIZATION)? as usize,
        reports_failures: reports_failures(&block)?,
        bisects: flag(&block, "BisectBatchOnFunctionError")?,
        retries: without_end(&block, "MaximumRetryAttempts", &RETRIES)?,
        record_age: age.map(|seconds| Duration::from_secs(seconds.into())),
        on_failure: on_failure(&block)?,
    })
}

fn check_properties(block: &Block, resource: &Resource) -> Result<(), Defect> {
    let names = resource.properties.as_object().into_iter().flat_map(|map| map.keys());
    let known = |name: &str| PROPERTIES.contains(&name) || WITHOUT_EFFECT.contains(&name);
    match names.map(String::as_str).find(|name| !known(name)) {
        None => Ok(()),
        Some(name) => Err(block.defect(name, Problem::Unsupported("this property".into()))),
    }
}

/// Name of the table and ARN of its stream.
fn stream(resolver: &Resolver, block: &Block) -> Result<(String, String), Defect> {
    let arn = block.text("EventSourceArn")?;
    for table in resolver.resources().filter(|resource| resource.kind == "AWS::DynamoDB::Table") {
        let has_stream = Block::of(resolver, table).get("StreamSpecification")?.is_some();
        if has_stream && reference::attribute(resolver, table, "StreamArn")? == arn {
            return Ok((reference::table_name(resolver, table)?, arn));
        }
    }
    let expected = "the stream of a table that the template creates with a StreamSpecification; the edge has no others";
    Err(block.defect("EventSourceArn", Problem::WrongTarget { found: arn, expected }))
}

fn function(resolver: &Resolver, block: &Block) -> Result<String, Defect> {
    let found = block.text("FunctionName")?;
    let id = names::function_in(&found).unwrap_or(&found);
    let is_function =
        |resource: &Resource| resource.id == id && resource.kind == "AWS::Serverless::Function";
    if resolver.resources().any(is_function) {
        return Ok(id.to_owned());
    }
    Err(block.defect("FunctionName", Problem::WrongTarget { found, expected: "a function" }))
}

fn starting_position(block: &Block) -> Result<StartingPosition, Defect> {
    match block.text("StartingPosition")?.as_str() {
        "TRIM_HORIZON" => Ok(StartingPosition::TrimHorizon),
        "LATEST" => Ok(StartingPosition::Latest),
        other => Err(block.defect("StartingPosition", Problem::Unsupported(other.to_owned()))),
    }
}

fn filters(block: &Block) -> Result<Vec<Filter>, Defect> {
    let Some(criteria) = block.optional_block("FilterCriteria")? else {
        return Ok(Vec::new());
    };
    let filter = |filter: &Block| {
        Filter::parse(&filter.text("Pattern")?).map_err(|error| {
            let problem = match error {
                FilterError::NotJson => Problem::Expected("JSON"),
                FilterError::WrongShape => {
                    Problem::Expected("a map whose leaves are lists that are not empty")
                }
                FilterError::UnknownOperator(operator) => Problem::Unsupported(operator),
            };
            filter.defect("Pattern", problem)
        })
    };
    criteria.blocks("Filters")?.iter().map(filter).collect()
}

fn reports_failures(block: &Block) -> Result<bool, Defect> {
    let types = block.get("FunctionResponseTypes")?.unwrap_or_default();
    match types.as_array().map(Vec::as_slice) {
        None | Some([]) => Ok(false),
        Some([Value::String(only)]) if only == "ReportBatchItemFailures" => Ok(true),
        _ => Err(block.defect("FunctionResponseTypes", Problem::Unsupported(types.to_string()))),
    }
}

fn on_failure(block: &Block) -> Result<Option<String>, Defect> {
    let destinations = block.optional_block("DestinationConfig")?;
    let on_failure = destinations.map(|block| block.optional_block("OnFailure")).transpose()?;
    on_failure.flatten().map(|block| block.text("Destination")).transpose()
}

fn flag(block: &Block, name: &str) -> Result<bool, Defect> {
    match block.optional_text(name)?.as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(block.defect(name, Problem::Expected("true or false"))),
    }
}

fn limited(
    block: &Block,
    name: &str,
    default: u32,
    limits: &RangeInclusive<u32>,
) -> Result<u32, Defect> {
    let value = block.number(name, default)?;
    if limits.contains(&value) {
        return Ok(value);
    }
    let rule = format!("{} to {}", limits.start(), limits.end());
    Err(block.defect(name, Problem::Refused { value: value.to_string(), rule }))
}

/// A number, or nothing for -1, which is the default.
fn without_end(
    block: &Block,
    name: &str,
    limits: &RangeInclusive<u32>,
) -> Result<Option<u32>, Defect> {
    match block.optional_text(name)?.as_deref() {
        None | Some("-1") => Ok(None),
        Some(_) => limited(block, name, 0, limits).map(Some),
    }
}
