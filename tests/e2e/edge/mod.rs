//! The edge as an API Gateway, shown with the `probe` function: it must know nothing of the chat.

mod changed_template;
mod connections;
mod cors;
mod demo;
mod durability;
mod event_sources;
mod fixture;
mod function_failures;
mod function_processes;
mod handshake;
mod http_answers;
mod http_events;
mod inspector;
mod kept_errors;
mod limits;
mod management;
mod page;
mod protocol;
mod recorded;
mod refused_members;
mod request_heads;
mod routing;
mod shutdown;
mod slow_readers;
mod slow_senders;
mod socket_events;
mod socket_failures;
mod startup;
mod token_command;

pub use changed_template::scratch;
