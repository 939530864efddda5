//! `$default` - answers a frame on the receive-only room socket with an error frame.

use std::sync::Arc;

use shared::{
    app::App,
    error::Error,
    lambda::socket::{self, Signal},
    wire::room_frame::ErrorFrame,
};

const RECEIVE_ONLY: &str =
    "this socket only receives; send with POST /api/v1/chat/rooms/{roomId}/messages";

fn main() -> Result<(), lambda_http::Error> {
    socket::serve(refuse_frame)
}

async fn refuse_frame(app: Arc<App>, signal: Signal) -> Result<(), Error> {
    let frame = ErrorFrame::new("receive_only", RECEIVE_ONLY, &signal.request_id);
    app.broadcaster.reply(&signal.connection_id, &frame).await;
    Ok(())
}
