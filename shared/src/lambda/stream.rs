//! The table's stream: a batch of [`StreamRecord`]s in, those that have to come again out.

use std::{future::Future, sync::Arc, time::Instant};

use aws_lambda_events::{
    dynamodb::{Event, EventRecord},
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use lambda_http::{LambdaEvent, lambda_runtime::run_concurrent, service_fn};

use super::serve::{self, Access};
use crate::{
    app::{App, StreamRecord},
    calls,
    moment::Moment,
    store::{Action, ChangeRecord},
};

/// Runs the function behind the stream: `main` is this one call.
pub fn serve<F, A>(handler: F) -> Result<(), lambda_http::Error>
where
    F: Fn(Arc<App>, Vec<StreamRecord>, Moment) -> A + Send + Sync + 'static,
    A: Future<Output = Vec<String>> + Send + 'static,
{
    let handler = Arc::new(handler);
    serve::run(Access::NoToken, |app| {
        run_concurrent(service_fn(move |event: LambdaEvent<Event>| {
            let (app, handler) = (Arc::clone(&app), Arc::clone(&handler));
            async move { process(app, handler, event.payload).await }
        }))
    })
}

async fn process<F, A>(
    app: Arc<App>,
    handler: Arc<F>,
    event: Event,
) -> Result<DynamoDbEventResponse, lambda_http::Error>
where
    F: Fn(Arc<App>, Vec<StreamRecord>, Moment) -> A,
    A: Future<Output = Vec<String>>,
{
    let (started, records) = (Instant::now(), event.records.len());
    let batch = event.records.into_iter().map(stream_record).collect::<Result<_, _>>()?;
    let (again, costs) = calls::counted(handler(app, batch, serve::now())).await;
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let failed = again.len();
    tracing::info!(
        records,
        failed,
        duration_ms,
        dynamodb.calls = costs.calls,
        dynamodb.write_units = costs.write_units,
        "the batch was processed"
    );
    let failure = |sequence_number| {
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(sequence_number);
        failure
    };
    let mut response = DynamoDbEventResponse::default();
    response.batch_item_failures = again.into_iter().map(failure).collect();
    Ok(response)
}

fn stream_record(record: EventRecord) -> Result<StreamRecord, lambda_http::Error> {
    let action = match record.event_name.as_str() {
        "INSERT" => Action::Insert,
        "MODIFY" => Action::Modify,
        "REMOVE" => Action::Remove,
        other => return Err(format!("the stream has no event {other}").into()),
    };
    let change = record.change;
    let sequence_number = change.sequence_number.ok_or("a record lacks its SequenceNumber")?;
    let (keys, old, new) = (change.keys, change.old_image, change.new_image);
    Ok(StreamRecord { sequence_number, record: ChangeRecord { action, keys, old, new } })
}
