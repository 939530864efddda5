//! The embedded DynamoDB: the template's tables, served on loopback to the functions' SDK.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use dynoxide::{
    actions::{create_table::CreateTableRequest, update_time_to_live::UpdateTimeToLiveRequest},
    errors::DynoxideError,
    server,
};
use serde_json::{Map, Value, json};
use tokio::{
    net::TcpListener,
    task::{JoinHandle, spawn_blocking},
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::template::Table;

/// What `CreateTable` shares with `AWS::DynamoDB::Table`. The rest (backups, encryption, tags)
/// means nothing here.
const CREATE_TABLE_FIELDS: [&str; 6] = [
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
];
/// On AWS it takes up to days.
const SWEEP_EVERY: Duration = Duration::from_mins(1);
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(2);

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The directory or the loopback port cannot be used.
    #[error("the database cannot use {place}")]
    Unusable {
        /// The directory or `127.0.0.1`.
        place: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file is not a database.
    #[error("the database {} cannot be opened: {reason}", file.display())]
    Unopened {
        /// The file.
        file: PathBuf,
        /// What the engine says.
        reason: String,
    },
    /// The engine refuses a table of the template.
    #[error("the table {table} cannot be created: {reason}")]
    Refused {
        /// The table's name.
        table: String,
        /// What the engine says.
        reason: String,
    },
}

/// The running database.
#[derive(Debug)]
pub struct Database {
    /// `AWS_ENDPOINT_URL_DYNAMODB` of the functions.
    pub url: String,
    /// No table was there before: demo data makes sense.
    pub is_new: bool,
    stop: DropGuard,
    server: JoinHandle<Result<(), String>>,
}

impl Database {
    /// Opens the database in memory, or as a file in `directory`, creates the tables that are not
    /// there yet and serves all of them.
    pub async fn serve(tables: &[Table], directory: Option<&Path>) -> Result<Self, DatabaseError> {
        let engine = open(directory)?;
        let mut is_new = true;
        for table in tables {
            is_new &= create(&engine, table)?;
        }
        let (listener, url) = listen().await.map_err(unusable("127.0.0.1"))?;
        let stop = CancellationToken::new();
        tokio::spawn(sweep(engine.clone(), stop.clone()));
        let server = server::serve_with_shutdown(listener, engine, stop.clone().cancelled_owned());
        Ok(Self { url, is_new, stop: stop.drop_guard(), server: tokio::spawn(server) })
    }

    /// Lets running requests finish, for a while, and closes the file.
    pub async fn shutdown(self) {
        drop(self.stop);
        if timeout(SHUTDOWN_PATIENCE, self.server).await.is_err() {
            tracing::warn!("A database request did not finish in time");
        }
    }
}

fn open(directory: Option<&Path>) -> Result<dynoxide::Database, DatabaseError> {
    let Some(directory) = directory else {
        return dynoxide::Database::memory().map_err(unopened(Path::new("in memory")));
    };
    fs::create_dir_all(directory).map_err(unusable(&directory.display().to_string()))?;
    let file = directory.join("dynamodb.sqlite");
    dynoxide::Database::new(&file.to_string_lossy()).map_err(unopened(&file))
}

async fn listen() -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

/// Creates one table. False when it was there already.
fn create(engine: &dynoxide::Database, table: &Table) -> Result<bool, DatabaseError> {
    let refused = |reason: String| DatabaseError::Refused { table: table.name.clone(), reason };
    let request: CreateTableRequest =
        serde_json::from_value(create_table(table)).map_err(|error| refused(error.to_string()))?;
    match engine.create_table(request) {
        Ok(_) => {}
        Err(DynoxideError::ResourceInUseException(_)) => return Ok(false),
        Err(error) => return Err(refused(error.to_string())),
    }
    if let Some(specification) = table.properties.get("TimeToLiveSpecification") {
        let body = json!({ "TableName": table.name, "TimeToLiveSpecification": specification });
        let request: UpdateTimeToLiveRequest =
            serde_json::from_value(body).map_err(|error| refused(error.to_string()))?;
        engine.update_time_to_live(request).map_err(|error| refused(error.to_string()))?;
    }
    Ok(true)
}

fn create_table(table: &Table) -> Value {
    let shared = CREATE_TABLE_FIELDS
        .iter()
        .filter_map(|&name| Some((name.to_owned(), table.properties.get(name)?.clone())));
    let mut body: Map<String, Value> = shared.collect();
    body.insert("TableName".into(), table.name.as_str().into());
    if let Some(view) = table.properties.pointer("/StreamSpecification/StreamViewType") {
        let stream = json!({ "StreamEnabled": true, "StreamViewType": view });
        body.insert("StreamSpecification".into(), stream);
    }
    body.into()
}

/// Deletes expired items now and then, as DynamoDB does.
async fn sweep(engine: dynoxide::Database, stop: CancellationToken) {
    let mut ticks = interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let engine = engine.clone();
        if let Ok(Err(error)) = spawn_blocking(move || engine.sweep_ttl()).await {
            tracing::warn!(%error, "Expired items could not be deleted");
        }
    }
}

fn unusable(place: &str) -> impl FnOnce(io::Error) -> DatabaseError {
    let place = place.to_owned();
    |source| DatabaseError::Unusable { place, source }
}

fn unopened(file: &Path) -> impl FnOnce(DynoxideError) -> DatabaseError {
    let file = file.to_owned();
    move |error| DatabaseError::Unopened { file, reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, env};

    use reqwest::Client;
    use uuid::Uuid;

    use super::*;
    use crate::template::Template;

    fn tables() -> Vec<Table> {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml");
        Template::read(Path::new(file), &BTreeMap::new()).unwrap().tables
    }

    /// One call as an SDK makes it, apart from the signature, which is checked for form only.
    async fn call(database: &Database, action: &str, body: Value) -> Value {
        let request = Client::new()
            .post(&database.url)
            .header("x-amz-target", format!("DynamoDB_20120810.{action}"))
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-date", "20240101T000000Z")
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=local/20240101/us-east-1/dynamodb/aws4_request, \
                 SignedHeaders=host, Signature=0",
            )
            .json(&body);
        request.send().await.unwrap().json().await.unwrap()
    }

    #[tokio::test]
    async fn the_templates_table_is_created_with_its_keys_and_its_time_to_live() {
        let tables = tables();
        let database = Database::serve(&tables, None).await.unwrap();
        assert!(database.is_new);
        let name = json!({ "TableName": tables[0].name });
        let described = call(&database, "DescribeTable", name.clone()).await;
        assert_eq!(described["Table"]["KeySchema"][0]["AttributeName"], "pk", "{described}");
        let described = call(&database, "DescribeTimeToLive", name).await;
        assert_eq!(
            described["TimeToLiveDescription"]["AttributeName"], "expires_at",
            "{described}"
        );
        database.shutdown().await;
    }

    #[tokio::test]
    async fn a_directory_keeps_the_items() {
        let directory = env::temp_dir().join(format!("database-{}", Uuid::new_v4()));
        let tables = tables();
        let item = json!({ "pk": { "S": "A" }, "sk": { "S": "B" } });
        let first = Database::serve(&tables, Some(&directory)).await.unwrap();
        let body = json!({ "TableName": tables[0].name, "Item": item });
        call(&first, "PutItem", body).await;
        first.shutdown().await;

        let second = Database::serve(&tables, Some(&directory)).await.unwrap();
        assert!(!second.is_new);
        let found =
            call(&second, "GetItem", json!({ "TableName": tables[0].name, "Key": item })).await;
        assert_eq!(found["Item"], item);
        second.shutdown().await;
        fs::remove_dir_all(directory).unwrap();
    }

    #[tokio::test]
    async fn a_table_that_the_engine_refuses_is_named() {
        let table = Table { name: "things".into(), properties: json!({ "KeySchema": [] }) };
        let error = Database::serve(&[table], None).await.unwrap_err().to_string();
        assert!(error.starts_with("the table things cannot be created: "), "{error}");
    }
}
