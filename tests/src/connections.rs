//! Open sockets, as the edge lists them and as API Gateway's management API names them.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::{
    Api, Reply,
    signature::{developer, sign},
};

impl Api {
    /// The ids of all open sockets.
    pub async fn connections(&self) -> Vec<String> {
        let listed = self.get("/_edge/connections").await.expect(200);
        let id = |connection: &Value| connection["connectionId"].as_str().map(str::to_owned);
        listed.as_array().into_iter().flatten().filter_map(id).collect()
    }

    /// A call to `/{stage}/@connections/{id}`, to be completed and given to [`Api::ask_signed`].
    pub fn management(&self, method: Method, stage: &str, id: &str) -> RequestBuilder {
        self.request(method, &format!("/{stage}/@connections/{id}"))
    }

    /// Asks the management API with a developer's signature.
    pub async fn ask_signed(&self, request: RequestBuilder) -> Reply {
        let mut request = request.build().expect("a request");
        sign(&mut request, "execute-api", &developer());
        self.execute(request).await
    }

    /// Asks that call without a body.
    pub async fn manage(&self, method: Method, stage: &str, id: &str) -> Reply {
        self.ask_signed(self.management(method, stage, id)).await
    }
}
