//! Errors as the log shows them: an error with everything that led to it, on one line.

use std::{error::Error, iter::successors};

/// The error and its causes, the outermost first: `DynamoDB is not available: dispatch failure: …`.
#[must_use]
pub fn with_causes(error: &dyn Error) -> String {
    let causes = successors(error.source(), |cause: &&dyn Error| (*cause).source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
