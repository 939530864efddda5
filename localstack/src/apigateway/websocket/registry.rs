//! The connections there are, by id.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::connection::Connection;

/// All connections, also those whose `$connect` is still running.
#[derive(Debug, Default)]
pub struct Registry {
    connections: Mutex<HashMap<String, Arc<Connection>>>,
}

impl Registry {
    pub fn add(&self, connection: &Arc<Connection>) {
        self.connections().insert(connection.id.clone(), connection.clone());
    }

    pub fn remove(&self, connection: &Connection) {
        self.connections().remove(&connection.id);
    }

    /// The open connection with this id.
    pub fn open(&self, id: &str) -> Option<Arc<Connection>> {
        let connection = self.connections().get(id).cloned();
        // While `$connect` runs API Gateway answers 410, as for a connection that is not there.
        connection.filter(|connection| connection.outbox.is_open())
    }

    /// Every connection, the oldest first.
    pub fn all(&self) -> Vec<Arc<Connection>> {
        let mut all: Vec<_> = self.connections().values().cloned().collect();
        all.sort_by_key(|connection| connection.connected_at);
        all
    }

    fn connections(&self) -> MutexGuard<'_, HashMap<String, Arc<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
