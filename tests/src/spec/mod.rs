//! The two specifications of the wire, `infra/openapi.yaml` and `infra/asyncapi.yaml`, as what the
//! harness holds every answer and every frame against.

mod document;
mod exchange;
mod frame;
mod schema;

pub use document::{Located, Specification};
pub use exchange::{answer_conforms, operation};
pub use frame::Channel;
pub use schema::{Mismatch, conforms};
