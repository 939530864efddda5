//! Connections are kept, and their end costs a retry at most.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use shared::{aws::Limits, broadcast::Delivery};

use crate::{
    scene::{ATTEMPTS, failure, management, management_with, patient, post},
    stage::{Stage, Turn},
};

/// Who pauses with these gives up.
fn at_once() -> Limits {
    Limits { first_pause: Duration::from_hours(1_000), ..patient() }
}

#[tokio::test]
async fn where_nobody_listens_a_post_fails_with_its_cause() {
    let text = failure(post(&management(&Stage::nobody().await)).await);
    assert!(text.contains("refused"), "{text}");
}

#[tokio::test]
async fn a_stage_that_closes_every_connection_at_once_is_tried_again_and_given_up() {
    let stage = Stage::hanging_up().await;
    failure(post(&management(&stage)).await);
    assert!(stage.accepted() >= ATTEMPTS, "{stage:?}");
}

/// As after a freeze of the function: the stage has closed the connection, and that is seen only when
/// a request is on it.
#[tokio::test]
async fn a_pooled_connection_that_is_dead_costs_one_retry_at_once() {
    let stage = Stage::start(&[Turn::DONE, Turn::CLOSED, Turn::DONE]).await;
    let management = management_with(&stage, at_once());

    assert_eq!(post(&management).await, Delivery::Delivered);
    assert_eq!(stage.accepted(), 1);
    assert_eq!(post(&management).await, Delivery::Delivered);

    assert_eq!((stage.accepted(), stage.requests().len()), (2, 3));
}

#[tokio::test]
async fn a_pooled_connection_that_was_closed_after_its_answer_costs_nothing_that_is_seen() {
    let done = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let stage = Stage::start(&[Turn::Last(done)]).await;
    let management = management_with(&stage, at_once());
    for _ in 0..20 {
        assert_eq!(post(&management).await, Delivery::Delivered);
    }
    assert_eq!(stage.requests().len(), 20);
}

#[tokio::test]
async fn posts_side_by_side_share_their_connections() {
    const IN_FLIGHT: usize = 64;
    const POSTS: usize = 1_000;
    let stage = Stage::start(&[Turn::DONE]).await;
    let management = management(&stage);

    let posts = stream::iter(0..POSTS).map(|_| post(&management)).buffer_unordered(IN_FLIGHT);
    let deliveries: Vec<Delivery> = posts.collect().await;

    assert!(deliveries.iter().all(|delivery| *delivery == Delivery::Delivered));
    assert_eq!(stage.requests().len(), POSTS);
    assert!(stage.accepted() <= IN_FLIGHT, "{} connections", stage.accepted());
}

#[tokio::test]
async fn a_connection_is_used_again_after_an_answer_with_a_body() {
    let stage =
        Stage::start(&[Turn::Answer("HTTP/1.1 410 Gone\r\ncontent-length: 4\r\n\r\ngone")]).await;
    let management = management(&stage);
    for _ in 0..3 {
        assert_eq!(post(&management).await, Delivery::Gone);
    }
    assert_eq!(stage.accepted(), 1);
}
