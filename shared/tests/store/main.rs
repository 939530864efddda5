//! The store against a real DynamoDB engine, through the real SDK.

#[path = "../chat/mod.rs"]
mod chat;
mod interleaving;
mod presence;
