//! The state behind a dispatch, and the small steps that keep its parts in agreement.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use axum::body::Bytes;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Answer, Delivery, ProcessNumber, Start};
use crate::lambda::error::InvokeError;

/// Invocations that one process works on at once (`AWS_LAMBDA_MAX_CONCURRENCY`).
pub const MAX_CONCURRENCY: usize = 32;
/// Processes of one function. The second is started when the first is full, and serves while the
/// first is ending after a timeout.
const MAX_PROCESSES: usize = 2;

#[derive(Debug, Default)]
pub struct State {
    /// All that are not answered, waiting or in flight.
    pub invocations: HashMap<Uuid, Invocation>,
    /// Invocations that no process has taken, oldest first.
    pub waiting: VecDeque<Uuid>,
    pub processes: BTreeMap<ProcessNumber, Process>,
    pub last_number: ProcessNumber,
    /// Processes in a row that ended without ever asking for work.
    pub failed_starts: u32,
    /// Why the last of them did.
    pub refusal: Option<String>,
    pub closed: bool,
}

#[derive(Debug)]
pub struct Invocation {
    pub event: Bytes,
    pub deadline: i64,
    pub answer: oneshot::Sender<Answer>,
    /// Its process ends instead of answering.
    pub crashes: bool,
    pub init: Arc<OnceLock<Duration>>,
    /// Who works on it.
    pub process: Option<ProcessNumber>,
}

#[derive(Debug)]
pub struct Process {
    pub key: Uuid,
    started_at: Instant,
    /// How long it took to ask for work, until it gets some.
    init: Option<Duration>,
    pub has_asked: bool,
    pub init_error: Option<String>,
    pub ending: CancellationToken,
    /// Gets no new work.
    is_retired: bool,
    in_flight: usize,
    /// Long polls without an answer, oldest first. Some may belong to clients that are gone.
    polls: VecDeque<oneshot::Sender<Delivery>>,
}

type Poll = (ProcessNumber, oneshot::Sender<Delivery>);

impl State {
    pub fn active(&self) -> impl Iterator<Item = &Process> {
        self.processes.values().filter(|process| !process.is_retired)
    }

    /// A process could not start. Returns whether the reason is another than that of the one before.
    pub fn refuse(&mut self, why: &str) -> bool {
        self.failed_starts += 1;
        self.refusal.replace(why.to_owned()).as_deref() != Some(why)
    }

    /// Reserves a process.
    pub fn start(&mut self) -> Start {
        self.last_number += 1;
        let (number, key) = (self.last_number, Uuid::new_v4());
        let process = Process::starting(key);
        let ending = process.ending.clone();
        self.processes.insert(number, process);
        Start { number, key, failed_before: self.failed_starts, ending }
    }

    pub fn wants_process(&self) -> bool {
        !self.closed
            && !self.waiting.is_empty()
            && self.active().count() < MAX_PROCESSES
            && self.active().all(|process| process.in_flight >= MAX_CONCURRENCY)
    }

    /// Keeps a poll. False for a process that is not known.
    pub fn ask(&mut self, number: ProcessNumber, poll: oneshot::Sender<Delivery>) -> bool {
        let Some(process) = self.processes.get_mut(&number) else { return false };
        if !process.has_asked {
            process.has_asked = true;
            process.init = Some(process.started_at.elapsed());
            self.failed_starts = 0;
            self.refusal = None;
        }
        process.polls.push_back(poll);
        true
    }

    /// The oldest open poll of the oldest process, so that a second process is idle when one is
    /// enough.
    pub fn next_poll(&mut self) -> Option<Poll> {
        let active = self.processes.iter_mut().filter(|(_, process)| !process.is_retired);
        active.map(|(number, process)| Some((*number, process.next_poll()?))).find_map(|poll| poll)
    }

    /// Removes an invocation if this process works on it.
    pub fn take_from(&mut self, number: ProcessNumber, id: Uuid) -> Option<Invocation> {
        self.invocations.get(&id).filter(|invocation| invocation.process == Some(number))?;
        self.invocations.remove(&id)
    }

    /// The process works on one more invocation. Says how long it took to start if this is its first.
    pub fn begin(&mut self, number: ProcessNumber) -> Option<Duration> {
        let process = self.processes.get_mut(&number)?;
        process.in_flight += 1;
        process.init.take()
    }

    pub fn release(&mut self, number: ProcessNumber) {
        if let Some(process) = self.processes.get_mut(&number) {
            process.in_flight -= 1;
            process.end_if_done();
        }
    }

    pub fn retire(&mut self, number: ProcessNumber) {
        if let Some(process) = self.processes.get_mut(&number) {
            process.is_retired = true;
            process.end_if_done();
        }
    }

    /// The process gets no new work, and is ended in the middle of what it has.
    pub fn kill(&mut self, number: ProcessNumber) {
        if let Some(process) = self.processes.get_mut(&number) {
            process.is_retired = true;
            process.ending.cancel();
        }
    }

    pub fn retire_idle(&mut self) {
        for process in self.processes.values_mut() {
            if process.has_asked && process.in_flight == 0 {
                process.is_retired = true;
                process.end_if_done();
            }
        }
    }

    pub fn fail(&mut self, chosen: impl Fn(&Invocation) -> bool, error: impl Fn() -> InvokeError) {
        for (_, invocation) in self.invocations.extract_if(|_, invocation| chosen(invocation)) {
            // The caller may be gone, then nobody needs the answer.
            let _ = invocation.answer.send(Err(error()));
        }
        self.waiting.retain(|id| self.invocations.contains_key(id));
    }
}

impl Process {
    /// One that is being started now.
    fn starting(key: Uuid) -> Self {
        Self {
            key,
            started_at: Instant::now(),
            init: None,
            has_asked: false,
            init_error: None,
            ending: CancellationToken::new(),
            is_retired: false,
            in_flight: 0,
            polls: VecDeque::new(),
        }
    }

    pub fn is_working(&self) -> bool {
        self.in_flight > 0
    }

    fn next_poll(&mut self) -> Option<oneshot::Sender<Delivery>> {
        let open = self.polls.iter().position(|poll| !poll.is_closed())?;
        self.polls.drain(..=open).next_back()
    }

    fn end_if_done(&self) {
        if self.is_retired && self.in_flight == 0 {
            self.ending.cancel();
        }
    }
}
