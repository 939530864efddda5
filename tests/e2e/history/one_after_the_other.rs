//! A client that sends one message after the other has them in its order.

use client::{Client, Pace};
use futures_util::future::join_all;
use tests::{Account, Stack, deadline::eventually};

#[tokio::test]
async fn what_a_client_sends_at_once_comes_in_its_order() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let service = Account::local(&stack, ada).service();
    let client = Client::follow(service, room.id, Pace::TEST);
    let texts: Vec<String> = (0..30).map(|number| format!("{number}")).collect();

    let ids = join_all(texts.iter().map(|text| client.send(text))).await;

    let ids: Vec<u64> = ids.into_iter().map(|id| id.expect("a member may send")).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let shown = || -> Vec<(u64, String)> {
        client.messages().into_iter().map(|message| (message.id, message.text)).collect()
    };
    let expected: Vec<(u64, String)> = ids.into_iter().zip(texts).collect();
    eventually("every message", async || (shown() == expected).then_some(())).await;
}
