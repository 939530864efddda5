//! Between API Gateway's events and typed handlers. `http` and `socket` each have a `serve`, the
//! one call in a function's `main`.

pub mod http;
pub mod socket;

mod serve;
#[cfg(test)]
mod tests;
