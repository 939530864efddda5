//! An edge to try things on.

use std::{env, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Mutex, Semaphore, mpsc},
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest, protocol::CloseFrame},
};

use super::{
    recorder::{Act, Decide, Recorder, record, status},
    template::template,
};
use crate::{
    apigateway::Limits,
    edge::{Edge, EdgeOptions, Serving},
    lambda::Functions,
    sabotage::Faults,
};

/// Longer than anything here takes.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// A running edge, the events its functions got, and a client.
pub struct Bench {
    pub edge: Edge,
    pub address: SocketAddr,
    pub client: Client,
    /// Lets one waiting function answer, each time.
    pub release: Arc<Semaphore>,
    events: Mutex<mpsc::UnboundedReceiver<Value>>,
    _serving: Serving,
}

/// A client's end of a socket.
pub type ClientSocket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Bench {
    /// An edge with its usual limits whose functions all answer 200.
    pub async fn start() -> Self {
        Self::with(Limits::default(), |_| status(200)).await
    }

    /// An edge with these limits, whose functions do this.
    pub async fn with(
        limits: Limits,
        decide: impl Fn(&Value) -> Act + Send + Sync + 'static,
    ) -> Self {
        Self::launch(limits, false, Arc::new(decide)).await
    }

    /// An edge that refuses what API Gateway refuses.
    pub async fn strict(decide: impl Fn(&Value) -> Act + Send + Sync + 'static) -> Self {
        Self::launch(Limits::default(), true, Arc::new(decide)).await
    }

    async fn launch(limits: Limits, strict: bool, decide: Decide) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let release = Arc::new(Semaphore::new(0));
        let recorder = Recorder { events: sender, decide, release: release.clone() };
        let template = Arc::new(template(&record(recorder).await));
        let functions =
            Functions::serve(&template, examples(), "http://127.0.0.1:1", Faults::default())
                .await
                .unwrap();
        let edge = Edge::new(EdgeOptions {
            template,
            functions,
            strict,
            limits,
            faults: Faults::default(),
        })
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        edge.set_ready();
        let serving = Serving::start(&edge, vec![listener]);
        Self {
            edge,
            address,
            client: Client::new(),
            release,
            events: Mutex::new(events),
            _serving: serving,
        }
    }

    /// The next event any function gets.
    pub async fn event(&self) -> Value {
        let next = async { self.events.lock().await.recv().await };
        timeout(DEADLINE, next).await.expect("an event in time").expect("a recorder")
    }

    /// The next event, which is one of this type.
    pub async fn event_of(&self, event_type: &str) -> Value {
        let event = self.event().await;
        assert_eq!(event["requestContext"]["eventType"], event_type, "{event:#}");
        event
    }

    /// Code and reason of the next event, which is a DISCONNECT.
    pub async fn disconnect(&self) -> (u64, String) {
        let context = self.event_of("DISCONNECT").await["requestContext"].take();
        let code = context["disconnectStatusCode"].as_u64().unwrap();
        (code, context["disconnectReason"].as_str().unwrap().to_owned())
    }

    /// No function has got an event that was not looked at.
    pub async fn assert_no_event(&self) {
        let event = self.events.lock().await.try_recv();
        assert!(event.is_err(), "{event:?}");
    }

    /// An HTTP request to this path.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    /// A signed call of the management API about this connection.
    pub async fn manage(
        &self,
        method: Method,
        id: &str,
        body: impl Into<reqwest::Body>,
    ) -> reqwest::Response {
        let path = format!("/prod/@connections/{}", id.replace('=', "%3D"));
        let request = self.request(method, &path).body(body);
        request.header("authorization", "AWS4-HMAC-SHA256 Credential=x").send().await.unwrap()
    }

    /// Tries a handshake on this path.
    pub async fn try_connect(&self, path: &str) -> Result<ClientSocket, tungstenite::Error> {
        let request = format!("ws://{}{path}", self.address).into_client_request()?;
        let (socket, _) = timeout(DEADLINE, connect_async(request)).await.expect("an answer")?;
        Ok(socket)
    }

    /// Opens a socket. Returns it with its connection id.
    pub async fn connect(&self) -> (ClientSocket, String) {
        let socket = self.try_connect("/socket/7?user=1").await.unwrap();
        let event = self.event_of("CONNECT").await;
        (socket, event["requestContext"]["connectionId"].as_str().unwrap().to_owned())
    }
}

/// The text of the next frame.
pub async fn text(socket: &mut ClientSocket) -> String {
    match next(socket).await {
        Some(Message::Text(text)) => text.to_string(),
        other => panic!("no text but {other:?}"),
    }
}

/// Code and reason of the close frame that comes next.
pub async fn close(socket: &mut ClientSocket) -> (u16, String) {
    match next(socket).await {
        Some(Message::Close(Some(CloseFrame { code, reason }))) => {
            (code.into(), reason.to_string())
        }
        other => panic!("no close frame but {other:?}"),
    }
}

/// Sends one frame.
pub async fn send(socket: &mut ClientSocket, message: impl Into<Message>) {
    timeout(DEADLINE, socket.send(message.into())).await.expect("room for a frame").unwrap();
}

async fn next(socket: &mut ClientSocket) -> Option<Message> {
    let next = timeout(DEADLINE, socket.next()).await.expect("a frame in time")?;
    Some(next.expect("no error"))
}

fn examples() -> PathBuf {
    let tests = env::current_exe().unwrap();
    tests.ancestors().nth(2).unwrap().join("examples")
}
