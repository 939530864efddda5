//! What a newcomer reads when the edge is ready: where everything is and what to try.

use std::{
    fmt::{self, Display, Formatter},
    time::Duration,
};

use crate::template::{REGION, Target, Template};

/// The lines that end with `Ready`.
#[derive(Debug)]
pub struct Banner<'a> {
    pub template: &'a Template,
    /// The edge's host and port.
    pub host: &'a str,
    /// URL of the embedded DynamoDB.
    pub dynamodb: &'a str,
    /// Access key and secret of a developer's own calls.
    pub credentials: &'a str,
    /// What the demo data is and commands to paste, if there is a demo.
    pub demo: Option<(&'a str, Vec<String>)>,
    /// Since the program was started.
    pub took: Duration,
}

impl Display for Banner<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { template, host, dynamodb, credentials, .. } = self;
        let tables: Vec<&str> = template.tables.iter().map(|table| table.name.as_str()).collect();
        writeln!(f)?;
        writeln!(f, "  HTTP          http://{host}")?;
        writeln!(f, "  WebSocket     {}", self.socket_urls())?;
        writeln!(f, "  @connections  http://{host}/{}", template.websocket_api.stage)?;
        writeln!(f, "  Inspector     http://{host}/_edge/")?;
        writeln!(f, "  DynamoDB      {dynamodb}  {}", tables.join(", "))?;
        writeln!(
            f,
            "  Credentials   AWS_ACCESS_KEY_ID={credentials} AWS_SECRET_ACCESS_KEY={credentials} \
             AWS_REGION={REGION}"
        )?;
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
    fn socket_urls(&self) -> String {
        let behaviours = self.template.behaviours.iter();
        let sockets = behaviours.filter(|behaviour| behaviour.target == Target::WebSocket);
        let urls = sockets.map(|socket| format!("ws://{}{}", self.host, socket.path_pattern));
        urls.collect::<Vec<_>>().join("  ")
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::Path};

    use super::*;

    #[test]
    fn the_last_line_says_ready_and_the_others_say_where() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml");
        let template = Template::read(Path::new(file), &BTreeMap::new()).unwrap();
        let banner = Banner {
            template: &template,
            host: "localhost:3000",
            dynamodb: "http://127.0.0.1:1",
            credentials: "somebody",
            demo: Some(("two rooms", vec!["curl x".into()])),
            took: Duration::from_millis(420),
        };
        let text = banner.to_string();
        assert_eq!(text.lines().last(), Some("  Ready in 0.4 s. Ctrl-C stops."));
        for part in [
            "http://localhost:3000\n",
            "ws://localhost:3000/ws/chat/*  ws://localhost:3000/chat\n",
            "http://localhost:3000/prod\n",
            "http://localhost:3000/_edge/\n",
            "http://127.0.0.1:1  chat-ChatTable\n",
            "AWS_ACCESS_KEY_ID=somebody AWS_SECRET_ACCESS_KEY=somebody AWS_REGION=us-east-1\n",
            "two rooms\n",
            "\ncurl x\n",
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }
}
