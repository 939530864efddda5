//! Pages of the longest messages.

use futures_util::future::join_all;
use tests::account::{accounts, guarded};

const MESSAGES: u64 = 200;
/// What Lambda requests at most.
const LAMBDA: usize = 6 << 20;

#[tokio::test]
async fn a_page_of_the_longest_messages_is_cut_and_all_are_reached() {
    let stack = guarded().unlimited().start().await;
    let [ada] = accounts(&stack).await;
    let room = ada.create_room().await;
    let longest = "👩".repeat(16_000);
    for _ in 0..MESSAGES / 10 {
        for sent in join_all((0..10).map(|_| ada.send(room, &longest))).await {
            sent.expect(201);
        }
    }
    for (forward, query) in [(true, "&after=0"), (false, "")] {
        let (mut ids, mut cursor, mut count) = (Vec::new(), query.to_owned(), 0);
        loop {
            let path = format!("/api/v1/chat/rooms/{room}/messages?limit=200{cursor}");
            let reply = ada.get(&path).await;
            assert!(reply.text.len() < LAMBDA, "{} bytes", reply.text.len());
            let body = reply.expect(200);
            let messages = body["data"].as_array().expect("a list");
            ids.extend(messages.iter().filter_map(|message| message["id"].as_u64()));
            count += 1;
            if body["page"]["has_more"] == false {
                break;
            }
            let last = ids.last().expect("a page has messages while there are more");
            cursor = format!("&{}={last}", if forward { "after" } else { "before" });
        }
        if !forward {
            ids.reverse();
        }
        assert_eq!(ids, (1..=MESSAGES).collect::<Vec<_>>(), "forward: {forward}");
        assert!(count > 1, "forward: {forward}: 13 MB came in one page");
    }
}
