//! The table's stream, at once - announces to rooms what happened in them, and finishes what requests began.

use std::sync::Arc;

use jiff::Timestamp;
use shared::{
    app::{App, StreamRecord},
    lambda::stream,
};

fn main() -> Result<(), lambda_http::Error> {
    stream::serve(fan_out)
}

async fn fan_out(app: Arc<App>, batch: Vec<StreamRecord>, now: Timestamp) -> Vec<String> {
    app.process_changes(batch, now).await
}
