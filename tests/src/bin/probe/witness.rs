//! Shows socket events to a client: a message to the connection that it came from, the others to a witness.

use std::{
    env::{self, VarError},
    sync::Mutex,
};

use aws_credential_types::Credentials;
use lambda_http::Error;
use serde_json::Value;
use tests::{signature::sign, tls};

use crate::records::Records;

/// The connection that gets the events of other connections' coming and going: the last one that sent
/// `{"act":"witness"}`.
#[derive(Debug)]
pub struct Witness {
    connection: Mutex<Option<String>>,
    client: reqwest::Client,
}

impl Default for Witness {
    fn default() -> Self {
        let client = tls::http_client().build().expect("a client");
        Self { connection: Mutex::default(), client }
    }
}

impl Witness {
    /// Posts a socket event to the connection that waits for it, and records to the one that they name. Events
    /// of another kind are left alone.
    pub async fn pass_on(&self, event: &Value) -> Result<(), Error> {
        let context = &event["requestContext"];
        let own = context["connectionId"].as_str();
        match context["eventType"].as_str() {
            Some("MESSAGE") => {
                if event["body"] == r#"{"act":"witness"}"# {
                    *self.connection.lock().map_err(|error| error.to_string())? =
                        own.map(str::to_owned);
                }
                self.post(own, event).await
            }
            Some(_) => {
                let witness = self.connection.lock().map_err(|error| error.to_string())?.clone();
                self.post(witness.as_deref(), event).await
            }
            None => self.post(Records::witness(event), event).await,
        }
    }

    async fn post(&self, connection: Option<&str>, event: &Value) -> Result<(), Error> {
        let Some(connection) = connection else { return Ok(()) };
        let url = format!("{}/@connections/{connection}", variable("MANAGEMENT_ENDPOINT")?);
        let mut request = self.client.post(url).body(event.to_string()).build()?;
        sign(&mut request, "execute-api", &own_credentials()?);
        // A witness that has left gets nothing more: no error, the test has seen enough.
        self.client.execute(request).await?;
        Ok(())
    }
}

/// What Lambda gives a function to sign its calls with.
fn own_credentials() -> Result<Credentials, VarError> {
    let (key, secret) = (variable("AWS_ACCESS_KEY_ID")?, variable("AWS_SECRET_ACCESS_KEY")?);
    Ok(Credentials::new(key, secret, variable("AWS_SESSION_TOKEN").ok(), None, "Lambda"))
}

#[expect(clippy::disallowed_methods, reason = "the probe has no configuration of its own")]
fn variable(name: &str) -> Result<String, VarError> {
    env::var(name)
}
