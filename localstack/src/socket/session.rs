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
    SocketApi,
    closure::Closure,
    connection::Connection,
    event,
    outbox::Next,
    wire::{self, Socket},
};
use crate::{
    edge::{clock, id},
    faults::Fault,
};

/// The client's messages that functions are working on.
type InFlight<'a> = FuturesUnordered<BoxFuture<'a, ()>>;

/// How a conversation ended.
enum Ending {
    /// The client sent a close frame, and gets one back.
    ByClient(Closure),
    /// Everything that waited is written, and the client gets the close frame.
    ByEdge(Closure),
    /// Nothing more can be sent.
    Broken(Closure),
}

/// Serves a socket until it ends, then calls `$disconnect`, exactly once. There is no socket when
/// the client went away while `$connect` was running.
pub async fn run(api: &SocketApi, connection: &Connection, upgraded: Option<Upgraded>) {
    let mut in_flight = InFlight::new();
    let (socket, ending) = match upgraded {
        Some(upgraded) => {
            let socket = wire::open(upgraded, &api.limits).await;
            converse(api, connection, socket, &mut in_flight).await
        }
        None => (None, Ending::Broken(Closure::LOST)),
    };
    Box::pin(end(api, connection, socket, ending, in_flight)).await;
}

async fn converse<'a>(
    api: &'a SocketApi,
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
    api: &SocketApi,
    connection: &Connection,
    socket: Option<Socket>,
    ending: Ending,
    in_flight: InFlight<'_>,
) {
    let (Ending::ByClient(closure) | Ending::ByEdge(closure) | Ending::Broken(closure)) = &ending;
    let closure = connection.close(closure.clone());
    api.registry.remove(connection);
    let patience = api.limits.farewell;
    let farewell = async {
        if let Some(mut socket) = socket.filter(|_| !matches!(ending, Ending::Broken(_))) {
            let ours = matches!(ending, Ending::ByEdge(_)).then_some(&closure);
            wire::say_goodbye(&mut socket, ours, patience).await;
            connection.set_closed();
            wire::hang_up(socket, patience).await;
        }
        connection.set_closed();
    };
    let answers = in_flight.for_each(|()| async {});
    tokio::join!(farewell, answers, disconnect(api, connection, &closure));
}

/// Hands messages to functions, in the order they come, and does not wait for one before the next.
async fn read<'a>(
    api: &'a SocketApi,
    connection: &'a Connection,
    stream: &mut SplitStream<Socket>,
    in_flight: &mut InFlight<'a>,
) -> Ending {
    let broken = loop {
        let received = tokio::select! {
            // A message is handed over before the next one is read.
            biased;
            Some(()) = in_flight.next() => continue,
            received = stream.next(), if in_flight.len() < api.limits.in_flight => received,
        };
        let text = match received {
            Some(Ok(Message::Text(text))) => Some(text),
            Some(Ok(Message::Binary(bytes))) if !api.strict => Utf8Bytes::try_from(bytes).ok(),
            Some(Ok(Message::Binary(_))) => None,
            Some(Ok(Message::Close(frame))) => return Ending::ByClient(Closure::by_client(frame)),
            // Pings are answered underneath.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
            Some(Err(error)) => break Closure::from_error(&error),
            None => break Closure::LOST,
        };
        let Some(text) = text else {
            break Closure::UNSUPPORTED;
        };
        connection.touch();
        in_flight.push(deliver(api, connection, text).boxed());
    };
    if broken == Closure::LOST {
        return Ending::Broken(broken);
    }
    // What waits for the client still goes out before the close frame.
    connection.close(broken);
    pending().await
}

/// Writes what waits for the client. What comes while a batch is being written goes into the next.
async fn write(
    api: &SocketApi,
    connection: &Connection,
    sink: &mut SplitSink<Socket, Message>,
) -> Ending {
    loop {
        let (frames, cost) = match connection.outbox.next().await {
            Next::Frames(frames, cost) => (frames, cost),
            Next::Close(closure) if closure == Closure::LOST => return Ending::Broken(closure),
            Next::Close(closure) => return Ending::ByEdge(closure),
        };
        match timeout(api.limits.slow_client, send(sink, frames)).await {
            Ok(Ok(())) => {
                connection.outbox.written(cost);
                connection.touch();
            }
            Ok(Err(_)) => {
                // The client's close frame may still be waiting to be read.
                sleep(api.limits.farewell).await;
                return Ending::Broken(Closure::LOST);
            }
            Err(_) => return Ending::Broken(Closure::TOO_SLOW),
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
async fn expire(api: &SocketApi, connection: &Connection) -> Ending {
    let limits = &api.limits;
    tokio::select! {
        () = connection.closing() => {}
        () = connection.outlived(limits.idle, limits.lifetime) => {
            connection.close(Closure::GOING_AWAY);
        }
    }
    sleep(limits.farewell).await;
    Ending::Broken(Closure::TOO_SLOW)
}

async fn deliver(api: &SocketApi, connection: &Connection, body: Utf8Bytes) {
    let Some(route) = api.routes.select(&body) else {
        return complain(connection, "Forbidden", &json!(id::random()));
    };
    let event = event::message(&api.names, connection, route.key, &body, clock::now());
    if let Err(error) = api.functions.invoke(route.function, &event).await {
        let (id, function) = (&connection.id, route.function);
        tracing::error!(connection.id = id, function, %error, "a message was not handled");
        complain(connection, "Internal server error", &event["requestContext"]["requestId"]);
    }
}

/// Tells the client that its message was not handled; one that cannot be told has other worries.
fn complain(connection: &Connection, message: &str, request_id: &Value) {
    let frame = json!({
        "message": message,
        "connectionId": connection.id,
        "requestId": request_id,
    });
    let _ = connection.outbox.post(frame.to_string().into());
}

async fn disconnect(api: &SocketApi, connection: &Connection, closure: &Closure) {
    let Some(route) = api.routes.get("$disconnect") else {
        return;
    };
    if api.faults.strike(Fault::LoseDisconnect) {
        return;
    }
    let event = event::disconnect(&api.names, connection, closure, clock::now());
    if let Err(error) = api.functions.invoke(route.function, &event).await {
        let (id, function) = (&connection.id, route.function);
        tracing::warn!(connection.id = id, function, %error, "$disconnect was not handled");
    }
}
