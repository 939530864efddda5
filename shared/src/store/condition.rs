//! A condition that does not hold is an outcome, not an error.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use super::StoreError;

/// The answer of a conditional write, `None` when its condition did not hold.
pub(super) fn if_held<T, E, R>(outcome: Result<T, SdkError<E, R>>) -> Result<Option<T>, StoreError>
where
    E: ProvideErrorMetadata,
    StoreError: From<SdkError<E, R>>,
{
    match outcome {
        Ok(answer) => Ok(Some(answer)),
        Err(SdkError::ServiceError(error))
            if error.err().code() == Some("ConditionalCheckFailedException") =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
