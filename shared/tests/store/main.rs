//! The store against a real DynamoDB engine, through the real SDK.

mod acts;
#[path = "../chat/mod.rs"]
mod chat;
mod connections;
mod faults;
mod history;
mod interleaving;
mod members;
mod membership_races;
mod messages;
mod mortal;
mod presence;
mod presence_races;
mod profiles;
mod read_marks;
mod removal_races;
mod rooms;
mod sends;
mod subscribers;
mod ticket_sockets;
mod tickets;
