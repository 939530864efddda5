//! What each answer means, and whether the post is repeated.

use shared::broadcast::Delivery;

use crate::{
    scene::{ATTEMPTS, failure, management, post},
    stage::{Stage, Turn},
};

/// Whatever the body is, or the lack of it.
#[tokio::test]
async fn the_status_alone_says_what_became_of_a_frame() {
    const DELIVERED: Delivery = Delivery::Delivered;
    const GONE: Delivery = Delivery::Gone;
    const THROTTLED: Delivery = Delivery::Throttled;
    for (answer, delivery, requests) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", DELIVERED, 1),
        ("HTTP/1.1 204 No Content\r\n\r\n", DELIVERED, 1),
        ("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", DELIVERED, 1),
        ("HTTP/1.1 410 Gone\r\n\r\n", GONE, 1),
        ("HTTP/1.1 410 Gone\r\ncontent-length: 13\r\n\r\n<html></html>", GONE, 1),
        ("HTTP/1.1 410 Gone\r\ncontent-length: 100\r\n\r\n{\"mess", GONE, 1),
        ("HTTP/1.1 410 Gone\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n", GONE, 1),
        ("HTTP/1.1 429 Too Many Requests\r\n\r\n", THROTTLED, ATTEMPTS),
        ("HTTP/1.1 429 \r\ncontent-length: 4\r\n\r\nslow", THROTTLED, ATTEMPTS),
        ("HTTP/1.1 429 \r\ncontent-length: 100\r\n\r\n{\"mess", THROTTLED, ATTEMPTS),
    ] {
        let stage = Stage::start(&[Turn::Last(answer)]).await;
        assert_eq!(post(&management(&stage)).await, delivery, "{answer}");
        assert_eq!(stage.requests().len(), requests, "{answer}");
    }
}

#[tokio::test]
async fn what_may_pass_is_repeated_and_what_may_not_is_not() {
    for (answer, words, requests) in [
        ("HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\noops", "HTTP 500", ATTEMPTS),
        ("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n", "HTTP 502", ATTEMPTS),
        ("HTTP/1.1 503 \r\ncontent-length: 0\r\n\r\n", "HTTP 503", ATTEMPTS),
        ("HTTP/1.1 400 \r\ncontent-length: 0\r\n\r\n", "HTTP 400", 1),
        ("HTTP/1.1 413 \r\ncontent-length: 2\r\n\r\n{}", "HTTP 413", 1),
        (
            "HTTP/1.1 302 \r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
            "HTTP 302",
            1,
        ),
    ] {
        let stage = Stage::start(&[Turn::Answer(answer)]).await;
        let text = failure(post(&management(&stage)).await);
        assert!(text.contains(words), "{text}");
        assert_eq!(stage.requests().len(), requests, "{answer}");
    }
}

#[tokio::test]
async fn a_post_that_fails_once_is_delivered() {
    for trouble in [
        Turn::Answer("HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\noops"),
        Turn::Answer("HTTP/1.1 429 Slow\r\ncontent-length: 4\r\n\r\nslow"),
        Turn::Last("HTTP/1.1 200 OK\r\ncontent-le"),
        Turn::Last("SSH-2.0-OpenSSH_9.7\r\n"),
        Turn::CLOSED,
    ] {
        let stage = Stage::start(&[trouble, Turn::DONE]).await;
        assert_eq!(post(&management(&stage)).await, Delivery::Delivered, "{trouble:?}");
        assert_eq!(stage.requests().len(), 2, "{trouble:?}");
    }
}

#[tokio::test]
async fn wrong_credentials_fail_with_what_aws_calls_it_and_without_what_it_says() {
    let answer = "HTTP/1.1 403 Forbidden\r\n\
        x-amzn-errortype: InvalidSignatureException\r\n\
        x-amzn-requestid: c6af9ac6\r\n\
        content-length: 60\r\n\r\n\
        {\"message\":\"Expected x-amz-security-token: a-session-token\"}";
    let stage = Stage::start(&[Turn::Answer(answer)]).await;

    let text = failure(post(&management(&stage)).await);

    assert_eq!(text, "HTTP 403, error type InvalidSignatureException, request c6af9ac6");
    assert_eq!(stage.requests().len(), 1);
}
