//! A scenario against a deployment of its own. The harness holds everything that comes against the
//! specifications, too.

use std::collections::BTreeMap;

use reqwest::Method;
use tests::{
    Api, Socket, Stack,
    spec::{conforms, operation},
};
use tokio_tungstenite::tungstenite::Message;

use super::{
    file::{Answer, Request, Scenario, Step},
    matching::Kept,
};

/// Plays every step, and fails at the first that goes another way.
pub async fn replay(scenario: &Scenario) {
    let options = Stack::with().demo().args(["--auth", &scenario.auth]);
    let given = scenario.parameters.iter();
    let options = given.fold(options, |options, (name, value)| options.parameter(name, value));
    let stack = options.start().await;
    stack.quiet().await;
    let mut player = Player { api: &stack, sockets: BTreeMap::new(), kept: Kept::default() };
    for (index, step) in scenario.steps.iter().enumerate() {
        eprintln!("  step {index} {}", step.name());
        player.play(step).await;
    }
}

struct Player<'a> {
    api: &'a Api,
    sockets: BTreeMap<String, Socket>,
    kept: Kept,
}

impl Player<'_> {
    async fn play(&mut self, step: &Step) {
        match step {
            Step::Call { request, answer, .. } => self.call(request, answer).await,
            Step::Connect { connect, r#as, .. } => {
                // So that who connects hears what comes from then on, and nothing else.
                self.api.quiet().await;
                let socket = self.api.socket(&self.kept.fill(connect)).await.expect("a socket");
                self.api.quiet().await;
                self.sockets.insert(r#as.clone(), socket);
            }
            Step::Frame { on, frame, .. } => {
                let came = self.socket(on).next().await;
                self.kept.expect(frame, &came).unwrap_or_else(|why| panic!("{why}\nin {came}"));
            }
            Step::Send { on, send, .. } => {
                let text = send.as_str().map_or_else(|| send.to_string(), ToOwned::to_owned);
                self.socket(on).send(Message::text(text)).await;
            }
            Step::Closed { on, closed, .. } => {
                assert_eq!(self.socket(on).closed().await.0, *closed);
            }
            Step::Leave { on, leave, .. } => {
                self.sockets.remove(on).expect("an open socket").close(*leave, "").await;
            }
        }
    }

    fn socket(&mut self, name: &str) -> &mut Socket {
        self.sockets.get_mut(name).unwrap_or_else(|| panic!("no socket is called {name}"))
    }

    async fn call(&mut self, request: &Request, answer: &Answer) {
        if answer.status < 300 {
            expect_to_be_specified(request);
        }
        let method = Method::from_bytes(request.method.as_bytes()).unwrap();
        let mut asked = self.api.request(method, &self.kept.fill(&request.path));
        for (name, value) in &request.headers {
            asked = asked.header(name, self.kept.fill(value));
        }
        asked = match (&request.body, &request.text) {
            (Some(body), _) => asked.json(body),
            (None, Some(text)) => asked.body(text.clone()),
            (None, None) => asked,
        };
        let came = self.api.ask(asked).await.expect(answer.status);
        self.kept.expect(&answer.body, &came).unwrap_or_else(|why| panic!("{why}\nin {came}"));
    }
}

/// A request that succeeds is one that a generated client could make.
fn expect_to_be_specified(request: &Request) {
    let path = request.path.split('?').next().unwrap_or_default();
    let operation = operation(&request.method, path).unwrap_or_else(|| {
        panic!("infra/openapi.yaml lacks {} {path}: add it to paths", request.method)
    });
    let media = operation.get("requestBody").and_then(|body| body.get("content"));
    let media = media.and_then(|content| content.get("application/json"));
    match (media, &request.body) {
        (Some(media), Some(body)) => {
            conforms(media.with(&media.value["schema"]), body)
                .unwrap_or_else(|why| panic!("{why}"));
        }
        (Some(_), None) => panic!("{path} takes a body, says infra/openapi.yaml"),
        (None, body) => assert!(body.is_none(), "{path} takes no body, says infra/openapi.yaml"),
    }
}
