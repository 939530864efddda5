//! The chat's table in an embedded DynamoDB, reached over loopback with the real SDK.

use std::{collections::HashMap, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    config::{
        self, BehaviorVersion, Credentials, Region, SharedCredentialsProvider, SharedHttpClient,
        retry::RetryConfig,
    },
    types::{
        AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, PutRequest,
        ScalarAttributeType, Select, StreamSpecification, StreamViewType, TimeToLiveSpecification,
        WriteRequest,
    },
};
use aws_smithy_http_client::Builder;
use aws_types::SdkConfig;
use shared::{
    calls::CountCalls,
    store::{RetryCancelled, Store},
};
use tokio::{net::TcpListener, sync::oneshot};

use super::outbox::Outbox;

pub const TABLE: &str = "chat";

/// Items that one `BatchWriteItem` takes.
const LARGEST_BATCH: usize = 25;

/// An empty table. It is gone when this is dropped.
pub struct Database {
    engine: dynoxide::Database,
    endpoint: String,
    http: SharedHttpClient,
    _running: oneshot::Sender<()>,
}

impl Database {
    /// Starts the engine on a free port and creates the table as the template describes it.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let engine = dynoxide::Database::memory().expect("a database in memory");
        let (running, stopped) = oneshot::channel();
        tokio::spawn(dynoxide::server::serve_with_shutdown(listener, engine.clone(), async {
            let _ = stopped.await;
        }));
        let http = Builder::new().build_http();
        let database = Self { engine, endpoint, http, _running: running };
        database.create_table().await;
        database
    }

    /// A store on the table.
    pub fn store(&self) -> Store {
        self.store_through(&self.http)
    }

    /// A store whose requests take another way to the table.
    pub fn store_through(&self, http: &SharedHttpClient) -> Store {
        Store::new(client(&self.endpoint, http), TABLE)
    }

    /// The table's stream from its beginning.
    pub fn outbox(&self) -> Outbox {
        Outbox::of(self.engine.clone())
    }

    /// The way that requests take.
    pub fn http(&self) -> &SharedHttpClient {
        &self.http
    }

    /// How many items the table has.
    pub async fn items(&self) -> i32 {
        let client = client(&self.endpoint, &self.http);
        let count = client.scan().table_name(TABLE).select(Select::Count).consistent_read(true);
        count.send().await.expect("a count").count
    }

    /// Takes an attribute away from an item, as in one that was written before there was such an
    /// attribute.
    pub async fn remove_attribute(&self, pk: &str, sk: &str, attribute: &str) {
        let client = client(&self.endpoint, &self.http);
        let update = client
            .update_item()
            .table_name(TABLE)
            .key("pk", AttributeValue::S(pk.to_owned()))
            .key("sk", AttributeValue::S(sk.to_owned()))
            .update_expression(format!("REMOVE {attribute}"));
        update.send().await.expect("an update");
    }

    /// Deletes the subscription of a socket, and nothing else of it.
    pub async fn delete_subscription(&self, connection: &str) {
        let client = client(&self.endpoint, &self.http);
        let key = self.subscription(connection).await;
        let key = key.into_iter().filter(|(name, _)| ["pk", "sk"].contains(&name.as_str()));
        let delete = client.delete_item().table_name(TABLE).set_key(Some(key.collect()));
        delete.send().await.expect("a deletion");
    }

    /// The sort keys of the items that have this attribute.
    pub async fn sort_keys_with(&self, attribute: &str) -> Vec<String> {
        let client = client(&self.endpoint, &self.http);
        let found = client
            .scan()
            .table_name(TABLE)
            .filter_expression("attribute_exists(#attribute)")
            .expression_attribute_names("#attribute", attribute);
        let items = found.send().await.expect("items").items.unwrap_or_default();
        items.iter().map(|item| item["sk"].as_s().expect("a key").clone()).collect()
    }

    async fn subscription(&self, connection: &str) -> HashMap<String, AttributeValue> {
        let client = client(&self.endpoint, &self.http);
        let found = client
            .scan()
            .table_name(TABLE)
            .filter_expression("connection_id = :id")
            .expression_attribute_values(":id", AttributeValue::S(connection.to_owned()));
        let items = found.send().await.expect("items").items.unwrap_or_default();
        items.into_iter().next().expect("a subscription")
    }

    /// Subscribes more sockets as this one is, which is faster than to open so many.
    pub async fn copy_subscription(&self, connection: &str, others: &[&str]) {
        let client = client(&self.endpoint, &self.http);
        let subscription = self.subscription(connection).await;
        for batch in others.chunks(LARGEST_BATCH) {
            let puts = batch.iter().map(|other| put_renamed(&subscription, connection, other));
            let written =
                client.batch_write_item().request_items(TABLE, puts.collect()).send().await;
            let left = written.expect("a written batch").unprocessed_items.unwrap_or_default();
            assert!(left.is_empty(), "all was written");
        }
    }

    async fn create_table(&self) {
        let attribute = |name| {
            let attribute = AttributeDefinition::builder().attribute_name(name);
            attribute.attribute_type(ScalarAttributeType::S).build().expect("an attribute")
        };
        let key = |name, kind| {
            let key = KeySchemaElement::builder().attribute_name(name);
            key.key_type(kind).build().expect("a key")
        };
        let images = StreamViewType::NewAndOldImages;
        let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(images);
        let client = client(&self.endpoint, &self.http);
        let table = client
            .create_table()
            .stream_specification(stream.build().expect("a stream"))
            .table_name(TABLE)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(attribute("pk"))
            .attribute_definitions(attribute("sk"))
            .key_schema(key("pk", KeyType::Hash))
            .key_schema(key("sk", KeyType::Range));
        table.send().await.expect("a table");
        let expiry =
            TimeToLiveSpecification::builder().attribute_name("expires_at").enabled(true).build();
        let expiry = client
            .update_time_to_live()
            .table_name(TABLE)
            .time_to_live_specification(expiry.expect("an expiry"));
        expiry.send().await.expect("a table whose items expire");
    }
}

/// The item with another name wherever this one stands.
fn put_renamed(item: &HashMap<String, AttributeValue>, name: &str, other: &str) -> WriteRequest {
    let renamed = item.iter().map(|(attribute, value)| {
        let value = match value {
            AttributeValue::S(text) => AttributeValue::S(text.replace(name, other)),
            value => value.clone(),
        };
        (attribute.clone(), value)
    });
    let put = PutRequest::builder().set_item(Some(renamed.collect())).build().expect("a put");
    WriteRequest::builder().put_request(put).build()
}

/// What every client has here: no TLS, made-up credentials.
pub fn sdk(http: &SharedHttpClient) -> SdkConfig {
    let credentials = Credentials::new("test", "test", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http.clone())
        .build()
}

/// Retries as the functions' own client does, only sooner.
pub fn client(endpoint: &str, http: &SharedHttpClient) -> Client {
    let retries =
        RetryConfig::standard().with_max_attempts(8).with_initial_backoff(Duration::from_millis(5));
    let config = config::Builder::from(&sdk(http))
        .endpoint_url(endpoint)
        .retry_config(retries)
        .retry_classifier(RetryCancelled)
        .interceptor(CountCalls);
    Client::from_conf(config.build())
}

pub async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}
