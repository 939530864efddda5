//! Posts to a stage that misbehaves in every way that a connection and an answer can.

mod answers;
mod connections;
mod credentials;
mod limits;
mod scene;
mod signature;
mod stage;
