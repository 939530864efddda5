//! Where the relay functions ask what to answer.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, mpsc},
};

/// What a function does with an event.
#[derive(Debug, Clone)]
pub enum Act {
    Answer(Value),
    Fail,
    Crash,
    /// Longer than the function's timeout.
    Hang,
    /// Answers when the bench says so.
    Wait,
}

/// An answer with this status and no body.
pub fn status(code: u16) -> Act {
    Act::Answer(json!({ "statusCode": code }))
}

/// Decides what a function does with an event.
pub type Decide = Arc<dyn Fn(&Value) -> Act + Send + Sync>;

/// Is told every event.
#[derive(Clone)]
pub struct Recorder {
    pub events: mpsc::UnboundedSender<Value>,
    pub decide: Decide,
    pub release: Arc<Semaphore>,
}

/// Serves a recorder. Returns its URL.
pub async fn record(recorder: Recorder) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer).with_state(recorder);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn answer(State(recorder): State<Recorder>, Json(event): Json<Value>) -> Response {
    let act = (recorder.decide)(&event);
    let _ = recorder.events.send(event);
    match act {
        Act::Answer(answer) => Json(answer).into_response(),
        Act::Fail => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Act::Crash => StatusCode::IM_A_TEAPOT.into_response(),
        Act::Hang => std::future::pending().await,
        Act::Wait => {
            recorder.release.acquire().await.unwrap().forget();
            Json(json!({ "statusCode": 200 })).into_response()
        }
    }
}
