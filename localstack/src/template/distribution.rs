//! `AWS::CloudFront::Distribution`: which path goes to which API, through which viewer function.

use std::collections::BTreeMap;

use super::{
    Behaviour, Target,
    apis::Apis,
    error::{Fault, Problem},
    reference,
    resolver::Resolver,
    resource::Block,
};

struct Origin {
    target: Target,
    path: String,
}

/// The cache behaviours in order, the default one last.
pub fn read(resolver: &Resolver, apis: &Apis) -> Result<Vec<Behaviour>, Fault> {
    let distribution = resolver
        .resources()
        .find(|resource| resource.kind == "AWS::CloudFront::Distribution")
        .ok_or_else(|| Problem::Missing.at("Resources, an AWS::CloudFront::Distribution"))?
        .block(resolver)
        .block("DistributionConfig")?;
    let origins = origins(&distribution, apis)?;
    let mut behaviours = Vec::new();
    for block in distribution.blocks("CacheBehaviors")? {
        let pattern = block.text("PathPattern")?;
        behaviours.push(behaviour(resolver, &origins, &block, pattern)?);
    }
    let default = distribution.block("DefaultCacheBehavior")?;
    behaviours.push(behaviour(resolver, &origins, &default, "*".into())?);
    Ok(behaviours)
}

fn origins(distribution: &Block, apis: &Apis) -> Result<BTreeMap<String, Origin>, Fault> {
    let mut origins = BTreeMap::new();
    for block in distribution.blocks("Origins")? {
        let host = block.text("DomainName")?;
        let target = match host.split('.').next() {
            Some(id) if id == apis.http.id => Target::Http,
            Some(id) if id == apis.websocket.id => Target::WebSocket,
            _ => {
                let problem =
                    Problem::WrongTarget { found: host, expected: "an API of this template" };
                return Err(block.fault("DomainName", problem));
            }
        };
        let path = block.optional_text("OriginPath")?.unwrap_or_default();
        origins.insert(block.text("Id")?, Origin { target, path });
    }
    Ok(origins)
}

fn behaviour(
    resolver: &Resolver,
    origins: &BTreeMap<String, Origin>,
    block: &Block,
    path_pattern: String,
) -> Result<Behaviour, Fault> {
    let id = block.text("TargetOriginId")?;
    let Some(origin) = origins.get(&id) else {
        return Err(block
            .fault("TargetOriginId", Problem::WrongTarget { found: id, expected: "an origin" }));
    };
    Ok(Behaviour {
        path_pattern,
        target: origin.target,
        origin_path: origin.path.clone(),
        viewer_request: viewer_request(resolver, block)?,
    })
}

fn viewer_request(resolver: &Resolver, behaviour: &Block) -> Result<Option<String>, Fault> {
    if !behaviour.blocks("LambdaFunctionAssociations")?.is_empty() {
        let problem = Problem::Unsupported("Lambda@Edge".into());
        return Err(behaviour.fault("LambdaFunctionAssociations", problem));
    }
    let mut source = None;
    for association in behaviour.blocks("FunctionAssociations")? {
        let event = association.text("EventType")?;
        if event != "viewer-request" {
            return Err(association.fault("EventType", Problem::Unsupported(event)));
        }
        source = Some(viewer_source(resolver, &association)?);
    }
    Ok(source)
}

fn viewer_source(resolver: &Resolver, association: &Block) -> Result<String, Fault> {
    let arn = association.text("FunctionARN")?;
    let Some(id) = reference::viewer_function_in(&arn) else {
        let problem = Problem::WrongTarget { found: arn, expected: "a CloudFront function" };
        return Err(association.fault("FunctionARN", problem));
    };
    resolver.resource(id)?.block(resolver).text("FunctionCode")
}
