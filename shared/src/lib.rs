//! The chat behind every function: rules, table, broadcast, wire formats and the Lambda glue.
//!
//! Dependencies point one way:
//! `domain` ← `store`, `wire`, `aws`, `broadcast` ← `auth` ← `error` ← `app`, `lambda`.

pub mod app;
pub mod auth;
pub mod aws;
pub mod broadcast;
pub mod calls;
pub mod causes;
pub mod config;
mod dispatch;
pub mod domain;
pub mod error;
pub mod lambda;
pub mod moment;
pub mod store;
pub mod wire;
