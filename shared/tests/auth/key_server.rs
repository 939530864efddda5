//! An identity provider's address of keys, that counts who asks.

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use shared::auth::KeySource;
use tokio::net::TcpListener;

use crate::issuer::{KeyPair, key_set};

/// What the server answers with at the moment, and how often it did.
#[derive(Debug)]
struct Answers {
    now: Mutex<(StatusCode, String)>,
    count: AtomicUsize,
    stalls: AtomicBool,
}

/// A running server. It ends with the test.
pub struct KeyServer {
    address: String,
    answers: Arc<Answers>,
}

impl KeyServer {
    /// A server of these keys.
    pub async fn start(keys: &[KeyPair]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}/keys", listener.local_addr().expect("an address"));
        let now = Mutex::new((StatusCode::OK, key_set(keys)));
        let answers =
            Arc::new(Answers { now, count: AtomicUsize::new(0), stalls: AtomicBool::new(false) });
        let routes = Router::new().route("/keys", get(answer)).with_state(Arc::clone(&answers));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, answers }
    }

    pub fn source(&self) -> KeySource {
        KeySource::Url(self.address.clone())
    }

    /// From now on it has these keys.
    pub fn serve(&self, keys: &[KeyPair]) {
        self.answer(StatusCode::OK, key_set(keys));
    }

    /// From now on it answers with this.
    pub fn answer(&self, status: StatusCode, body: String) {
        *self.answers.now.lock().expect("nobody panicked") = (status, body);
    }

    /// From now on it takes requests and does not answer.
    pub fn stall(&self) {
        self.answers.stalls.store(true, Ordering::Relaxed);
    }

    /// How often it was asked.
    pub fn count(&self) -> usize {
        self.answers.count.load(Ordering::Relaxed)
    }
}

async fn answer(State(answers): State<Arc<Answers>>) -> (StatusCode, String) {
    answers.count.fetch_add(1, Ordering::Relaxed);
    if answers.stalls.load(Ordering::Relaxed) {
        pending::<()>().await;
    }
    answers.now.lock().expect("nobody panicked").clone()
}
