//! Bodies of requests, and frames of ticket sockets.

use proptest::{collection, prelude::*, test_runner::TestCaseError};
use serde::de::DeserializeOwned;
use shared::{
    error::Error,
    wire::{
        http::{AddMember, CreateRoom, MarkRead, PutUser, SendMessage, read},
        ticket_frame::SendFrame,
    },
};

use crate::{
    inputs::{damaged, json, object},
    often, senders_mistake,
};

const FIELDS: &[&str] = &[
    "user_id",
    "message",
    "message_type",
    "file_url",
    "message_id",
    "role",
    "name",
    "email",
    "username",
    "profile_image",
    "roomId",
    "content",
    "clientMessageId",
    "timestamp",
];

const GOOD: &str = r#"{"user_id": 123, "message": "안녕!", "message_type": "image", "role": "admin",
    "file_url": "https://files.example/a.png", "message_id": 7, "name": "홍길동", "email": "a@b.example",
    "roomId": 1, "content": "안녕하세요!", "clientMessageId": "b1", "timestamp": "2026-11-27T00:00:00"}"#;

/// Reads it as every route and the ticket socket do.
fn read_by_all(body: &[u8]) -> Result<(), TestCaseError> {
    fn judge<T>(outcome: Result<T, Error>) -> Result<(), TestCaseError> {
        outcome.map_or_else(senders_mistake, |_| Ok(()))
    }
    fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
        Ok(read(body)?)
    }
    judge(parsed::<SendMessage>(body).and_then(|message| Ok(message.draft()?)))?;
    judge(parsed::<SendFrame>(body).and_then(|frame| Ok(frame.draft()?)))?;
    judge(parsed::<MarkRead>(body))?;
    judge(parsed::<AddMember>(body))?;
    judge(parsed::<CreateRoom>(body))?;
    judge(parsed::<PutUser>(body))
}

#[test]
fn the_body_that_is_damaged_below_is_good_for_all() {
    assert!(read::<SendMessage>(GOOD.as_bytes()).is_ok());
    assert!(read::<SendFrame>(GOOD.as_bytes()).is_ok());
    assert!(read::<PutUser>(GOOD.as_bytes()).is_ok());
}

proptest! {
    #![proptest_config(often())]

    #[test]
    fn any_bytes(body in collection::vec(any::<u8>(), 0..200)) {
        read_by_all(&body)?;
    }

    #[test]
    fn any_json(body in json()) {
        read_by_all(body.to_string().as_bytes())?;
    }

    #[test]
    fn an_object_that_is_nearly_right(body in object(FIELDS)) {
        read_by_all(body.to_string().as_bytes())?;
    }

    #[test]
    fn a_body_that_was_damaged(body in damaged(GOOD.to_owned())) {
        read_by_all(&body)?;
    }
}

/// Deep nesting ends a parser that calls itself, not with an error but with the process.
#[test]
fn a_body_as_deep_as_it_may_be_long() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{\"user_id\":[", "]}")] {
        let depth = 131_072 / (open.len() + close.len()) - 1;
        let deep = [open.repeat(depth), "1".into(), close.repeat(depth)].concat();
        read_by_all(deep.as_bytes()).unwrap();
        read_by_all(open.repeat(depth).as_bytes()).unwrap();
    }
}
