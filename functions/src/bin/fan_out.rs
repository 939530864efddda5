//! The table's stream - sends rooms what happened in them, and finishes what requests began.

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
    app.fan_out(batch, now).await
}
