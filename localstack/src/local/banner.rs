//! What a newcomer reads when the edge is ready: where everything is and what to try.

use std::{
    fmt::{self, Display, Formatter},
    net::SocketAddr,
    time::Duration,
};

use super::identity::Auth;
use crate::template::{REGION, Target, Template};

/// The lines that end with `Ready`.
#[derive(Debug)]
pub struct Banner<'a> {
    pub template: &'a Template,
    /// The edge's host and port.
    pub host: &'a str,
    pub port: u16,
    /// The address that other machines may reach, if there is one.
    pub public: Option<SocketAddr>,
    pub auth: Auth,
    /// Whether a page shows what is served.
    pub has_page: bool,
    /// URL of the embedded DynamoDB.
    pub dynamodb: &'a str,
    /// Access key and secret of a developer's own calls.
    pub credentials: (&'a str, &'a str),
    /// What the demo data is and commands to paste, if there is a demo.
    pub demo: Option<(&'a str, Vec<String>)>,
    /// Since the program was started.
    pub took: Duration,
}

impl Display for Banner<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { template, host, dynamodb, credentials: (key, secret), .. } = self;
        let local = format!("http://localhost:{}", self.port);
        let tables: Vec<&str> = template.tables.iter().map(|table| table.name.as_str()).collect();
        writeln!(f)?;
        if self.has_page {
            writeln!(
                f,
                "  Open          http://{host}/ in a browser, in two windows to be two people\n"
            )?;
        }
        writeln!(f, "  HTTP          http://{host}")?;
        writeln!(f, "  WebSocket     {}", self.socket_urls())?;
        writeln!(f, "  @connections  {local}/{}", template.websocket_api.stage)?;
        writeln!(f, "  Inspector     {local}/_edge/ in a browser, or curl -u {key}:{secret}")?;
        writeln!(f, "  DynamoDB      {dynamodb}  {}", tables.join(", "))?;
        writeln!(
            f,
            "  Credentials   AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY={secret} AWS_REGION={REGION}"
        )?;
        writeln!(f, "  Open to       {}", self.open_to())?;
        if let Some((contains, examples)) = &self.demo {
            writeln!(f, "  Demo          {contains}")?;
            writeln!(f, "\n  To try it, paste each line into a terminal of its own:\n")?;
            for example in examples {
                writeln!(f, "{example}\n")?;
            }
        }
        write!(f, "  Ready in {:.1} s. Ctrl-C stops.", self.took.as_secs_f64())
    }
}

impl Banner<'_> {
    /// Who gets in, and as whom.
    fn open_to(&self) -> String {
        let whom = match self.auth {
            Auth::Trusted => "as whoever they say they are",
            Auth::Required => "with an access token",
        };
        match self.public {
            None => format!("this machine: everybody on it gets in, {whom}"),
            Some(address) => format!(
                "THE NETWORK, at {address}: everybody who reaches it gets in, {whom}; \
                 DynamoDB, @connections and /_edge are for this machine"
            ),
        }
    }

    fn socket_urls(&self) -> String {
        let behaviours = self.template.behaviours.iter();
        let sockets = behaviours.filter(|behaviour| behaviour.target == Target::WebSocket);
        let urls = sockets.map(|socket| format!("ws://{}{}", self.host, socket.path_pattern));
        urls.collect::<Vec<_>>().join("  ")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::template::Overrides;

    #[test]
    fn the_last_line_says_ready_and_the_others_say_where() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml");
        let template = Template::read(Path::new(file), &Overrides::default()).unwrap();
        let banner = Banner {
            template: &template,
            host: "localhost:3000",
            has_page: true,
            dynamodb: "http://127.0.0.1:1",
            port: 3000,
            public: None,
            auth: Auth::Trusted,
            credentials: ("somebody", "whispers"),
            demo: Some(("two rooms", vec!["curl x".into()])),
            took: Duration::from_millis(420),
        };
        let text = banner.to_string();
        assert_eq!(text.lines().last(), Some("  Ready in 0.4 s. Ctrl-C stops."));
        for part in [
            "http://localhost:3000/ in a browser",
            "http://localhost:3000\n",
            "ws://localhost:3000/ws/chat/*  ws://localhost:3000/chat\n",
            "http://localhost:3000/prod\n",
            "http://127.0.0.1:1  chat-ChatTable\n",
            "http://localhost:3000/_edge/ in a browser, or curl -u somebody:whispers\n",
            "AWS_ACCESS_KEY_ID=somebody AWS_SECRET_ACCESS_KEY=whispers AWS_REGION=us-east-1\n",
            "this machine: everybody on it gets in, as whoever they say they are\n",
            "two rooms\n",
            "\ncurl x\n",
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }
}
