//! Where a deployment's two APIs answer.

/// A deployment's base URLs. Its paths are the guides' own.
#[derive(Debug, Clone)]
pub struct Address {
    http: String,
    socket: String,
    paths: Paths,
}

/// What the WebSocket URL is followed by.
#[derive(Debug, Clone, Copy)]
enum Paths {
    /// The guides' own paths.
    Guides,
    /// Only a query: there is no CloudFront in front of the API.
    Stage,
}

impl Address {
    /// The APIs below these URLs, without a trailing slash.
    #[must_use]
    pub fn new(http: impl Into<String>, socket: impl Into<String>) -> Self {
        Self { http: http.into(), socket: socket.into(), paths: Paths::Guides }
    }

    /// The two APIs themselves, the WebSocket API by its stage's URL.
    #[must_use]
    pub fn of_stage(http: impl Into<String>, stage: impl Into<String>) -> Self {
        Self { paths: Paths::Stage, ..Self::new(http, stage) }
    }

    /// The HTTP URL of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.http)
    }

    /// The WebSocket URL of a guide's path.
    #[must_use]
    pub fn socket_url(&self, path: &str) -> String {
        match self.paths {
            Paths::Guides => format!("{}{path}", self.socket),
            Paths::Stage => format!("{}{}", self.socket, below_stage(path)),
        }
    }

    /// Whether clients speak TLS there.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.http.starts_with("https:")
    }
}

/// What a path of the guides is on the WebSocket API itself, where there is no path but the stage's.
///
/// `/ws/chat/1?user_id=2` is `?room_id=1&user_id=2`, `/chat?ticket=t` is `?ticket=t`: what the
/// viewer function makes of them.
fn below_stage(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    match path.strip_prefix("/ws/chat/") {
        Some(room) => format!("?room_id={room}&{query}"),
        None => format!("?{query}"),
    }
}
