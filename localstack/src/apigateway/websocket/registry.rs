//! The connections there are, by id.

use std::sync::Arc;

use dashmap::DashMap;

use super::connection::Connection;

/// All connections, also those whose `$connect` is still running.
#[derive(Debug, Default)]
pub struct Registry {
    // In shards: each post looks its connection up, and none shall wait for another's.
    connections: DashMap<String, Arc<Connection>>,
}

impl Registry {
    pub fn add(&self, connection: &Arc<Connection>) {
        self.connections.insert(connection.id.clone(), connection.clone());
    }

    pub fn remove(&self, connection: &Connection) {
        self.connections.remove(&connection.id);
    }

    /// The open connection with this id.
    pub fn open(&self, id: &str) -> Option<Arc<Connection>> {
        let connection = self.connections.get(id).map(|entry| entry.clone());
        // While `$connect` runs API Gateway answers 410, as for a connection that is not there.
        connection.filter(|connection| connection.outbox.is_open())
    }

    /// Every connection, the oldest first.
    pub fn all(&self) -> Vec<Arc<Connection>> {
        let mut all: Vec<_> = self.connections.iter().map(|entry| entry.clone()).collect();
        all.sort_by_key(|connection| connection.connected_at);
        all
    }
}
