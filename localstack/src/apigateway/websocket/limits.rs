//! Limits of a socket.

use std::time::Duration;

/// API Gateway's quotas of a WebSocket connection, and the edge's own bounds.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of one message, in either direction.
    pub message_bytes: usize,
    /// Bytes of one frame from the client.
    pub frame_bytes: usize,
    /// Time without a message in either direction. Pings are no messages.
    pub idle: Duration,
    /// Time from `$connect` to the end, whatever happens.
    pub lifetime: Duration,
    /// Bytes that may wait for the client to read them.
    pub outbound_bytes: usize,
    /// How long a client with waiting frames may read nothing, and how long head or body of a request
    /// may take to arrive.
    pub slow_client: Duration,
    /// Messages of one client that functions may work on at once.
    pub in_flight: usize,
    /// How long a socket that is being closed may take to send what still waits, and after that
    /// how long the client may take to answer the close frame.
    pub close_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 128 * 1024,
            frame_bytes: 32 * 1024,
            idle: Duration::from_mins(10),
            lifetime: Duration::from_hours(2),
            outbound_bytes: 1024 * 1024,
            slow_client: Duration::from_secs(30),
            in_flight: 8,
            close_timeout: Duration::from_secs(1),
        }
    }
}
