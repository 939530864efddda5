//! Checks whether processes of the function can start at all, before there is work for them.

use super::{Dispatch, Start};

impl Dispatch {
    /// Reserves a process where none runs.
    pub fn claim_first(&self) -> Option<Start> {
        let mut state = self.lock();
        (!state.closed && state.processes.is_empty()).then(|| state.start())
    }

    /// Why the last process could not start. `None` once one has asked for work.
    pub fn refusal(&self) -> Option<String> {
        self.lock().refusal.clone()
    }

    /// Waits until a process has asked for work, or one more than by now could not start: why.
    pub fn started(&self) -> impl Future<Output = Result<(), String>> {
        let failed_before = self.lock().failed_starts;
        async move {
            loop {
                // Made before the state is read: what happens in between wakes it, too.
                let settled = self.settled.notified();
                if let Some(outcome) = self.start_outcome(failed_before) {
                    return outcome;
                }
                settled.await;
            }
        }
    }

    fn start_outcome(&self, failed_before: u32) -> Option<Result<(), String>> {
        let state = self.lock();
        if state.closed || state.processes.values().any(|process| process.has_asked) {
            return Some(Ok(()));
        }
        let refusal = state.refusal.as_ref().filter(|_| state.failed_starts > failed_before);
        refusal.map(|why| Err(why.clone()))
    }
}
