//! The unexpected. What a condition decides is an outcome of the method, never an error.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// The table did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// DynamoDB is throttling or out of reach: the same request may succeed a moment later.
    #[error("DynamoDB is not available")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// DynamoDB refused the request.
    #[error("DynamoDB refused the request")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
    /// An item cannot be written or read as what it should be.
    #[error("an item has an unexpected shape")]
    Shape(#[from] serde_dynamo::Error),
    /// An item lacks something that every such item has.
    #[error("an item lacks {0}")]
    Incomplete(&'static str),
}

const PASSING: [&str; 7] = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "TransactionInProgressException",
    "TransactionConflictException",
    "TransactionCanceledException",
];

impl<E, R> From<SdkError<E, R>> for StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        let passing = match &error {
            SdkError::ServiceError(service) => {
                service.err().code().is_some_and(|code| PASSING.contains(&code))
            }
            SdkError::ConstructionFailure(_) => false,
            _ => true,
        };
        if passing { Self::Unavailable(Box::new(error)) } else { Self::Refused(Box::new(error)) }
    }
}
