//! Sends the SDK's requests: the one place where its machinery is compiled.
//!
//! An `async fn` is compiled into every program that awaits it, and what it awaits with it: the SDK's
//! retries, signing and interceptors were half of each function's build. A boxed future is compiled
//! where it is boxed, for one allocation more per request.

use aws_sdk_dynamodb::operation::{
    batch_get_item::builders::BatchGetItemFluentBuilder,
    delete_item::builders::DeleteItemFluentBuilder, get_item::builders::GetItemFluentBuilder,
    put_item::builders::PutItemFluentBuilder,
    transact_write_items::builders::TransactWriteItemsFluentBuilder,
    update_item::builders::UpdateItemFluentBuilder,
};
use futures_util::future::BoxFuture;

/// A request of the SDK that is ready to be sent.
pub(crate) trait Dispatch {
    /// The answer of the service.
    type Answer;

    /// Sends it, with the client's retries and limits.
    fn dispatch(self) -> BoxFuture<'static, Self::Answer>;
}

macro_rules! dispatch {
    ($($operation:ident: $request:ty => $output:ident, $error:ident;)*) => {$(
        impl Dispatch for $request {
            type Answer = Result<
                aws_sdk_dynamodb::operation::$operation::$output,
                aws_sdk_dynamodb::error::SdkError<aws_sdk_dynamodb::operation::$operation::$error>,
            >;

            fn dispatch(self) -> BoxFuture<'static, Self::Answer> {
                Box::pin(self.send())
            }
        }
    )*};
}

dispatch! {
    batch_get_item: BatchGetItemFluentBuilder => BatchGetItemOutput, BatchGetItemError;
    delete_item: DeleteItemFluentBuilder => DeleteItemOutput, DeleteItemError;
    get_item: GetItemFluentBuilder => GetItemOutput, GetItemError;
    put_item: PutItemFluentBuilder => PutItemOutput, PutItemError;
    transact_write_items: TransactWriteItemsFluentBuilder => TransactWriteItemsOutput, TransactWriteItemsError;
    update_item: UpdateItemFluentBuilder => UpdateItemOutput, UpdateItemError;
}
