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
    /// The APIs below these URLs. A slash at the end of either makes no difference.
    #[must_use]
    pub fn new(http: impl AsRef<str>, socket: impl AsRef<str>) -> Self {
        let base = |url: &str| url.trim_end_matches('/').to_owned();
        Self { http: base(http.as_ref()), socket: base(socket.as_ref()), paths: Paths::Guides }
    }

    /// The two APIs themselves, the WebSocket API by its stage's URL.
    #[must_use]
    pub fn of_stage(http: impl AsRef<str>, stage: impl AsRef<str>) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_at_the_end_of_a_base_url_makes_no_difference() {
        for end in ["", "/", "//"] {
            let (http, socket) =
                (format!("https://chat.example{end}"), format!("wss://chat.example{end}"));
            let address = Address::new(http, socket);
            assert_eq!(address.url("/chat/ticket"), "https://chat.example/chat/ticket");
            assert_eq!(address.socket_url("/chat?ticket=t"), "wss://chat.example/chat?ticket=t");
            let stage =
                Address::of_stage("https://a.example", format!("wss://b.example/prod{end}"));
            assert_eq!(
                stage.socket_url("/ws/chat/1?ticket=t"),
                "wss://b.example/prod?room_id=1&ticket=t"
            );
        }
    }
}
