//! A stage that answers with the bytes that a test wants, on connections that it may drop.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
};

/// What becomes of one request.
#[derive(Debug, Clone, Copy)]
pub enum Turn {
    /// These bytes; the connection stays.
    Answer(&'static str),
    /// These bytes, and the end of the connection.
    Last(&'static str),
    /// The connection stays, and nothing comes.
    Silence,
}

impl Turn {
    pub const DONE: Self = Self::Answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    /// The request is read, and the connection closed.
    pub const CLOSED: Self = Self::Last("");
}

/// One request that came, its header names in lower case.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub line: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

/// The stage, and all that it was asked for.
#[derive(Debug, Clone, Default)]
pub struct Stage {
    pub endpoint: String,
    turns: Arc<Mutex<VecDeque<Turn>>>,
    requests: Arc<Mutex<Vec<Request>>>,
    accepted: Arc<AtomicUsize>,
}

impl Stage {
    /// A stage that takes these turns, the last of them for ever.
    pub async fn start(turns: &[Turn]) -> Self {
        let (listener, mut stage) = Self::bound().await;
        stage.turns = Arc::new(Mutex::new(turns.iter().copied().collect()));
        let server = stage.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                server.accepted.fetch_add(1, Ordering::Relaxed);
                let server = server.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        stage
    }

    /// A stage that closes each connection as soon as it is there.
    pub async fn hanging_up() -> Self {
        let (listener, stage) = Self::bound().await;
        let accepted = Arc::clone(&stage.accepted);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                accepted.fetch_add(1, Ordering::Relaxed);
            }
        });
        stage
    }

    /// A stage that nobody runs.
    pub async fn nobody() -> Self {
        Self::bound().await.1
    }

    /// Every request that came.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("requests").clone()
    }

    /// How many connections were opened.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    async fn bound() -> (TcpListener, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}/prod", listener.local_addr().expect("an address"));
        (listener, Self { endpoint, ..Self::default() })
    }

    async fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufStream::new(stream);
        loop {
            let request = read(&mut stream).await?;
            self.requests.lock().expect("requests").push(request);
            let turn = self.next_turn();
            match turn {
                Turn::Silence => std::future::pending().await,
                Turn::Answer(bytes) | Turn::Last(bytes) => {
                    stream.write_all(bytes.as_bytes()).await.ok()?;
                    stream.flush().await.ok()?;
                }
            }
            if matches!(turn, Turn::Last(_)) {
                return None;
            }
        }
    }

    fn next_turn(&self) -> Turn {
        let mut turns = self.turns.lock().expect("turns");
        let last = if turns.len() > 1 { turns.pop_front() } else { turns.front().copied() };
        last.unwrap_or(Turn::DONE)
    }
}

/// The next request, unless the connection ends first.
async fn read(stream: &mut BufStream<TcpStream>) -> Option<Request> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).expect("a head in ASCII");
    let mut lines = head.trim_end().lines();
    let line = lines.next().expect("a request line").to_owned();
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").expect("a header");
        (name.to_lowercase(), value.to_owned())
    };
    let headers: HashMap<String, String> = lines.map(header).collect();
    let length = headers.get("content-length").map_or(0, |text| text.parse().expect("a length"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { line, headers, body })
}
