//! `infra/template.yaml` is the only table of routes, functions, environment and tables: these
//! checks keep it complete, and narrow in what it permits.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

mod alarms;
mod cors;
mod dashboard;
mod deploy;
mod distribution;
mod document;
mod emulator;
mod environment;
mod lifecycle;
mod mappings;
mod policies;
mod recovery;
mod routes;
mod rules;
mod stages;
mod table;
