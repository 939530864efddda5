//! The processes of one function: started on demand, restarted after a crash, ended after a timeout.

use std::{convert::Infallible, future::pending, sync::Arc, time::Duration};

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use tokio::{
    sync::oneshot,
    time::{Instant, sleep, timeout},
};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::{
    dispatch::{Answer, Dispatch, ProcessNumber, Start, Submitted},
    error::InvokeError,
    process::Program,
    report::Report,
};
use crate::{
    journal::Journal,
    sabotage::{Fault, Faults},
};

/// How long a process may take until it first asks for work: Lambda's limit of the init phase.
const INIT_WITHIN: Duration = Duration::from_secs(10);
/// A function that cannot start, such as one without its table, must not be started in a tight loop;
/// a developer who mends it waits no longer than the longest pause.
const FIRST_BACKOFF: Duration = Duration::from_millis(100);
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);

/// One function's processes and the work for them.
#[derive(Debug)]
pub struct Pool {
    program: Program,
    /// URL of the Runtime API for this function, without what is the process's own.
    runtime_api: String,
    faults: Faults,
    journal: Journal,
    processes: TaskTracker,
    /// What waits and runs.
    pub dispatch: Dispatch,
}

impl Pool {
    /// A pool without a process.
    pub fn new(program: Program, runtime_api: String, faults: Faults, journal: Journal) -> Self {
        let (processes, dispatch) = (TaskTracker::new(), Dispatch::default());
        Self { program, runtime_api, faults, journal, processes, dispatch }
    }

    /// Logical id of the function.
    pub fn function(&self) -> &str {
        &self.program.function.name
    }

    /// Invokes the function. The invocation goes on when the caller stops waiting for it.
    pub async fn invoke(self: &Arc<Self>, event: &Value) -> Result<Value, InvokeError> {
        let cause = event["requestContext"]["requestId"].as_str().map(str::to_owned);
        let event = event.to_string().into();
        let pool = Arc::clone(self);
        let invocation = tokio::spawn(async move { pool.answer_to(event, cause).await });
        invocation.await.map_err(|_| InvokeError::Crashed)?
    }

    /// Ends every process and waits until they are gone.
    pub async fn shutdown(&self) {
        self.dispatch.close();
        self.processes.close();
        self.processes.wait().await;
    }

    /// Starts a process if the running ones cannot take what waits.
    pub fn start_if_wanted(self: &Arc<Self>) {
        self.start(self.dispatch.claim_start());
    }

    /// Starts a process if none runs.
    pub fn start_first(self: &Arc<Self>) {
        self.start(self.dispatch.claim_first());
    }

    fn start(self: &Arc<Self>, start: Option<Start>) {
        if let Some(start) = start {
            let pool = Arc::clone(self);
            self.processes.spawn(async move { pool.supervise(start).await });
        }
    }

    async fn answer_to(
        self: Arc<Self>,
        event: Bytes,
        event_request_id: Option<String>,
    ) -> Result<Value, InvokeError> {
        let function = &self.program.function.name;
        let started = Instant::now();
        let crashes = self.faults.strike(Fault::CrashFunction, function);
        let deadline = deadline(self.program.function.timeout);
        let Submitted { id, answer, init } = self.dispatch.submit(event, deadline, crashes);
        self.start_if_wanted();
        if let Some(pause) = self.faults.kill_after(function) {
            tokio::spawn(Arc::clone(&self).kill(id, pause));
        }
        let answer = self.wait_for(id, answer).await;
        let report = Report { function, id, event_request_id, started };
        self.journal.write(|| report.end(init.get().copied(), &answer));
        answer
    }

    async fn wait_for(
        self: &Arc<Self>,
        id: Uuid,
        answer: oneshot::Receiver<Answer>,
    ) -> Result<Value, InvokeError> {
        let limit = self.program.function.timeout;
        let Ok(answer) = timeout(limit, answer).await else {
            tracing::warn!(function = self.program.function.name, "No answer within {limit:?}");
            self.dispatch.expire(id);
            self.start_if_wanted();
            return Err(InvokeError::TimedOut);
        };
        let body = answer.map_err(|_| InvokeError::Crashed)??;
        serde_json::from_slice(&body)
            .map_err(|_| InvokeError::Failed("it did not answer with JSON".into()))
    }

    /// Kills the process that works on the invocation, if it still does after the pause: the fault
    /// [`Fault::KillFunction`].
    async fn kill(self: Arc<Self>, id: Uuid, pause: Duration) {
        sleep(pause).await;
        if !self.dispatch.kill(id) {
            self.faults.take_back(Fault::KillFunction);
        }
    }

    async fn supervise(self: Arc<Self>, start: Start) {
        let why = tokio::select! {
            why = self.run_process(&start) => why,
            never = self.end_if_silent(start.number) => match never {},
        };
        if let Some(line) = self.dispatch.ended(start.number, &why) {
            tracing::warn!("{} {line}", self.program.function.name);
        }
        self.start_if_wanted();
    }

    /// Ends a process that does not ask for work in time. Never resolves, so that how the process
    /// ended is always what the process itself says.
    async fn end_if_silent(&self, number: ProcessNumber) -> Infallible {
        sleep(INIT_WITHIN).await;
        self.dispatch.end_unless_asked(number);
        pending().await
    }

    async fn run_process(&self, start: &Start) -> String {
        let pause = sleep(backoff(start.failed_before));
        if start.ending.run_until_cancelled(pause).await.is_none() {
            return "it was not needed any more".into();
        }
        let runtime_api = format!("{}/{}/{}", self.runtime_api, start.number, start.key);
        self.program.run(&runtime_api, &start.ending).await
    }
}

/// Milliseconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "the Runtime API gives deadlines as clock times")]
fn deadline(limit: Duration) -> i64 {
    let limit_ms = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
    Timestamp::now().as_millisecond().saturating_add(limit_ms)
}

fn backoff(failed_before: u32) -> Duration {
    match failed_before {
        0 => Duration::ZERO,
        failures => (FIRST_BACKOFF * 2_u32.saturating_pow(failures - 1)).min(LONGEST_BACKOFF),
    }
}
