//! The store against a real DynamoDB engine, through the real SDK.

mod acts;
#[path = "../chat/mod.rs"]
mod chat;
mod connections;
mod faults;
mod interleaving;
mod members;
mod membership_races;
mod messages;
mod presence;
mod presence_races;
mod profiles;
mod read_marks;
mod removal_races;
mod rooms;
mod subscribers;
