//! `/{stage}/@connections/{id}`: takes what is posted, or answers as a test wants it.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, Method},
    response::Response,
};
use serde_json::Value;
use shared::domain::Connection;
use tokio::{net::TcpListener, sync::watch, time::timeout};

/// How long what must happen may take. It only bounds a failure.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// What a call for a socket is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// There is such a socket: 200, or 204 to a DELETE.
    Done,
    Refused(u16, Option<&'static str>, &'static str),
    Silence,
}

impl Answer {
    pub const GONE: Self = Self::Refused(410, Some("GoneException"), r#"{"message":"gone"}"#);
    pub const THROTTLED: Self =
        Self::Refused(429, Some("LimitExceededException"), r#"{"message":"slow down"}"#);
    pub const FAILED: Self = Self::Refused(500, None, "Internal server error");
}

/// One call that came.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    pub connection: String,
    pub frame: Bytes,
    pub answer: Answer,
}

/// The stage, and all that it was asked for.
#[derive(Debug, Clone)]
pub struct Stage {
    endpoint: String,
    answers: Arc<Mutex<HashMap<String, VecDeque<Answer>>>>,
    otherwise: Arc<Mutex<Option<Answer>>>,
    calls: watch::Sender<Vec<Call>>,
}

impl Stage {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}/prod", listener.local_addr().expect("an address"));
        let (answers, otherwise, calls) = Default::default();
        let stage = Self { endpoint, answers, otherwise, calls };
        let server = Router::new()
            .route("/prod/{connections}/{id}", axum::routing::any(Self::serve))
            .with_state(stage.clone());
        tokio::spawn(async { axum::serve(listener, server).await });
        stage
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Answers calls for this socket so; the last answer is given for ever.
    pub fn answer(&self, socket: &Connection, answers: impl IntoIterator<Item = Answer>) {
        let answers = answers.into_iter().collect();
        self.answers.lock().expect("answers").insert(socket.id.to_string(), answers);
    }

    /// Answers calls for sockets of which nothing else was said so.
    pub fn answer_all(&self, answer: Answer) {
        *self.otherwise.lock().expect("an answer") = Some(answer);
    }

    /// Every call that came.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.borrow().clone()
    }

    /// How often this socket was posted to.
    pub fn posts(&self, socket: &Connection) -> usize {
        self.calls_for(socket, &Method::POST).len()
    }

    /// How often this socket was to be closed.
    pub fn closings(&self, socket: &Connection) -> usize {
        self.calls_for(socket, &Method::DELETE).len()
    }

    /// The frames that this socket got.
    pub fn frames(&self, socket: &Connection) -> Vec<Value> {
        let calls = self.calls_for(socket, &Method::POST);
        let taken = calls.iter().filter(|call| call.answer == Answer::Done);
        taken.map(|call| serde_json::from_slice(&call.frame).expect("a JSON frame")).collect()
    }

    /// Waits until all that came is enough.
    pub async fn until(&self, enough: impl FnMut(&Vec<Call>) -> bool) {
        let mut calls = self.calls.subscribe();
        let came = timeout(DEADLINE, calls.wait_for(enough)).await;
        assert!(came.is_ok(), "only came {:?}", self.calls());
    }

    fn calls_for(&self, socket: &Connection, method: &Method) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.connection == socket.id.as_str() && call.method == method);
        calls
    }

    async fn serve(
        State(stage): State<Self>,
        Path((connections, connection)): Path<(String, String)>,
        method: Method,
        headers: HeaderMap,
        frame: Bytes,
    ) -> Response {
        let signature = headers.get("authorization").and_then(|value| value.to_str().ok());
        if connections != "@connections"
            || !signature.is_some_and(|text| text.contains("/us-east-1/execute-api/aws4_request"))
        {
            return response(403, None, r#"{"message":"Forbidden"}"#);
        }
        let answer = stage.next_answer(&connection);
        let call = Call { method: method.clone(), connection, frame, answer };
        stage.calls.send_modify(|calls| calls.push(call));
        match answer {
            Answer::Done if method == Method::DELETE => response(204, None, ""),
            Answer::Done if method == Method::GET => response(200, None, "{}"),
            Answer::Done => response(200, None, ""),
            Answer::Refused(status, kind, body) => response(status, kind, body),
            Answer::Silence => std::future::pending().await,
        }
    }

    fn next_answer(&self, connection: &str) -> Answer {
        let mut answers = self.answers.lock().expect("answers");
        let Some(answers) = answers.get_mut(connection) else {
            return self.otherwise.lock().expect("an answer").unwrap_or(Answer::Done);
        };
        let last = if answers.len() > 1 { answers.pop_front() } else { answers.front().copied() };
        last.unwrap_or(Answer::Done)
    }
}

fn response(status: u16, kind: Option<&'static str>, body: &'static str) -> Response {
    let mut response = Response::builder().status(status);
    if let Some(kind) = kind {
        response = response.header("x-amzn-ErrorType", kind);
    }
    response.body(Body::from(body)).expect("a response")
}
