//! How many sockets a user may have open, and closing those that are too many.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::timeout;

use super::App;
use crate::{
    causes::with_causes,
    domain::{Connection, UserId},
    store::StoreError,
};

/// How long an answer waits for sockets to be closed: API Gateway takes its time with a client that
/// does not read.
const CLOSED_WITHIN: Duration = Duration::from_millis(1_500);

impl App {
    /// Closes the oldest sockets of a user who has more open than a user may have.
    ///
    /// `$connect` does it once its own socket is stored. One whose `$connect` is still running cannot
    /// be closed, and is not waited for: it may be waiting itself. The stream looks at it once more.
    pub async fn close_surplus(&self, user: UserId, now: Timestamp) -> Result<(), StoreError> {
        let Some(most) = self.store.quotas().sockets_per_user else { return Ok(()) };
        let mut open = self.store.connections_of(user, now).await?;
        let surplus = open.len().saturating_sub(most);
        if surplus > 0 {
            open.sort_by_key(|connection| connection.connected_at);
            open.truncate(surplus);
            // By the end of time all have settled.
            self.close_promptly(open, Timestamp::MAX).await;
        }
        Ok(())
    }

    /// Closes these sockets, as far as it is done in time. It fails nobody's request.
    pub async fn close_promptly(&self, sockets: Vec<Connection>, now: Timestamp) {
        let error = match timeout(CLOSED_WITHIN, self.broadcaster.close(sockets, now)).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => with_causes(&error),
            Err(late) => with_causes(&late),
        };
        tracing::warn!(error, "some sockets were not closed in time");
    }
}
