//! The chat against a real DynamoDB engine with its stream, through the real SDK, and a WebSocket
//! API that answers as it is told to.

mod app;
mod broadcast;
mod store;
mod world;
