//! The table's stream, at once - announces to rooms what happened in them, and finishes what requests began.

use std::sync::Arc;

use shared::{
    app::{App, StreamRecord},
    lambda::stream,
    moment::Moment,
};

fn main() -> Result<(), lambda_http::Error> {
    stream::serve(fan_out)
}

async fn fan_out(app: Arc<App>, batch: Vec<StreamRecord>, began: Moment) -> Vec<String> {
    app.fan_out(batch, began).await
}
