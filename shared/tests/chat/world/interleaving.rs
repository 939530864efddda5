//! Two operations at once, in every order in which their requests can reach the table.
//!
//! A race that is lost one time in a thousand is lost here each time: the requests of both wait at
//! a gate, and one after the other is let through, until all orders have had their turn - all in
//! which the turn is taken from one that could go on at most [`MOST_INTERRUPTIONS`] times.

use std::fmt;

use aws_sdk_dynamodb::config::{
    HttpClient, RuntimeComponents, SharedHttpClient, http::HttpRequest,
};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use shared::store::Store;
use tokio::sync::{mpsc, oneshot};

use super::Chat;

/// A race that needs more of them than this is yet to be seen.
const MOST_INTERRUPTIONS: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Actor {
    First,
    Second,
}

/// The orders of two operations' requests, one after the other.
pub struct Orders<'a> {
    chat: &'a Chat,
    /// Whose request went first, each time that both had one.
    choices: Vec<Actor>,
    most_interruptions: usize,
    begun: bool,
}

impl<'a> Orders<'a> {
    pub fn new(chat: &'a Chat) -> Self {
        let most_interruptions = MOST_INTERRUPTIONS;
        Self { chat, choices: Vec::new(), most_interruptions, begun: false }
    }

    /// The orders with one interruption, for operations of so many requests that all would take
    /// minutes.
    pub fn coarse(chat: &'a Chat) -> Self {
        Self { most_interruptions: 1, ..Self::new(chat) }
    }

    /// Goes on to the next order: whether there is one.
    pub fn remain(&mut self) -> bool {
        if !std::mem::replace(&mut self.begun, true) {
            return true;
        }
        while self.choices.pop_if(|last| *last == Actor::Second).is_some() {}
        let Some(last) = self.choices.last_mut() else { return false };
        *last = Actor::Second;
        true
    }

    /// Runs both in the current order. Each gets a store that it must not outlive.
    pub async fn run<A: Future, B: Future>(
        &mut self,
        first: impl FnOnce(Store) -> A,
        second: impl FnOnce(Store) -> B,
    ) -> (A::Output, B::Output) {
        let (first_store, first_queue) = self.gated();
        let (second_store, second_queue) = self.gated();
        let (first, second) = (Box::pin(first(first_store)), Box::pin(second(second_store)));
        let (first, second, ()) =
            tokio::join!(first, second, self.admit(first_queue, second_queue));
        (first, second)
    }

    fn gated(&self) -> (Store, mpsc::UnboundedReceiver<Turn>) {
        let (queue, turns) = mpsc::unbounded_channel();
        let gate = Gate { queue, way: self.chat.database.http().clone() };
        (self.chat.database.store_through(&SharedHttpClient::new(gate)), turns)
    }

    /// Lets one request after the other through. A queue ends when its operation has.
    async fn admit(
        &mut self,
        mut first: mpsc::UnboundedReceiver<Turn>,
        mut second: mpsc::UnboundedReceiver<Turn>,
    ) {
        let (mut of_first, mut of_second) = tokio::join!(first.recv(), second.recv());
        let mut history = History::default();
        loop {
            (of_first, of_second) = match (of_first, of_second) {
                (None, None) => return,
                (Some(turn), None) => (turn.taken(&mut first).await, None),
                (None, Some(turn)) => (None, turn.taken(&mut second).await),
                (Some(one), Some(other)) => match self.choose(&mut history) {
                    Actor::First => (one.taken(&mut first).await, Some(other)),
                    Actor::Second => (Some(one), other.taken(&mut second).await),
                },
            };
        }
    }

    fn choose(&mut self, history: &mut History) -> Actor {
        if let Some(last) = history.last
            && history.interruptions == self.most_interruptions
        {
            return last;
        }
        if history.choices == self.choices.len() {
            self.choices.push(Actor::First);
        }
        let choice = self.choices[history.choices];
        history.add(choice);
        choice
    }
}

/// What has been chosen in one run.
#[derive(Debug, Default)]
struct History {
    choices: usize,
    last: Option<Actor>,
    interruptions: usize,
}

impl History {
    fn add(&mut self, choice: Actor) {
        self.choices += 1;
        let last = self.last.replace(choice);
        self.interruptions += usize::from(last.is_some_and(|last| last != choice));
    }
}

/// Tells a failing order from the others.
impl fmt::Debug for Orders<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.choices.fmt(formatter)
    }
}

/// A request that waits.
#[derive(Debug)]
struct Turn {
    go: oneshot::Sender<()>,
    over: oneshot::Receiver<()>,
}

impl Turn {
    /// Lets the request through, and waits for the next one of the same operation.
    async fn taken(self, queue: &mut mpsc::UnboundedReceiver<Self>) -> Option<Self> {
        let _ = self.go.send(());
        let _ = self.over.await;
        queue.recv().await
    }
}

/// An HTTP client whose requests wait for their turn.
#[derive(Debug, Clone)]
struct Gate {
    queue: mpsc::UnboundedSender<Turn>,
    way: SharedHttpClient,
}

impl HttpClient for Gate {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let (queue, way) = (self.queue.clone(), self.way.http_connector(settings, components));
        SharedHttpConnector::new(GatedWay { queue, way })
    }
}

#[derive(Debug)]
struct GatedWay {
    queue: mpsc::UnboundedSender<Turn>,
    way: SharedHttpConnector,
}

impl HttpConnector for GatedWay {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (queue, way) = (self.queue.clone(), self.way.clone());
        HttpConnectorFuture::new(async move {
            let ((go, permission), (end, over)) = (oneshot::channel(), oneshot::channel());
            let _ = queue.send(Turn { go, over });
            drop(queue);
            let _ = permission.await;
            let answer = way.call(request).await;
            drop(end);
            answer
        })
    }
}
