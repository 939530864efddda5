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

/// How long a socket whose `$connect` is still running is waited for: it cannot be closed before.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

impl App {
    /// Closes the oldest sockets of a user who has more open than a user may have. Returns those that
    /// are gone already: they count until they are forgotten.
    ///
    /// `$connect` does it once its own socket is stored. A socket whose `$connect` is still running
    /// cannot be closed, and is not waited for: it may be waiting itself. The stream checks it again.
    pub async fn close_surplus(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Connection>, StoreError> {
        let Some(most) = self.store.quotas().sockets_per_user else { return Ok(Vec::new()) };
        let mut open = self.store.connections_of(user, now).await?;
        let surplus = open.len().saturating_sub(most);
        if surplus == 0 {
            return Ok(Vec::new());
        }
        open.sort_by_key(|connection| connection.connected_at);
        open.truncate(surplus);
        Ok(self.close_in_time(open, Duration::ZERO, now).await)
    }

    /// Closes these sockets, as far as it is done in time. It fails nobody's request.
    pub async fn close_promptly(&self, sockets: Vec<Connection>, now: Timestamp) {
        self.close_in_time(sockets, PATIENCE, now).await;
    }

    /// Closes these sockets, as far as it is done in time. Returns those that are gone already.
    async fn close_in_time(
        &self,
        sockets: Vec<Connection>,
        patience: Duration,
        now: Timestamp,
    ) -> Vec<Connection> {
        let closing = self.broadcaster.close(sockets, patience, now);
        let error = match timeout(CLOSED_WITHIN, closing).await {
            Ok(Ok(gone)) => return gone,
            Ok(Err(error)) => with_causes(&error),
            Err(late) => with_causes(&late),
        };
        tracing::warn!(error, "some sockets were not closed in time");
        Vec::new()
    }
}
