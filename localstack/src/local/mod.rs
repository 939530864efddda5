//! What makes a program for a developer's machine of the services: its sockets, its secret, the
//! functions' executables, the demo, the first words and the end.

pub mod banner;
pub mod demo;
pub mod executables;
pub mod identity;
pub mod listeners;
pub mod stop;
