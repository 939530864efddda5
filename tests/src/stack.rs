//! A deployment for each test: an edge in memory on a free port, with all its functions. When the
//! environment names a deployment, all tests use that one.

use std::{
    array,
    ffi::{OsStr, OsString},
    fmt::Display,
    ops::Deref,
    path::PathBuf,
};

use crate::{
    Api, Edge, Room, User, binaries,
    target::{self, Host},
    token::SECRET,
};

/// A running deployment. Gone with the test.
#[derive(Debug)]
pub struct Stack {
    api: Api,
    /// The port that its edge listens on.
    pub port: u16,
    /// The process behind it.
    pub edge: Host,
}

/// How to start a [`Stack`].
#[derive(Debug)]
pub struct Options {
    port: u16,
    demo: bool,
    guarded: bool,
    functions: Option<PathBuf>,
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, &'static str)>,
}

impl Stack {
    /// Starts the chat without demo data.
    pub async fn start() -> Self {
        Self::with().start().await
    }

    /// Options of the edge's command line.
    #[must_use]
    pub fn with() -> Options {
        Options {
            port: 0,
            demo: false,
            guarded: false,
            functions: None,
            arguments: Vec::new(),
            environment: Vec::new(),
        }
    }

    /// New users, each with a profile.
    pub async fn users<const N: usize>(&self) -> [User; N] {
        let created = futures_util::future::join_all((0..N).map(|_| User::create(&self.api)));
        let mut created = created.await.into_iter();
        array::from_fn(|_| created.next().expect("N users were created"))
    }

    /// A new room with these members, the first one its owner. Their joining is announced already.
    pub async fn room(&self, members: &[&User]) -> Room {
        let (owner, others) = members.split_first().expect("a room has an owner");
        let room = Room::create(&self.api, owner).await;
        for user in others {
            room.add(user).await.expect(201);
        }
        self.quiet().await;
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

    /// With callers that have to show access tokens and tickets.
    #[must_use]
    pub fn guarded(self) -> Self {
        Self { guarded: true, ..self }
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

    /// With the edge's own test functions, which have this many seconds instead of one to answer.
    #[must_use]
    pub fn patient_probe(self, seconds: u32) -> Self {
        self.probe().args(["--parameter", &format!("FunctionTimeout={seconds}")])
    }

    /// With the functions of another directory than that of the tests.
    #[must_use]
    pub fn functions(self, directory: impl Into<PathBuf>) -> Self {
        Self { functions: Some(directory.into()), ..self }
    }

    /// With more arguments on the command line of `localstack`.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// With this parameter of the template.
    #[must_use]
    pub fn parameter(self, name: &str, value: impl Display) -> Self {
        self.args(["--parameter", &format!("{name}={value}")])
    }

    /// Where users may do as much as they like: for tests that do more than one user may.
    #[must_use]
    pub fn unlimited(self) -> Self {
        let limits = [
            "SendsPerSecond",
            "TicketsPerSecond",
            "WritesPerSecond",
            "RoomsPerHour",
            "RoomsPerUser",
            "SocketsPerUser",
        ];
        limits.into_iter().fold(self, |options, limit| options.parameter(limit, 0))
    }

    /// With this in its environment.
    #[must_use]
    pub fn env(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.push((name, value));
        self
    }

    /// Starts the edge and waits until it is ready. A test that asks for nothing that only an edge has
    /// gets the deployment that the environment names, if it names one.
    #[expect(clippy::unused_async, reason = "starting another deployment may need to wait")]
    pub async fn start(self) -> Stack {
        if let Some(api) = target::from_env().filter(|_| self.is_any_deployment()) {
            return Stack { api, port: 0, edge: Host::Elsewhere };
        }
        let edge = self.spawn();
        let port = edge.ready();
        let host = format!("127.0.0.1:{port}");
        let api = Api::new(format!("http://{host}"), format!("ws://{host}"));
        Stack { api, port, edge: Host::Edge(edge) }
    }

    fn is_any_deployment(&self) -> bool {
        let is_plain = self.arguments.is_empty() && self.environment.is_empty();
        let is_guarded = target::jwt_secret().is_some();
        self.port == 0
            && !self.demo
            && self.functions.is_none()
            && is_plain
            && self.guarded == is_guarded
    }

    /// Starts the edge and does not wait.
    #[must_use]
    pub fn spawn(mut self) -> Edge {
        if !self.demo {
            self.arguments.push("--no-demo".into());
        }
        if self.guarded {
            self = self.args(["--auth", "required", "--jwt-secret", SECRET]);
        }
        let port = self.port.to_string();
        let functions = self.functions.as_deref().unwrap_or_else(|| binaries::directory());
        let fixed: [&OsStr; 4] =
            ["--port".as_ref(), port.as_ref(), "--functions".as_ref(), functions.as_ref()];
        let arguments = self.arguments.iter().map(OsString::as_os_str);
        Edge::spawn_with(fixed.into_iter().chain(arguments), &self.environment)
    }
}
