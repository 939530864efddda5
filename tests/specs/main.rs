//! The two specifications, `infra/openapi.yaml` and `infra/asyncapi.yaml`, say what there is: every
//! route, every error, and examples that hold. The shared vectors below `tests/vectors` are replayed.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

mod errors;
mod examples;
mod routes;
mod vectors;
