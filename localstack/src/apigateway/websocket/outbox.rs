//! What waits for a client: frames up to a limit, then the close frame.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::close_status::CloseStatus;

/// What a waiting frame costs on top of its bytes, so that empty frames are bounded too: about what
/// its place in the queue takes.
const FRAME_OVERHEAD: usize = 32;
/// Bytes after which a batch is complete: two write buffers. Larger ones would only make the queue
/// look full for longer, because a batch leaves it as a whole.
const BATCH_BYTES: usize = 32 * 1024;
/// Room for frames that an idle connection keeps after a burst: thousands of sockets idle at once.
const FRAMES_KEPT: usize = 16;

/// The outbound queue of one connection, with one reader.
#[derive(Debug)]
pub struct Outbox {
    queue: Mutex<Queue>,
    wake: Notify,
    limit: usize,
}

#[derive(Debug)]
struct Queue {
    phase: Phase,
    frames: VecDeque<Utf8Bytes>,
    /// Cost of the frames that wait or are being written: a slow client has read neither.
    pending: usize,
}

/// A connection's life; it never goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    /// `$connect` has not returned.
    Connecting,
    Open,
    /// No new frames; those that wait go first.
    Closing(CloseStatus),
}

/// Why a frame was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// Not open yet, or not any more: API Gateway answers 410 to both.
    #[error("the connection is gone")]
    Gone,
    /// The client does not read what waits already.
    #[error("the client's buffer is full")]
    Full,
}

/// The next thing to write.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// These frames, at this cost.
    Frames(Vec<Utf8Bytes>, usize),
    /// The close frame, and nothing after it.
    Close(CloseStatus),
}

impl Outbox {
    /// The outbox of a connection whose `$connect` is still running.
    pub fn new(limit: usize) -> Self {
        Self {
            queue: Mutex::new(Queue {
                phase: Phase::Connecting,
                frames: VecDeque::new(),
                pending: 0,
            }),
            wake: Notify::new(),
            limit,
        }
    }

    /// From now on frames are accepted, unless the connection is already being closed: a shutdown or
    /// a `DELETE` may come while `$connect` runs.
    pub fn open(&self) {
        let mut queue = self.queue();
        if queue.phase == Phase::Connecting {
            queue.phase = Phase::Open;
        }
    }

    /// Whether frames are accepted.
    pub fn is_open(&self) -> bool {
        self.queue().phase == Phase::Open
    }

    /// Queues a frame. Never waits.
    pub fn post(&self, frame: Utf8Bytes) -> Result<(), PostError> {
        let cost = frame.len() + FRAME_OVERHEAD;
        let mut queue = self.queue();
        if queue.phase != Phase::Open {
            return Err(PostError::Gone);
        }
        if queue.pending + cost > self.limit {
            return Err(PostError::Full);
        }
        queue.pending += cost;
        queue.frames.push_back(frame);
        drop(queue);
        self.wake.notify_one();
        Ok(())
    }

    /// Accepts no more frames. The first status counts, and is returned: who closes second, such as
    /// a client that hangs up while it is being deleted, must not change what `$disconnect` gets.
    pub fn close(&self, status: CloseStatus) -> CloseStatus {
        let mut queue = self.queue();
        if let Phase::Closing(first) = &queue.phase {
            return first.clone();
        }
        queue.phase = Phase::Closing(status.clone());
        drop(queue);
        self.wake.notify_one();
        status
    }

    /// Waits for something to write.
    pub async fn next(&self) -> Next {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.wake.notified().await;
        }
    }

    /// Frames of this cost have left.
    pub fn written(&self, cost: usize) {
        self.queue().pending -= cost;
    }

    fn take(&self) -> Option<Next> {
        let mut queue = self.queue();
        let mut batch = Vec::new();
        let mut cost = 0;
        while cost < BATCH_BYTES
            && let Some(frame) = queue.frames.pop_front()
        {
            cost += frame.len() + FRAME_OVERHEAD;
            batch.push(frame);
        }
        if !batch.is_empty() {
            return Some(Next::Frames(batch, cost));
        }
        if queue.frames.capacity() > FRAMES_KEPT {
            queue.frames.shrink_to_fit();
        }
        match &queue.phase {
            Phase::Closing(status) => Some(Next::Close(status.clone())),
            Phase::Connecting | Phase::Open => None,
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(limit: usize) -> Outbox {
        let outbox = Outbox::new(limit);
        outbox.open();
        outbox
    }

    #[tokio::test]
    async fn frames_go_out_in_order_and_before_the_close_frame() {
        let outbox = open(1024);
        outbox.post("one".into()).unwrap();
        outbox.post("two".into()).unwrap();
        outbox.close(CloseStatus::DELETED);
        assert_eq!(outbox.next().await, Next::Frames(vec!["one".into(), "two".into()], 70));
        assert_eq!(outbox.next().await, Next::Close(CloseStatus::DELETED));
    }

    #[tokio::test]
    async fn a_full_outbox_refuses_until_frames_have_left() {
        let outbox = open(100);
        outbox.post("x".repeat(60).into()).unwrap();
        assert_eq!(outbox.post("one more".into()), Err(PostError::Full));
        let Next::Frames(_, cost) = outbox.next().await else { panic!("no frames") };
        assert_eq!(outbox.post("still".into()), Err(PostError::Full));
        outbox.written(cost);
        assert_eq!(outbox.post("now".into()), Ok(()));
    }

    #[test]
    fn nothing_is_accepted_before_connect_returned_or_after_the_close() {
        let outbox = Outbox::new(1024);
        assert_eq!(outbox.post("early".into()), Err(PostError::Gone));
        outbox.open();
        assert!(outbox.is_open());
        outbox.close(CloseStatus::DELETED);
        assert_eq!(outbox.post("late".into()), Err(PostError::Gone));
        outbox.open();
        assert!(!outbox.is_open());
    }

    #[test]
    fn the_first_close_status_counts() {
        let outbox = open(1024);
        assert_eq!(outbox.close(CloseStatus::DELETED), CloseStatus::DELETED);
        assert_eq!(outbox.close(CloseStatus::LOST), CloseStatus::DELETED);
    }

    #[tokio::test]
    async fn a_reader_that_waits_is_woken() {
        let outbox = open(1024);
        let (next, ()) = tokio::join!(outbox.next(), async {
            outbox.post("frame".into()).unwrap();
        });
        assert_eq!(next, Next::Frames(vec!["frame".into()], 37));
    }
}
