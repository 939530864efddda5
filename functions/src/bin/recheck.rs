//! The table's stream, some seconds late - checks that messages were broadcast and that new sockets
//! exist, and repairs what a dead function left behind.

use std::sync::Arc;

use jiff::Timestamp;
use shared::{
    app::{App, StreamRecord},
    lambda::stream,
};

fn main() -> Result<(), lambda_http::Error> {
    stream::serve(recheck)
}

async fn recheck(app: Arc<App>, batch: Vec<StreamRecord>, now: Timestamp) -> Vec<String> {
    app.process_changes(batch, now).await
}
