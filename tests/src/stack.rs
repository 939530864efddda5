//! One deployment per test: an edge in memory on a free port, with all its functions.

use std::{
    array,
    ffi::{OsStr, OsString},
    ops::Deref,
};

use crate::{Api, Edge, Room, User, binaries};

/// A running deployment. Gone with the test.
#[derive(Debug)]
pub struct Stack {
    api: Api,
    /// The port it listens on.
    pub port: u16,
    /// The process behind it.
    pub edge: Edge,
}

/// How to start a [`Stack`].
#[derive(Debug)]
pub struct Options {
    port: u16,
    demo: bool,
    arguments: Vec<OsString>,
}

impl Stack {
    /// Starts the chat without demo data.
    pub async fn start() -> Self {
        Self::with().start().await
    }

    /// Options of the edge's command line.
    #[must_use]
    pub fn with() -> Options {
        Options { port: 0, demo: false, arguments: Vec::new() }
    }

    /// New users, each with a profile.
    pub async fn users<const N: usize>(&self) -> [User; N] {
        let created = futures_util::future::join_all((0..N).map(|_| User::create(&self.api)));
        let mut created = created.await.into_iter();
        array::from_fn(|_| created.next().expect("N users were created"))
    }

    /// A new room with these members, the first one its owner.
    pub async fn room(&self, members: &[&User]) -> Room {
        let (owner, others) = members.split_first().expect("a room has an owner");
        let room = Room::create(&self.api, owner).await;
        for user in others {
            room.add(user).await.expect(201);
        }
        room
    }
}

impl Deref for Stack {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

impl Options {
    /// On this port instead of any free one.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// With the users, the room and the memberships that the guides' examples use.
    #[must_use]
    pub fn demo(self) -> Self {
        Self { demo: true, ..self }
    }

    /// With `--strict`: what API Gateway refuses is refused.
    #[must_use]
    pub fn strict(self) -> Self {
        self.args(["--strict"])
    }

    /// With the edge's own test functions instead of the chat.
    #[must_use]
    pub fn probe(self) -> Self {
        let template = concat!(env!("CARGO_MANIFEST_DIR"), "/edge/template.yaml");
        self.args(["--template", template])
    }

    /// With more arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Starts the edge and waits until it is ready.
    #[expect(clippy::unused_async, reason = "starting another deployment may need to wait")]
    pub async fn start(self) -> Stack {
        let edge = self.spawn();
        let port = edge.ready();
        let host = format!("127.0.0.1:{port}");
        let api = Api::new(format!("http://{host}"), format!("ws://{host}"));
        Stack { api, port, edge }
    }

    /// Starts the edge and does not wait.
    #[must_use]
    pub fn spawn(mut self) -> Edge {
        if !self.demo {
            self.arguments.push("--no-demo".into());
        }
        let port = self.port.to_string();
        let fixed: [&OsStr; 4] = [
            "--port".as_ref(),
            port.as_ref(),
            "--functions".as_ref(),
            binaries::directory().as_ref(),
        ];
        Edge::spawn(fixed.into_iter().chain(self.arguments.iter().map(OsString::as_os_str)))
    }
}
