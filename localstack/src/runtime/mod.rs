//! Function processes and the Lambda Runtime API they poll.

use serde_json::Value;

/// Why an invocation has no answer.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// The function answered with an error (an `Err` of the handler or a caught panic).
    #[error("the function failed: {0}")]
    Failed(String),
    /// The process ended before it answered.
    #[error("the function's process ended before it answered")]
    Crashed,
    /// `Timeout` passed.
    #[error("the function did not answer within its timeout")]
    TimedOut,
    /// The process could not be started.
    #[error("the function could not be started: {0}")]
    NotStarted(String),
}

/// The functions of the template, ready to be invoked. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Functions {}

impl Functions {
    /// Invokes the function with this logical id and waits for its answer.
    pub async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError> {
        let _ = (function, event);
        Err(InvokeError::NotStarted("not built yet".into()))
    }
}
