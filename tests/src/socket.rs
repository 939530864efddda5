//! A client's WebSocket connection.

use std::time::Duration;

use client::{Stream, connect};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio_tungstenite::tungstenite::{
    Error, Message,
    client::IntoClientRequest,
    handshake::client::{Request, Response},
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use crate::{deadline::within, shape::timeless, spec::Channel};

/// An open socket. What arrives on one of the chat is held against `infra/asyncapi.yaml`.
#[derive(Debug)]
pub struct Socket {
    stream: Stream,
    /// What the specification says comes here.
    channel: Option<Channel>,
    /// The answer to the handshake, for its headers.
    pub handshake: Response,
}

/// A handshake that was answered with another status than 101.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status of the answer to the handshake.
    pub status: u16,
    /// The body as text.
    pub body: String,
}

impl Socket {
    /// Opens a socket on a `ws://` URL.
    pub async fn open(url: &str) -> Result<Self, Refusal> {
        Self::open_with(url.into_client_request().expect("a valid URL")).await
    }

    /// Opens a socket with headers of the caller's choice.
    pub async fn open_with(request: Request) -> Result<Self, Refusal> {
        let channel = Channel::of(request.uri().path(), request.uri().query().unwrap_or_default());
        match within("a handshake", connect(request)).await {
            Ok((stream, handshake)) => Ok(Self { stream, channel, handshake }),
            Err(Error::Http(response)) => Err(Refusal::from(*response)),
            Err(error) => panic!("expected a handshake, came {error}"),
        }
    }

    /// The same for a bench, where the check would cost more than what is measured.
    #[must_use]
    pub fn unchecked(self) -> Self {
        Self { channel: None, ..self }
    }

    /// The next text frame as JSON.
    pub async fn next(&mut self) -> Value {
        let text = self.next_text().await;
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("expected JSON, came {text}"))
    }

    /// The next text frame as JSON, when something slow has to happen before it.
    pub async fn next_after(&mut self, limit: Duration) -> Value {
        let text = tokio::time::timeout(limit, self.incoming()).await;
        match text.unwrap_or_else(|_| panic!("expected a text frame within {limit:?}")) {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).expect("frames are JSON"),
            other => panic!("expected a text frame, came {other:?}"),
        }
    }

    /// The next frame, which must be a text.
    pub async fn next_text(&mut self) -> String {
        match self.receive("a text frame").await {
            Some(Ok(Message::Text(text))) => text.as_str().to_owned(),
            other => panic!("expected a text frame, came {other:?}"),
        }
    }

    /// The next text frame however long it takes, or nothing when the connection has ended.
    pub async fn next_text_or_end(&mut self) -> Option<String> {
        match self.incoming().await {
            Some(Ok(Message::Text(text))) => Some(text.as_str().to_owned()),
            _ => None,
        }
    }

    /// Asserts the next frame, with times masked.
    pub async fn expect(&mut self, event: &Value) {
        let came = self.next().await;
        assert_eq!(&timeless(&came), event, "left came, right was expected");
    }

    /// Sends a frame, which must find room in the buffers within the deadline.
    pub async fn send(&mut self, frame: impl Into<Message>) {
        let sent = within("room for a frame", self.stream.send(frame.into())).await;
        sent.expect("the socket is open");
    }

    /// Waits for the server to close, and gives its code and reason. No other frame may come.
    pub async fn closed(&mut self) -> (u16, String) {
        let frames = self.rest().await;
        assert!(frames.0.is_empty(), "expected a close frame, came {frames:?}");
        frames.1
    }

    /// The next frame, or the close code and reason when the server closes instead.
    pub async fn next_or_closed(&mut self) -> Result<Value, (u16, String)> {
        match self.receive("a frame or a close frame").await {
            Some(Ok(Message::Text(text))) => Ok(serde_json::from_str(&text).expect("JSON")),
            Some(Ok(Message::Close(frame))) => Err(code_and_reason(frame)),
            other => panic!("expected a frame or a close frame, came {other:?}"),
        }
    }

    /// Everything until the server closes: text frames, then the close code and reason.
    pub async fn rest(&mut self) -> (Vec<Value>, (u16, String)) {
        let mut frames = Vec::new();
        loop {
            match self.receive("a close frame").await {
                Some(Ok(Message::Text(text))) => {
                    frames.push(serde_json::from_str(&text).expect("frames are JSON"));
                }
                Some(Ok(Message::Close(frame))) => return (frames, code_and_reason(frame)),
                other => panic!("expected a close frame, came {other:?} after {frames:?}"),
            }
        }
    }

    /// Waits for the pong that carries this payload. Text frames before it are dropped.
    pub async fn expect_pong(&mut self, payload: &[u8]) {
        let pong = within("a pong", async {
            loop {
                match self.incoming().await {
                    Some(Ok(Message::Pong(pong))) => return pong,
                    Some(Ok(_)) => {}
                    other => panic!("expected a pong, came {other:?}"),
                }
            }
        });
        assert_eq!(pong.await, payload);
    }

    /// Closes as a client does, with a code, and waits for the server's half.
    pub async fn close(mut self, code: u16, reason: &str) {
        let frame = CloseFrame { code: CloseCode::from(code), reason: reason.to_owned().into() };
        self.finish(Some(frame)).await;
    }

    /// Closes without a code.
    pub async fn close_silently(mut self) {
        self.finish(None).await;
    }

    /// Loses the network: the connection ends without a close frame.
    pub fn drop_network(self) {
        drop(self);
    }

    async fn finish(&mut self, frame: Option<CloseFrame>) {
        self.stream.close(frame).await.expect("the socket is open");
        while let Some(Ok(_)) = self.receive("the end of the connection").await {}
    }

    /// Whatever comes next. A frame of the chat must be one of `infra/asyncapi.yaml`.
    async fn incoming(&mut self) -> Option<Result<Message, Error>> {
        let incoming = self.stream.next().await;
        if let (Some(channel), Some(Ok(Message::Text(text)))) = (self.channel, &incoming) {
            let frame = serde_json::from_str(text).expect("frames are JSON");
            if let Err(why) = channel.admits(&frame) {
                panic!("a frame is not in infra/asyncapi.yaml: {why}");
            }
        }
        incoming
    }

    async fn receive(&mut self, what: &str) -> Option<Result<Message, Error>> {
        within(what, async {
            loop {
                match self.incoming().await {
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    other => return other,
                }
            }
        })
        .await
    }
}

impl From<Response> for Refusal {
    fn from(response: Response) -> Self {
        let status = response.status().as_u16();
        let body = response.into_body().unwrap_or_default();
        Self { status, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

fn code_and_reason(frame: Option<CloseFrame>) -> (u16, String) {
    frame.map_or((1005, String::new()), |frame| {
        (frame.code.into(), frame.reason.as_str().to_owned())
    })
}
