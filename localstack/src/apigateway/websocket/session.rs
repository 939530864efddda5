//! An open socket, from its handshake to its `$disconnect`.

use std::future::pending;

use futures_util::{
    FutureExt, SinkExt, StreamExt,
    future::BoxFuture,
    stream::{FuturesUnordered, SplitSink, SplitStream},
};
use hyper::upgrade::Upgraded;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};

use super::{
    WebSocketGateway,
    close_status::CloseStatus,
    connection::Connection,
    event,
    outbox::Next,
    wire::{self, Socket},
};
use crate::{
    apigateway::{clock, id},
    journal::{Event, Record},
    sabotage::Fault,
};

/// The client's messages that functions are working on.
type InFlight<'a> = FuturesUnordered<BoxFuture<'a, ()>>;

/// What the client can still be sent, and the status that `$disconnect` gets.
enum Ending {
    /// The client sent a close frame, and gets one back.
    ByClient(CloseStatus),
    /// Everything that waited is written, and the client gets the close frame.
    ByEdge(CloseStatus),
    /// Nothing more can be sent.
    Broken(CloseStatus),
}

/// Serves a socket until it ends, then calls `$disconnect`, exactly once. There is no socket when
/// the client went away while `$connect` was running.
pub async fn run(api: &WebSocketGateway, connection: &Connection, upgraded: Option<Upgraded>) {
    let mut in_flight = InFlight::new();
    let (socket, ending) = match upgraded {
        Some(upgraded) => {
            let socket = wire::open(upgraded, &api.limits).await;
            exchange_messages(api, connection, socket, &mut in_flight).await
        }
        None => (None, Ending::Broken(CloseStatus::LOST)),
    };
    // Boxed, so that an open socket keeps no room for its end.
    Box::pin(end(api, connection, socket, ending, in_flight)).await;
}

async fn exchange_messages<'a>(
    api: &'a WebSocketGateway,
    connection: &'a Connection,
    socket: Socket,
    in_flight: &mut InFlight<'a>,
) -> (Option<Socket>, Ending) {
    let (mut sink, mut stream) = socket.split();
    let ending = tokio::select! {
        ending = read(api, connection, &mut stream, in_flight) => ending,
        ending = write(api, connection, &mut sink) => ending,
        ending = expire(api, connection) => ending,
    };
    (sink.reunite(stream).ok(), ending)
}

async fn end(
    api: &WebSocketGateway,
    connection: &Connection,
    socket: Option<Socket>,
    ending: Ending,
    in_flight: InFlight<'_>,
) {
    let (Ending::ByClient(status) | Ending::ByEdge(status) | Ending::Broken(status)) = &ending;
    let status = connection.close(status.clone());
    api.registry.remove(connection);
    let limit = api.limits.close_timeout;
    let closing = async {
        if let Some(mut socket) = socket.filter(|_| !matches!(ending, Ending::Broken(_))) {
            let ours = matches!(ending, Ending::ByEdge(_)).then_some(&status);
            wire::finish_closing(&mut socket, ours, limit).await;
            connection.set_closed();
            wire::disconnect(socket, limit).await;
        }
        connection.set_closed();
    };
    let answers = in_flight.for_each(|()| async {});
    tokio::join!(closing, answers, disconnect(api, connection, &status));
    api.faults.forget(&connection.id);
}

/// Hands messages to functions, in the order they come, and does not wait for one before the next.
async fn read<'a>(
    api: &'a WebSocketGateway,
    connection: &'a Connection,
    stream: &mut SplitStream<Socket>,
    in_flight: &mut InFlight<'a>,
) -> Ending {
    let broken = loop {
        let received = tokio::select! {
            // Polled first: a message that has been read is handed to its function before the next
            // one is read, so messages of one client reach their functions in order.
            biased;
            Some(()) = in_flight.next() => continue,
            // With as many as that under way nothing is read, and TCP makes the client wait.
            received = stream.next(), if in_flight.len() < api.limits.in_flight => received,
        };
        let text = match received {
            Some(Ok(Message::Text(text))) => Some(text),
            Some(Ok(Message::Binary(bytes))) if !api.strict => Utf8Bytes::try_from(bytes).ok(),
            Some(Ok(Message::Binary(_))) => None,
            Some(Ok(Message::Close(frame))) => {
                return Ending::ByClient(CloseStatus::by_client(frame));
            }
            // Pings are answered underneath.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
            Some(Err(error)) => break CloseStatus::from_error(&error),
            None => break CloseStatus::LOST,
        };
        let Some(text) = text else {
            break CloseStatus::UNSUPPORTED;
        };
        connection.touch();
        in_flight.push(deliver(api, connection, text).boxed());
    };
    // Nobody is there to write to.
    if broken == CloseStatus::LOST {
        return Ending::Broken(broken);
    }
    // What waits for the client still goes out before the close frame.
    connection.close(broken);
    pending().await
}

/// Writes what waits for the client. What comes while a batch is being written goes into the next.
async fn write(
    api: &WebSocketGateway,
    connection: &Connection,
    sink: &mut SplitSink<Socket, Message>,
) -> Ending {
    loop {
        let (frames, cost) = match connection.outbox.next().await {
            Next::Frames(frames, cost) => (frames, cost),
            Next::Close(status) if status == CloseStatus::LOST => return Ending::Broken(status),
            Next::Close(status) => return Ending::ByEdge(status),
        };
        match timeout(api.limits.slow_client, send(sink, frames)).await {
            Ok(Ok(())) => {
                connection.outbox.written(cost);
                connection.touch();
            }
            Ok(Err(_)) => {
                // The client's close frame may still be waiting to be read.
                sleep(api.limits.close_timeout).await;
                return Ending::Broken(CloseStatus::LOST);
            }
            Err(_) => return Ending::Broken(CloseStatus::TOO_SLOW),
        }
    }
}

async fn send(
    sink: &mut SplitSink<Socket, Message>,
    frames: Vec<Utf8Bytes>,
) -> Result<(), tungstenite::Error> {
    for frame in frames {
        sink.feed(Message::Text(frame)).await?;
    }
    sink.flush().await
}

/// Ends a socket that is idle or too old, and one that takes too long to be closed.
async fn expire(api: &WebSocketGateway, connection: &Connection) -> Ending {
    let limits = &api.limits;
    tokio::select! {
        () = connection.closing() => {}
        () = connection.expired(limits.idle, limits.lifetime) => {
            connection.close(CloseStatus::GOING_AWAY);
        }
    }
    sleep(limits.close_timeout).await;
    Ending::Broken(CloseStatus::TOO_SLOW)
}

async fn deliver(api: &WebSocketGateway, connection: &Connection, body: Utf8Bytes) {
    let Some(route) = api.routes.select(&body) else {
        return report_failure(connection, "Forbidden", &json!(id::random()));
    };
    let event = event::message(&api.names, connection, route.key, &body, clock::now());
    api.functions.journal.event(route.function, &event);
    if let Err(error) = api.functions.invoke(route.function, &event).await {
        let (id, function) = (&connection.id, route.function);
        tracing::error!(connection.id = id, function, %error, "a message was not handled");
        report_failure(connection, "Internal server error", &event["requestContext"]["requestId"]);
    }
}

/// Sends the client the frame that API Gateway sends when a message was not handled.
fn report_failure(connection: &Connection, message: &str, request_id: &Value) {
    let frame = json!({
        "message": message,
        "connectionId": connection.id,
        "requestId": request_id,
    });
    // A client whose outbox is full or closed misses it, as it misses everything else.
    let _ = connection.outbox.post(frame.to_string().into());
}

async fn disconnect(api: &WebSocketGateway, connection: &Connection, status: &CloseStatus) {
    let Some(route) = api.routes.get("$disconnect") else {
        return;
    };
    let event = event::disconnect(&api.names, connection, status, clock::now());
    let (fault, journal) = (Fault::LoseDisconnect, &api.functions.journal);
    if api.faults.strike(fault, &connection.id) {
        let event = Event::swallowed(route.function, &event, fault.name());
        return journal.write(|| Record::Event(event));
    }
    journal.event(route.function, &event);
    if let Err(error) = api.functions.invoke(route.function, &event).await {
        let (id, function) = (&connection.id, route.function);
        tracing::warn!(connection.id = id, function, %error, "$disconnect was not handled");
    }
}
