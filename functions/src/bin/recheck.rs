//! The table's stream, some seconds late - checks that messages were broadcast and that new sockets
//! exist, and repairs what a dead function left behind.

use std::sync::Arc;

use shared::{
    app::{App, StreamRecord},
    lambda::stream,
    moment::Moment,
};

fn main() -> Result<(), lambda_http::Error> {
    stream::serve(recheck)
}

async fn recheck(app: Arc<App>, batch: Vec<StreamRecord>, began: Moment) -> Vec<String> {
    app.recheck(batch, began).await
}
