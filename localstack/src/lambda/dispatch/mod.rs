//! Who works on what: waiting invocations, processes that ask for work, and the pairing of both.
//!
//! It starts and ends no process itself; it says when one is wanted ([`Dispatch::claim_start`]) and
//! when one must go ([`Start::ending`]). Nothing here waits, so every rule can be tested at once.

mod delivery;
mod start;
mod state;
#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use delivery::Delivery;
pub use state::MAX_CONCURRENCY;

use super::error::InvokeError;
use state::{Invocation, State};

/// Number of a process, never used twice.
pub type ProcessNumber = u64;
/// What the caller of a function gets.
pub type Answer = Result<Bytes, InvokeError>;

/// The work of one function. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Dispatch {
    state: Arc<Mutex<State>>,
    /// Notified when a process has asked for work, or could not start.
    settled: Arc<Notify>,
}

/// An invocation that was taken in.
#[derive(Debug)]
pub struct Submitted {
    pub id: Uuid,
    pub answer: oneshot::Receiver<Answer>,
    /// How long its process took to start, once that has taken it; only of a cold start.
    pub init: Arc<OnceLock<Duration>>,
}

/// A process that should be started now.
#[derive(Debug)]
pub struct Start {
    /// The number it will have.
    pub number: ProcessNumber,
    /// What only it is told: see [`Dispatch::knows`].
    pub key: Uuid,
    /// How many processes before it ended without ever asking for work.
    pub failed_before: u32,
    /// Cancelled when the process must end.
    pub ending: CancellationToken,
}

impl Dispatch {
    /// Takes an invocation in. `deadline` is in milliseconds since the epoch. Its process `crashes` when it answers.
    pub fn submit(&self, event: Bytes, deadline: i64, crashes: bool) -> Submitted {
        let (id, (answer, receiver)) = (Uuid::new_v4(), oneshot::channel());
        let init = Arc::<OnceLock<_>>::default();
        let submitted = Submitted { id, answer: receiver, init: Arc::clone(&init) };
        let mut state = self.lock();
        if state.closed {
            // It cannot fail: the receiver is still in this function.
            let _ = answer.send(Err(shutting_down()));
            return submitted;
        }
        let invocation = Invocation { event, deadline, answer, crashes, init, process: None };
        state.invocations.insert(id, invocation);
        state.waiting.push_back(id);
        self.pair(&mut state);
        submitted
    }

    /// Whether a process with this number runs, and this is its key. Everybody on the machine can call
    /// the Runtime API, and a number can be guessed.
    pub fn knows(&self, number: ProcessNumber, key: Uuid) -> bool {
        self.lock().processes.get(&number).is_some_and(|process| process.key == key)
    }

    /// A process asks for work. The receiver fails, or never resolves, for a process that gets none
    /// any more: it is about to end.
    pub fn poll(&self, number: ProcessNumber) -> oneshot::Receiver<Delivery> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.lock();
        if state.ask(number, sender) {
            self.pair(&mut state);
        }
        self.settled.notify_waiters();
        receiver
    }

    /// A process answers. False when nobody waits for this answer.
    pub fn answer(&self, number: ProcessNumber, id: Uuid, answer: Answer) -> bool {
        let mut state = self.lock();
        let Some(invocation) = state.take_from(number, id) else { return false };
        if invocation.crashes {
            // It stays in flight until the process has ended.
            state.invocations.insert(id, invocation);
            state.kill(number);
            return true;
        }
        state.release(number);
        invocation.answer.send(answer).is_ok()
    }

    /// A process reports why it cannot start.
    pub fn init_failed(&self, number: ProcessNumber, message: String) {
        if let Some(process) = self.lock().processes.get_mut(&number) {
            process.init_error = Some(message);
        }
    }

    /// The deadline of an invocation has passed. A process that holds it, or that was free and
    /// did not take it, gets no new work and ends once its other invocations are answered: it hangs,
    /// and Lambda too resets an environment after a timeout.
    pub fn expire(&self, id: Uuid) {
        let mut state = self.lock();
        let Some(invocation) = state.invocations.remove(&id) else { return };
        if let Some(number) = invocation.process {
            state.retire(number);
            state.release(number);
        } else {
            state.waiting.retain(|waiting| *waiting != id);
            state.retire_idle();
        }
    }

    /// Reserves a process when work waits that the running ones cannot take.
    pub fn claim_start(&self) -> Option<Start> {
        let mut state = self.lock();
        state.wants_process().then(|| state.start())
    }

    /// A process that has not asked for work by now must end.
    pub fn end_unless_asked(&self, number: ProcessNumber) {
        let mut state = self.lock();
        let process = state.processes.get_mut(&number);
        if let Some(process) = process.filter(|process| !process.has_asked) {
            process.init_error = Some("it did not ask for work in time".into());
            process.ending.cancel();
        }
    }

    /// A process has ended, `why` says how. What it worked on gets `Crashed`; if it never asked for
    /// work, what waits gets `NotStarted`. Returns a line for the log, unless the process ended on
    /// demand, or the one before could not start for the same reason.
    pub fn ended(&self, number: ProcessNumber, why: &str) -> Option<String> {
        let mut state = self.lock();
        let process = state.processes.remove(&number)?;
        let in_flight = |invocation: &Invocation| invocation.process == Some(number);
        state.fail(in_flight, || InvokeError::Crashed);
        if process.has_asked || state.closed {
            return (!process.ending.is_cancelled()).then(|| format!("ended: {why}"));
        }
        let why = process.init_error.as_deref().unwrap_or(why);
        if state.active().next().is_none() {
            state.fail(|_| true, || InvokeError::NotStarted(why.to_owned()));
        }
        let is_new = state.refuse(why);
        self.settled.notify_waiters();
        is_new.then(|| format!("could not start: {why}"))
    }

    /// Kills the process that works on the invocation: whether there is one.
    pub fn kill(&self, id: Uuid) -> bool {
        let state = self.lock();
        let number = state.invocations.get(&id).and_then(|invocation| invocation.process);
        let process = number.and_then(|number| state.processes.get(&number));
        process.inspect(|process| process.ending.cancel()).is_some()
    }

    /// Kills every process that is working.
    pub fn crash(&self) {
        for process in self.lock().processes.values().filter(|process| process.is_working()) {
            process.ending.cancel();
        }
    }

    /// No more work: what waits or runs fails, and every process ends.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        self.settled.notify_waiters();
        state.fail(|_| true, shutting_down);
        for process in state.processes.values() {
            process.ending.cancel();
        }
    }

    /// Hands waiting invocations to polls, skipping the polls of clients that went away.
    fn pair(&self, state: &mut State) {
        while let Some(&id) = state.waiting.front() {
            let Some((number, poll)) = state.next_poll() else { return };
            let Some(invocation) = state.invocations.get_mut(&id) else { return };
            let delivery = Delivery::new(self, id, invocation.deadline, invocation.event.clone());
            match poll.send(delivery) {
                Ok(()) => {
                    invocation.process = Some(number);
                    let init = Arc::clone(&invocation.init);
                    state.waiting.pop_front();
                    if let Some(took) = state.begin(number) {
                        // Set already where a process got it that went away.
                        let _ = init.set(took);
                    }
                }
                // The client went away after `next_poll` had looked. Taken, so that it does not put
                // itself back: the lock is held here, and the invocation still waits.
                Err(delivery) => drop(delivery.take()),
            }
        }
    }

    fn put_back(&self, id: Uuid) {
        let mut state = self.lock();
        let invocation = state.invocations.get_mut(&id);
        if let Some(number) = invocation.and_then(|invocation| invocation.process.take()) {
            state.release(number);
            state.waiting.push_front(id);
            self.pair(&mut state);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shutting_down() -> InvokeError {
    InvokeError::NotStarted("the edge is shutting down".into())
}
