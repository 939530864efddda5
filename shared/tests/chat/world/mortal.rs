//! A process that dies after some of its requests: those after them never leave it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use aws_sdk_dynamodb::config::{
    HttpClient, RuntimeComponents, SharedHttpClient, http::HttpRequest,
};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use shared::store::Store;
use tokio::sync::Notify;

use super::Chat;

/// Runs the work of a process that dies after this many requests: what came of it, if it lived.
pub async fn die_after<T, W: Future<Output = T>>(
    chat: &Chat,
    requests: usize,
    work: impl FnOnce(Store) -> W,
) -> Option<T> {
    let death = Arc::new(Notify::new());
    let (left, way) = (Arc::new(AtomicUsize::new(requests)), chat.database.http().clone());
    let life = Life { left, death: Arc::clone(&death), way };
    let store = chat.database.store_through(&SharedHttpClient::new(life));
    tokio::select! {
        outcome = work(store) => Some(outcome),
        () = death.notified() => None,
    }
}

#[derive(Debug, Clone)]
struct Life<W> {
    left: Arc<AtomicUsize>,
    death: Arc<Notify>,
    way: W,
}

impl HttpClient for Life<SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let way = self.way.http_connector(settings, components);
        let (left, death) = (Arc::clone(&self.left), Arc::clone(&self.death));
        SharedHttpConnector::new(Life { left, death, way })
    }
}

impl HttpConnector for Life<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok() {
            return self.way.call(request);
        }
        self.death.notify_one();
        HttpConnectorFuture::new(std::future::pending())
    }
}
