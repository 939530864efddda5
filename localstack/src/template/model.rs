//! What the rest of the program gets of a template: plain values, nothing left to resolve.

use std::{collections::BTreeMap, time::Duration};

use axum::http::{HeaderName, HeaderValue};

use super::filter::Filter;

#[derive(Debug, Clone)]
pub struct Function {
    /// Logical id in the template, also `AWS_LAMBDA_FUNCTION_NAME`.
    pub name: String,
    /// Cargo binary that implements it (`Metadata.BuildProperties.Binary`).
    pub binary: String,
    /// How long one invocation may take.
    pub timeout: Duration,
    pub memory_mb: u32,
    /// `Environment.Variables` of the function on top of those in `Globals`.
    pub environment: BTreeMap<String, String>,
    /// What it may do: its own statements and those of the managed policies that it names.
    pub permissions: Vec<Statement>,
}

/// One statement of an IAM policy. It allows: the edge takes no template with one that denies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Such as `dynamodb:GetItem`, with `*` and `?`.
    pub actions: Vec<String>,
    /// ARNs, with `*` and `?`.
    pub resources: Vec<String>,
    /// `ForAllValues:StringLike` of `dynamodb:LeadingKeys`: partition keys, with `*` and `?`.
    pub leading_keys: Option<Vec<String>>,
}

/// One DynamoDB table, as the body of a `CreateTable` call and of an `UpdateTimeToLive` call.
#[derive(Debug, Clone)]
pub struct Table {
    /// Table name, what `!Ref` of it gives.
    pub name: String,
    /// As the template has them, every intrinsic function resolved.
    pub properties: serde_json::Value,
}

/// An `AWS::Lambda::EventSourceMapping` over a table's stream.
#[derive(Debug, Clone)]
pub struct EventSourceMapping {
    pub name: String,
    /// Logical id of the function that gets the records.
    pub function: String,
    pub table: String,
    /// `eventSourceARN` of every record.
    pub stream_arn: String,
    pub starts_at: StartingPosition,
    /// A record is for the function if one of these matches, or if there is none.
    pub filters: Vec<Filter>,
    pub batch_size: usize,
    /// How long a batch waits for more records, from its first one on.
    pub window: Duration,
    /// How many batches may be under way, of different items.
    pub parallelization: usize,
    /// `ReportBatchItemFailures`: the function's answer names the records that failed.
    pub reports_failures: bool,
    pub bisects: bool,
    /// How often a batch is tried again. `None` is without end.
    pub retries: Option<u32>,
    /// A record that is older is given up. `None` is never.
    pub record_age: Option<Duration>,
    /// `OnFailure.Destination`.
    pub on_failure: Option<String>,
}

/// Where a mapping begins that has never read its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartingPosition {
    /// With the oldest record.
    TrimHorizon,
    /// With what is written from now on.
    Latest,
}

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

#[derive(Debug, Clone)]
pub struct WebSocketApi {
    /// What `!Ref` gives: ten lower-case letters and digits.
    pub id: String,
    /// Name of the stage, the only path below the API's host name.
    pub stage: String,
    /// Function names by route key (`$connect`, `$disconnect`, `$default`, actions).
    pub routes: BTreeMap<String, String>,
    /// Which field of a message names its route, such as `$request.body.action`.
    pub route_selection_expression: String,
}

/// One cache behaviour of the distribution.
#[derive(Debug, Clone)]
pub struct Behaviour {
    /// `PathPattern`: `*` is any run of characters, `?` is one.
    pub path_pattern: String,
    pub target: Target,
    /// `OriginPath`, put before the path.
    pub origin_path: String,
    /// `OriginCustomHeaders`: names and values that the origin gets, in place of the viewer's own.
    pub origin_headers: Vec<(HeaderName, HeaderValue)>,
    /// JavaScript source of the viewer-request function.
    pub viewer_request: Option<String>,
}

/// The API behind a behaviour's origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Http,
    WebSocket,
}
