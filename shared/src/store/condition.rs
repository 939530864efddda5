//! A condition that does not hold is an outcome, not an error.

use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    operation::update_item::UpdateItemError,
};

use super::{StoreError, record::Item};

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

/// The item as it is, if that is what refused the update, and the update asked for it.
pub(super) fn refused_item<R>(error: &SdkError<UpdateItemError, R>) -> Option<Item> {
    match error.as_service_error()? {
        UpdateItemError::ConditionalCheckFailedException(refused) => refused.item().cloned(),
        _ => None,
    }
}
