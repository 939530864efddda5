//! The API Gateway: an HTTP API, a WebSocket API, and the `@connections` API behind the latter.

mod clock;
mod error;
pub mod http;
mod id;
pub mod management;
mod names;
pub mod websocket;

pub use error::ApiError;
pub use websocket::Limits;
