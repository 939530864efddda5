//! The store, access pattern by access pattern.

mod connections;
mod faults;
mod history;
mod leases;
mod members;
mod membership_races;
mod messages;
mod presence;
mod presence_races;
mod profiles;
mod read_marks;
mod removal_races;
mod rooms;
mod sends;
mod sign_outs;
mod subscribers;
mod ticket_sockets;
mod tickets;
