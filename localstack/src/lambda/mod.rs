//! Function processes and the Lambda Runtime API they poll.

mod api;
mod dispatch;
mod error;
mod event_sources;
mod guard;
mod log;
mod pool;
mod process;
mod report;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use axum::serve::ListenerExt;
use futures_util::{StreamExt, stream};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::{
    iam::{DEVELOPER, Iam},
    journal::Journal,
    sabotage::Faults,
    template::Template,
};
pub use error::{InvokeError, RuntimeError};
pub use event_sources::{EventSources, Reports};
use guard::Guard;
use pool::Pool;
use process::Program;

/// Functions that a check starts at once. More of them start no faster on a laptop.
const AT_ONCE: usize = 4;

/// The functions of the template, ready to be invoked. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Functions {
    pools: Arc<BTreeMap<String, Arc<Pool>>>,
    /// What they did, and on whose behalf.
    pub journal: Journal,
}

impl Functions {
    /// Serves the Runtime API on loopback. `directory` holds the executables, `dynamodb` is the
    /// URL that the functions find the table at, `iam` has the credentials that they call it with.
    /// No process is started yet.
    pub async fn serve(
        template: &Template,
        directory: PathBuf,
        dynamodb: &str,
        iam: &Iam,
        faults: Faults,
    ) -> Result<Self, RuntimeError> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let guard = Arc::new(Guard::start()?);
        let base = format!("http://{}", listener.local_addr()?);
        let names = template.functions.iter().map(|function| function.name.clone());
        let journal = Journal::new(names.chain([DEVELOPER.to_owned()]));
        let mut pools = BTreeMap::new();
        for function in template.functions.iter().cloned() {
            let name = function.name.clone();
            let path = directory.join(&function.binary);
            if !path.is_file() {
                return Err(RuntimeError::NoExecutable { function: name, path });
            }
            let program = Program {
                credentials: iam.credentials(&function.name).cloned(),
                function,
                path,
                dynamodb: dynamodb.to_owned(),
                guard: Arc::clone(&guard),
            };
            let api = format!("{base}/{name}");
            let pool = Pool::new(program, api, faults.clone(), journal.clone());
            pools.insert(name, Arc::new(pool));
        }
        let functions = Self { pools: Arc::new(pools), journal };
        let router = api::router(functions.clone());
        let listener = listener.tap_io(|stream| {
            // Nagle's delay holds back small answers; without the option all is slower, not wrong.
            let _ = stream.set_nodelay(true);
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(functions)
    }

    /// Invokes the function with this logical id and waits for its answer. The invocation goes on
    /// when the caller stops waiting, as it does on Lambda.
    pub async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError> {
        match self.pool(function) {
            Some(pool) => pool.invoke(event).await,
            None => {
                Err(InvokeError::NotStarted(format!("the template has no function {function}")))
            }
        }
    }

    /// Starts a process of each function and waits until all have asked for work, so that a function
    /// that cannot start says why before its first call. If the first function cannot, the others are
    /// not started: most of them would say the same, because their environments hardly differ.
    pub async fn check(&self) {
        let mut pools = self.pools.values();
        let Some(first) = pools.next() else { return };
        if Self::started(first).await.is_ok() {
            let others = stream::iter(pools.map(Self::started)).buffer_unordered(AT_ONCE);
            others.for_each(|_| async {}).await;
        }
    }

    async fn started(pool: &Arc<Pool>) -> Result<(), String> {
        // Made first: it counts the failures from now on.
        let started = pool.dispatch.started();
        pool.start_first();
        started.await
    }

    /// Returns the functions whose last process could not start, with the reasons. Starts each of them
    /// again, so that a function that was repaired is known to work before somebody calls it.
    pub fn unable_to_start(&self) -> BTreeMap<&str, String> {
        let unable = self.pools.iter().filter_map(|(name, pool)| {
            let why = pool.dispatch.refusal()?;
            pool.start_first();
            Some((name.as_str(), why))
        });
        unable.collect()
    }

    /// Their logical ids.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pools.keys().map(String::as_str)
    }

    /// Kills every process that is working.
    pub fn crash(&self) {
        self.pools.values().for_each(|pool| pool.dispatch.crash());
    }

    /// Ends every process. Invocations that are not answered yet fail.
    pub async fn shutdown(&self) {
        let pools = self.pools.values().map(|pool| pool.shutdown());
        futures_util::future::join_all(pools).await;
    }

    fn pool(&self, function: &str) -> Option<&Arc<Pool>> {
        self.pools.get(function)
    }
}
