//! What the edge reads from `infra/template.yaml`: functions, tables, APIs and path behaviours.

mod apis;
mod distribution;
mod document;
mod error;
mod event_sources;
mod filter;
mod functions;
mod model;
mod names;
mod parameters;
mod policies;
#[cfg(test)]
mod properties;
mod resolver;
mod resource;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::Path};

pub use error::TemplateError;
pub use filter::Filter;
pub use model::{
    Behaviour, Cors, EventSourceMapping, Function, HttpApi, StartingPosition, Statement, Table,
    Target, WebSocketApi,
};
pub use names::{ACCOUNT, REGION, function_arn};
pub use parameters::Overrides;

use document::Document;
use error::{Defect, Problem};
use resolver::{Resolver, block::Block, reference};

/// Resource types that would change what is served or permitted, and that nothing here knows.
const UNSUPPORTED: [&str; 9] = [
    "AWS::ApiGateway::RestApi",
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    "AWS::Lambda::Function",
    "AWS::Serverless::Api",
    "AWS::Serverless::Connector",
    "AWS::Serverless::HttpApi",
    "AWS::Serverless::SimpleTable",
    "AWS::Serverless::WebSocketApi",
];

/// A SAM template with every intrinsic function resolved.
#[derive(Debug, Clone)]
pub struct Template {
    pub functions: Vec<Function>,
    pub tables: Vec<Table>,
    /// What invokes functions with the tables' changes.
    pub event_sources: Vec<EventSourceMapping>,
    /// The `AWS::ApiGatewayV2::Api` with `ProtocolType: HTTP`.
    pub http_api: HttpApi,
    /// The `AWS::ApiGatewayV2::Api` with `ProtocolType: WEBSOCKET`.
    pub websocket_api: WebSocketApi,
    /// The distribution's cache behaviours in order, the default one last with the pattern `*`.
    pub behaviours: Vec<Behaviour>,
    /// For how many seconds it keeps an answer with this status, where it says so.
    pub error_seconds: BTreeMap<u16, u32>,
}

impl Template {
    /// Reads the file, with these values instead of its defaults.
    pub fn read(file: &Path, overrides: &Overrides) -> Result<Self, TemplateError> {
        std::fs::read_to_string(file)
            .map_err(|error| Problem::from(error).here())
            .and_then(|text| Self::parse(&text, overrides))
            .map_err(|defect| TemplateError { file: file.to_owned(), defect })
    }

    fn parse(text: &str, overrides: &Overrides) -> Result<Self, Defect> {
        Self::of(&Document::parse(text)?, overrides)
    }

    fn of(document: &Document, overrides: &Overrides) -> Result<Self, Defect> {
        let resolver = Resolver::new(document, overrides)?;
        check_supported(&resolver)?;
        let apis = apis::read(&resolver)?;
        Ok(Self {
            functions: functions::read(&resolver, &document.function_globals)?,
            tables: tables(&resolver)?,
            event_sources: event_sources::read(&resolver)?,
            behaviours: distribution::behaviours(&resolver, &apis)?,
            error_seconds: distribution::error_seconds(&resolver)?,
            http_api: apis.http,
            websocket_api: apis.websocket,
        })
    }
}

fn check_supported(resolver: &Resolver) -> Result<(), Defect> {
    let unsupported = resolver
        .resources()
        .find(|resource| UNSUPPORTED.iter().any(|kind| resource.kind.starts_with(kind)));
    match unsupported {
        None => Ok(()),
        Some(resource) => Err(Problem::Unsupported(resource.kind.clone())
            .at(format!("Resources.{}.Type", resource.id))),
    }
}

fn tables(resolver: &Resolver) -> Result<Vec<Table>, Defect> {
    let tables = resolver.resources().filter(|resource| resource.kind == "AWS::DynamoDB::Table");
    let table = |resource| {
        let name = reference::table_name(resolver, resource)?;
        Ok(Table { name, properties: Block::of(resolver, resource).resolved()? })
    };
    tables.map(table).collect()
}
