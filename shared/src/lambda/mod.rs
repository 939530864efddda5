//! Between events and typed handlers: API Gateway's, and the table's stream. Each module has a
//! `serve`, the one call in a function's `main`.

pub mod http;
pub mod socket;
pub mod stream;

mod log;
mod serve;
#[cfg(test)]
mod tests;
