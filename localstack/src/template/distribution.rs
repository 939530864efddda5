//! `AWS::CloudFront::Distribution`: which path goes to which API, through which viewer function.

use std::collections::BTreeMap;

use axum::http::{HeaderName, HeaderValue};

use super::{
    apis::Apis,
    error::{Defect, Problem},
    model::{Behaviour, Target},
    names,
    resolver::{Resolver, block::Block},
};

/// What CloudFront has where the template leaves the time out.
const DEFAULT_ERROR_SECONDS: u32 = 10;

struct Origin {
    target: Target,
    path: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// The cache behaviours in order, the default one last.
pub fn behaviours(resolver: &Resolver, apis: &Apis) -> Result<Vec<Behaviour>, Defect> {
    let distribution = config(resolver)?;
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

/// `ErrorCachingMinTTL` of each status in `CustomErrorResponses`.
pub fn error_seconds(resolver: &Resolver) -> Result<BTreeMap<u16, u32>, Defect> {
    let mut seconds = BTreeMap::new();
    for block in config(resolver)?.blocks("CustomErrorResponses")? {
        if block.get("ResponsePagePath")?.is_some() {
            let problem = Problem::Unsupported("pages for errors".into());
            return Err(block.defect("ResponsePagePath", problem));
        }
        let code = block.number("ErrorCode", 0)?;
        let Ok(code) = u16::try_from(code) else {
            return Err(block.defect("ErrorCode", Problem::Unsupported(code.to_string())));
        };
        seconds.insert(code, block.number("ErrorCachingMinTTL", DEFAULT_ERROR_SECONDS)?);
    }
    Ok(seconds)
}

fn config(resolver: &Resolver) -> Result<Block<'_>, Defect> {
    resolver
        .resources()
        .find(|resource| resource.kind == "AWS::CloudFront::Distribution")
        .map(|resource| Block::of(resolver, resource))
        .ok_or_else(|| Problem::Missing.at("Resources, an AWS::CloudFront::Distribution"))?
        .block("DistributionConfig")
}

fn origins(distribution: &Block, apis: &Apis) -> Result<BTreeMap<String, Origin>, Defect> {
    let mut origins = BTreeMap::new();
    for block in distribution.blocks("Origins")? {
        let host = block.text("DomainName")?;
        let target = match host.split('.').next() {
            Some(id) if id == apis.http.id => Target::Http,
            Some(id) if id == apis.websocket.id => Target::WebSocket,
            _ => {
                let problem =
                    Problem::WrongTarget { found: host, expected: "an API of this template" };
                return Err(block.defect("DomainName", problem));
            }
        };
        let path = block.optional_text("OriginPath")?.unwrap_or_default();
        let headers = headers(&block)?;
        origins.insert(block.text("Id")?, Origin { target, path, headers });
    }
    Ok(origins)
}

/// `OriginCustomHeaders`. Values may be secrets: nothing prints them.
fn headers(origin: &Block) -> Result<Vec<(HeaderName, HeaderValue)>, Defect> {
    let header = |block: &Block| {
        let name = block.text("HeaderName")?;
        let Ok(name) = HeaderName::try_from(&name) else {
            return Err(block.defect("HeaderName", Problem::Expected("the name of a header")));
        };
        let value = HeaderValue::try_from(block.text("HeaderValue")?);
        let mut value = value
            .map_err(|_| block.defect("HeaderValue", Problem::Expected("the value of a header")))?;
        value.set_sensitive(true);
        Ok((name, value))
    };
    origin.blocks("OriginCustomHeaders")?.iter().map(header).collect()
}

fn behaviour(
    resolver: &Resolver,
    origins: &BTreeMap<String, Origin>,
    block: &Block,
    path_pattern: String,
) -> Result<Behaviour, Defect> {
    let id = block.text("TargetOriginId")?;
    let Some(origin) = origins.get(&id) else {
        return Err(block
            .defect("TargetOriginId", Problem::WrongTarget { found: id, expected: "an origin" }));
    };
    Ok(Behaviour {
        path_pattern,
        target: origin.target,
        origin_path: origin.path.clone(),
        origin_headers: origin.headers.clone(),
        viewer_request: viewer_request(resolver, block)?,
    })
}

fn viewer_request(resolver: &Resolver, behaviour: &Block) -> Result<Option<String>, Defect> {
    if !behaviour.blocks("LambdaFunctionAssociations")?.is_empty() {
        let problem = Problem::Unsupported("Lambda@Edge".into());
        return Err(behaviour.defect("LambdaFunctionAssociations", problem));
    }
    let mut source = None;
    for association in behaviour.blocks("FunctionAssociations")? {
        let event = association.text("EventType")?;
        if event != "viewer-request" {
            return Err(association.defect("EventType", Problem::Unsupported(event)));
        }
        source = Some(viewer_source(resolver, &association)?);
    }
    Ok(source)
}

fn viewer_source(resolver: &Resolver, association: &Block) -> Result<String, Defect> {
    let arn = association.text("FunctionARN")?;
    let Some(id) = names::viewer_function_in(&arn) else {
        let problem = Problem::WrongTarget { found: arn, expected: "a CloudFront function" };
        return Err(association.defect("FunctionARN", problem));
    };
    Block::of(resolver, resolver.resource(id)?).text("FunctionCode")
}
