//! Pages of the longest messages.

use futures_util::future::join_all;
use tests::account::{accounts, guarded};

const MESSAGES: u64 = 200;
/// What Lambda answers at most.
const LAMBDA: usize = 6 << 20;

#[tokio::test]
async fn a_page_of_the_longest_messages_is_cut_and_all_are_reached() {
    let stack = guarded().start().await;
    let [ada] = accounts(&stack).await;
    let room = ada.create_room().await;
    let longest = "👩".repeat(16_000);
    for _ in 0..MESSAGES / 10 {
        for sent in join_all((0..10).map(|_| ada.send(room, &longest))).await {
            sent.expect(201);
        }
    }
    for (forward, query) in [(true, "after=0"), (false, "limit=200")] {
        let (mut ids, mut cursor, mut pages) = (Vec::new(), query.to_owned(), 0);
        loop {
            let path = format!("/api/v1/chat/rooms/{room}/messages?{cursor}&limit=200");
            let reply = ada.get(&path.replace("limit=200&", "")).await;
            assert!(reply.text.len() < LAMBDA, "{} bytes", reply.text.len());
            let page = reply.expect(200);
            let list = page["data"].as_array().expect("a list");
            ids.extend(list.iter().filter_map(|message| message["id"].as_u64()));
            pages += 1;
            if page["page"]["has_more"] == false {
                break;
            }
            let last = ids.last().expect("a page has messages while there are more");
            cursor = format!("{}={last}", if forward { "after" } else { "before" });
        }
        if !forward {
            ids.reverse();
        }
        assert_eq!(ids, (1..=MESSAGES).collect::<Vec<_>>(), "{query}");
        assert!(pages > 1, "{query}: 13 MB came in one page");
    }
}
