//! What the edge reads from `infra/template.yaml`: functions, tables, APIs and path behaviours.

mod apis;
mod distribution;
mod document;
mod error;
mod functions;
mod parameters;
mod reference;
mod resolver;
mod resource;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::Path, time::Duration};

pub use error::TemplateError;
pub use reference::{REGION, function_arn};

use document::Document;
use error::{Fault, Problem};
use resolver::Resolver;

/// Resource types that would change what is served, and that nothing here serves.
const UNSUPPORTED: [&str; 7] = [
    "AWS::ApiGateway::RestApi",
    "AWS::Lambda::Function",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Serverless::Api",
    "AWS::Serverless::HttpApi",
    "AWS::Serverless::SimpleTable",
    "AWS::Serverless::WebSocketApi",
];

/// A SAM template with every intrinsic function resolved.
#[derive(Debug, Clone)]
pub struct Template {
    /// Every `AWS::Serverless::Function`.
    pub functions: Vec<Function>,
    /// Every `AWS::DynamoDB::Table`.
    pub tables: Vec<Table>,
    /// The `AWS::ApiGatewayV2::Api` with `ProtocolType: HTTP`.
    pub http_api: HttpApi,
    /// The `AWS::ApiGatewayV2::Api` with `ProtocolType: WEBSOCKET`.
    pub websocket_api: WebSocketApi,
    /// The distribution's cache behaviours in order, the default one last with the pattern `*`.
    pub behaviours: Vec<Behaviour>,
}

impl Template {
    /// Reads the file. A parameter that the template does not declare is ignored.
    pub fn read(file: &Path, parameters: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        std::fs::read_to_string(file)
            .map_err(|error| Problem::from(error).here())
            .and_then(|text| Self::parse(&text, parameters))
            .map_err(|fault| TemplateError { file: file.to_owned(), fault })
    }

    fn parse(text: &str, parameters: &BTreeMap<String, String>) -> Result<Self, Fault> {
        let document = Document::parse(text)?;
        let resolver = Resolver::new(&document, parameters)?;
        check_supported(&resolver)?;
        let apis = apis::read(&resolver)?;
        Ok(Self {
            functions: functions::read(&resolver, &document.function_globals)?,
            tables: tables(&resolver)?,
            behaviours: distribution::read(&resolver, &apis)?,
            http_api: apis.http,
            websocket_api: apis.websocket,
        })
    }
}

fn check_supported(resolver: &Resolver) -> Result<(), Fault> {
    let unsupported = resolver
        .resources()
        .find(|resource| UNSUPPORTED.iter().any(|kind| resource.kind.starts_with(kind)));
    match unsupported {
        None => Ok(()),
        Some(resource) => Err(Problem::Unsupported(resource.kind.clone())
            .at(format!("Resources.{}.Type", resource.id))),
    }
}

fn tables(resolver: &Resolver) -> Result<Vec<Table>, Fault> {
    let tables = resolver.resources().filter(|resource| resource.kind == "AWS::DynamoDB::Table");
    let table = |resource| {
        let name = reference::table_name(resolver, resource)?;
        Ok(Table { name, properties: resource.block(resolver).resolved()? })
    };
    tables.map(table).collect()
}

/// One Lambda function.
#[derive(Debug, Clone)]
pub struct Function {
    /// Logical id in the template, also `AWS_LAMBDA_FUNCTION_NAME`.
    pub name: String,
    /// Cargo binary that implements it (`Metadata.BuildProperties.Binary`).
    pub binary: String,
    /// How long one invocation may take.
    pub timeout: Duration,
    /// `MemorySize` in megabytes.
    pub memory_mb: u32,
    /// `Environment.Variables` of the function on top of those in `Globals`.
    pub environment: BTreeMap<String, String>,
}

/// One DynamoDB table, as the body of a `CreateTable` call and of an `UpdateTimeToLive` call.
#[derive(Debug, Clone)]
pub struct Table {
    /// Table name, what `!Ref` of it gives.
    pub name: String,
    /// Resolved `Properties`.
    pub properties: serde_json::Value,
}

/// The HTTP API.
#[derive(Debug, Clone)]
pub struct HttpApi {
    /// What `!Ref` gives: ten lower-case letters and digits.
    pub id: String,
    /// Name of the stage, `$default`.
    pub stage: String,
    /// Routes by their key, such as `POST /rooms/{roomId}/messages`, with the function's name.
    pub routes: Vec<(String, String)>,
    /// `CorsConfiguration`, when there is one.
    pub cors: Option<Cors>,
}

/// `CorsConfiguration` of an HTTP API.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Cors {
    /// Origins, `*` for any.
    pub allow_origins: Vec<String>,
    /// Methods of the preflight answer.
    pub allow_methods: Vec<String>,
    /// Request headers of the preflight answer.
    pub allow_headers: Vec<String>,
    /// Response headers that scripts may read.
    pub expose_headers: Vec<String>,
    /// Whether cookies may be sent.
    pub allow_credentials: bool,
    /// Seconds that a preflight answer may be kept.
    pub max_age: Option<u64>,
}

/// The WebSocket API.
#[derive(Debug, Clone)]
pub struct WebSocketApi {
    /// What `!Ref` gives: ten lower-case letters and digits.
    pub id: String,
    /// Name of the stage, the only path below the API's host name.
    pub stage: String,
    /// Function names by route key (`$connect`, `$disconnect`, `$default`, actions).
    pub routes: BTreeMap<String, String>,
    /// Such as `$request.body.action`.
    pub route_selection_expression: String,
}

/// One cache behaviour of the distribution.
#[derive(Debug, Clone)]
pub struct Behaviour {
    /// `PathPattern`: `*` is any run of characters, `?` is one.
    pub path_pattern: String,
    /// Which API answers.
    pub target: Target,
    /// `OriginPath`, put before the path.
    pub origin_path: String,
    /// JavaScript source of the viewer-request function.
    pub viewer_request: Option<String>,
}

/// The API behind a behaviour's origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The HTTP API.
    Http,
    /// The WebSocket API.
    WebSocket,
}
