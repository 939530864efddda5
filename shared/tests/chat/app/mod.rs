//! What two functions share: sending under a lease, and what the stream sets off.

mod batches;
mod calls;
mod crashes;
mod flapping;
mod gone_sockets;
mod joining;
mod leaving;
mod limits;
mod membership_races;
mod order;
mod presence;
mod presence_races;
mod races;
mod random_plays;
mod reads;
mod sending;
mod voids;
