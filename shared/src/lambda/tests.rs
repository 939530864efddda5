//! Events in the shape that AWS publishes, read as the functions read them.

use std::{fs, path::Path};

use lambda_http::{Request, request};

use super::{http::Call, serve, socket::Signal};
use crate::{
    domain::{Bypassed, FrontDoor, RoomId, UserId},
    error::Error,
    moment::Moment,
};

/// An event of `tests/edge/recorded`.
fn recorded(name: &str) -> Request {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/edge/recorded");
    let event = fs::read_to_string(events.join(name)).unwrap();
    request::from_str(&event).unwrap()
}

#[test]
fn a_recorded_connect_says_who_opens_which_room_from_where() {
    let signal = Signal::new(recorded("connect.json")).unwrap();
    assert_eq!(signal.connection_id.as_str(), "S2-mEfLCIE0CEIA=");
    assert_eq!(signal.connected_at.as_millisecond(), 1_707_503_008_941);
    assert_eq!(signal.origin(), Some("https://app.example.com"));
    assert_eq!(signal.query_id::<RoomId>("room_id").unwrap().map(RoomId::get), Some(1));
    assert_eq!(signal.query_id::<UserId>("user_id").unwrap().map(UserId::get), Some(123));
    assert_eq!(signal.query("ticket"), None);
}

#[test]
fn a_recorded_frame_has_its_body_and_a_recorded_disconnect_its_socket() {
    let frame = Signal::new(recorded("message.json")).unwrap();
    assert_eq!(frame.frame(), r#"{"roomId":1,"content":"안녕하세요!"}"#.as_bytes());
    assert_eq!(frame.request_id, "S2-nxHbZIE0FkhQ=");

    let disconnect = Signal::new(recorded("disconnect.json")).unwrap();
    assert_eq!(disconnect.connection_id, frame.connection_id);
}

#[test]
fn a_recorded_request_has_its_path_query_and_body() {
    let call = Call::trusted(recorded("http_post.json"), Moment::now(jiff::Timestamp::UNIX_EPOCH));
    assert_eq!(call.room().unwrap().get(), 1);
    assert_eq!(call.parameter::<UserId>("b").unwrap().map(UserId::get), Some(2));
    let body: crate::wire::http::SendMessage = call.body().unwrap();
    assert_eq!(body.user_id.get(), 123);
}

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A recorded event that shows this secret.
fn showing(name: &str, secret: &str) -> Request {
    let mut request = recorded(name);
    request.headers_mut().insert("x-origin-secret", secret.parse().unwrap());
    request
}

#[test]
fn a_request_around_the_distribution_is_refused() {
    let door: FrontDoor = SECRET.parse().unwrap();
    assert_eq!(serve::check(&door, &showing("http_post.json", SECRET)), Ok(()));
    let wrong = showing("http_post.json", &SECRET.replace('0', "1"));
    for request in [recorded("http_post.json"), wrong] {
        assert_eq!(serve::check(&door, &request), Err(Bypassed));
    }
    let answer = Error::from(Bypassed).answer();
    assert_eq!((answer.status, answer.code), (403, "forbidden"));
}

#[test]
fn a_handshake_around_the_distribution_is_refused_and_frames_show_nothing() {
    let door: FrontDoor = SECRET.parse().unwrap();
    Signal::admitted(&door, showing("connect.json", SECRET)).unwrap();
    let refused = Signal::admitted(&door, recorded("connect.json")).unwrap_err();
    assert!(matches!(refused, Error::Bypassed(Bypassed)), "{refused}");
    for event in ["message.json", "disconnect.json"] {
        Signal::admitted(&door, recorded(event)).unwrap();
    }
    Signal::admitted(&FrontDoor::default(), recorded("connect.json")).unwrap();
}

#[test]
fn an_answer_is_never_to_be_stored() {
    for response in [serve::json(200, &"a ticket"), serve::json_bytes(503, b"{}".to_vec())] {
        assert_eq!(response.headers()["cache-control"], "no-store");
    }
}

#[test]
fn the_log_names_the_callers_that_a_client_cannot_make_up() {
    let cases = [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 130.176.0.1", "203.0.113.7, 130.176.0.1"),
        ("made up,192.0.2.1, 203.0.113.7,130.176.0.1", "203.0.113.7, 130.176.0.1"),
    ];
    for (header, logged) in cases {
        let mut request = recorded("http_post.json");
        request.headers_mut().insert("x-forwarded-for", header.parse().unwrap());
        assert_eq!(serve::forwarded_for(&request).as_deref(), Some(logged), "{header}");
    }
    assert_eq!(serve::forwarded_for(&recorded("message.json")), None, "a frame has no headers");
}
