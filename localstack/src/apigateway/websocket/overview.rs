//! The connections as a developer sees them.

use serde_json::{Value, json};

use super::{WebSocketGateway, close_status::CloseStatus, connection::Connection};
use crate::apigateway::clock;

impl WebSocketGateway {
    /// Every connection, the oldest first, also those whose `$connect` is still running.
    pub fn overview(&self) -> Value {
        self.registry.all().iter().map(|connection| self.describe(connection)).collect()
    }

    /// Whether there is an open connection with this id.
    pub fn has_open(&self, id: &str) -> bool {
        self.registry.open(id).is_some()
    }

    /// Ends a connection without a close frame, as a network does that is lost. False if it is not open.
    pub fn cut_off(&self, id: &str) -> bool {
        let connection = self.registry.open(id);
        connection.map(|connection| connection.close(CloseStatus::LOST)).is_some()
    }

    fn describe(&self, connection: &Connection) -> Value {
        json!({
            "connectionId": connection.id,
            "userAgent": connection.user_agent,
            "connectedSince": clock::iso8601(connection.connected_at),
            "lastActiveAt": clock::iso8601(connection.last_active_at()),
            "sourceIp": connection.source_ip,
            "open": connection.outbox.is_open(),
            "faults": self.faults.aimed_at(&connection.id),
        })
    }
}
