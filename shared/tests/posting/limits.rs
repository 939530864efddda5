//! One socket takes a post's time, and no more.

use std::time::{Duration, Instant};

use shared::{aws::Limits, broadcast::Delivery};

use crate::{
    scene::{failure, management_with, patient, post},
    stage::{Stage, Turn},
};

const SHORT: Duration = Duration::from_millis(100);

#[tokio::test]
async fn an_attempt_without_an_answer_is_given_up_for_the_next() {
    let stage = Stage::start(&[Turn::Silence, Turn::DONE]).await;
    let management = management_with(&stage, Limits { attempt: SHORT, ..patient() });

    assert_eq!(post(&management).await, Delivery::Delivered);

    assert_eq!((stage.requests().len(), stage.accepted()), (2, 2));
}

#[tokio::test]
async fn a_stage_that_never_answers_takes_no_longer_than_a_post_may() {
    let stage = Stage::start(&[Turn::Silence]).await;
    let limits = Limits { request: SHORT, attempts: u32::MAX, ..patient() };
    let began = Instant::now();

    let text = failure(post(&management_with(&stage, limits)).await);

    assert!(text.contains("deadline has elapsed"), "{text}");
    assert!(began.elapsed() < patient().attempt);
}

#[tokio::test]
async fn pauses_end_with_the_post() {
    let stage = Stage::start(&[Turn::Answer("HTTP/1.1 429 \r\ncontent-length: 0\r\n\r\n")]).await;
    let limits = Limits { request: SHORT, attempts: u32::MAX, ..patient() };
    let began = Instant::now();

    assert_eq!(post(&management_with(&stage, limits)).await, Delivery::Throttled);

    assert!(stage.requests().len() > 1 && began.elapsed() < patient().attempt);
}

#[tokio::test]
async fn a_body_that_does_not_end_delays_its_outcome_by_one_attempt_and_does_not_change_it() {
    for (answer, delivery) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", Delivery::Delivered),
        ("HTTP/1.1 410 Gone\r\ncontent-length: 100\r\n\r\nhalf", Delivery::Gone),
    ] {
        let stage = Stage::start(&[Turn::Answer(answer)]).await;
        let management = management_with(&stage, Limits { attempt: SHORT, ..patient() });
        assert_eq!(post(&management).await, delivery);
        assert_eq!(stage.requests().len(), 1);
    }
}
