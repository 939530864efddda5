//! What people would use instead: a server on Node that stores a message and sends it to everybody.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, OnceLock},
};

use futures_util::{StreamExt, stream};
use serde_json::json;
use tests::{Api, Socket, binaries};

use crate::{crowd::Audience, report::figure};

/// Both kinds and the chat's own sockets must fit into one process's open files.
pub const LARGEST: usize = 1_000;
const SERVER: &str = include_str!("node/server.mjs");
const PACKAGES: &str = include_str!("node/package.json");

#[derive(Clone, Copy)]
pub enum Kind {
    Ws,
    SocketIo,
}

/// A running server with its sockets, killed with this.
pub struct NodeServer {
    process: Child,
    api: Api,
    pub audience: Arc<Audience>,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Ws, Self::SocketIo];

    fn name(self) -> &'static str {
        match self {
            Self::Ws => "ws",
            Self::SocketIo => "socket.io",
        }
    }
}

impl NodeServer {
    /// Starts one and opens so many sockets; none where there is no Node.
    pub async fn start(kind: Kind, size: usize) -> Option<Self> {
        let directory = installed()?;
        let program = Command::new("node")
            .args(["server.mjs", kind.name()])
            .current_dir(directory)
            .stdout(Stdio::piped())
            .spawn();
        let mut process = program.expect("node starts");
        let port = port_of(process.stdout.take().expect("a pipe"));
        let api = Api::new(format!("http://127.0.0.1:{port}"), format!("ws://127.0.0.1:{port}"));
        let opened = stream::iter(0..size).map(|_| open(&api, kind)).buffer_unordered(16);
        let audience = Audience::of(opened.collect().await);
        Some(Self { process, api, audience })
    }

    pub async fn send(&self, text: &str) {
        self.api.post("/messages", &json!({ "user_id": 1, "message": text })).await.expect(201);
    }
}

impl Drop for NodeServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn open(api: &Api, kind: Kind) -> Socket {
    let path = match kind {
        Kind::Ws => "/",
        Kind::SocketIo => "/socket.io/?EIO=4&transport=websocket",
    };
    let mut socket = api.socket(path).await.expect("a socket");
    if matches!(kind, Kind::SocketIo) {
        // Its own handshake: what it offers, the namespace asked for, and given.
        socket.next_text().await;
        socket.send("40").await;
        socket.next_text().await;
    }
    socket
}

fn port_of(stdout: ChildStdout) -> u16 {
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).expect("a line of the server");
    line.trim().parse().expect("the server prints its port")
}

/// The directory with the server and its packages, installed once.
fn installed() -> Option<&'static Path> {
    static DIRECTORY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let install = || {
        let directory = binaries::directory().parent()?.join("bench-node");
        fs::create_dir_all(&directory).ok()?;
        fs::write(directory.join("server.mjs"), SERVER).ok()?;
        fs::write(directory.join("package.json"), PACKAGES).ok()?;
        let npm = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"])
            .current_dir(&directory)
            .status();
        let installed = npm.is_ok_and(|status| status.success());
        if !installed {
            figure("ws and Socket.IO", "left out: Node is not there");
        }
        installed.then_some(directory)
    };
    DIRECTORY.get_or_init(install).as_deref()
}
