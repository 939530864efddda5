//! Open sockets, as the edge lists them and as API Gateway's management API names them.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::{Api, Reply};

/// The management API asks for a signature, and the edge does not check it: tests need no key.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=test";

impl Api {
    /// The ids of all open sockets.
    pub async fn connections(&self) -> Vec<String> {
        let listed = self.get("/_edge/connections").await.expect(200);
        let id = |connection: &Value| connection["connectionId"].as_str().map(str::to_owned);
        listed.as_array().into_iter().flatten().filter_map(id).collect()
    }

    /// A signed call to `/{stage}/@connections/{id}`, to be completed and given to [`Api::ask`].
    pub fn management(&self, method: Method, stage: &str, id: &str) -> RequestBuilder {
        let request = self.request(method, &format!("/{stage}/@connections/{id}"));
        request.header("authorization", SIGNED)
    }

    /// Asks that call without a body.
    pub async fn manage(&self, method: Method, stage: &str, id: &str) -> Reply {
        self.ask(self.management(method, stage, id)).await
    }
}
