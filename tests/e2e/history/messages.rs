//! `GET …/messages`: forward without end, backward from the newest.

use futures_util::{StreamExt, stream};
use serde_json::json;
use tests::{Room, Stack, User, event, shape::timeless};

use super::Page;

/// More than the largest page.
const LONG: u64 = 210;

#[tokio::test]
async fn without_parameters_it_is_the_newest_fifty_with_the_newest_first() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let empty = Page::messages(&stack, &room, "").await;
    assert_eq!(
        (empty.ids(), empty.page),
        (vec![], json!({"has_more": false, "last_message_id": 0}))
    );
    send(&room, &ada, 51, "안녕").await;

    let newest = Page::messages(&stack, &room, "").await;

    assert_eq!(newest.ids(), (2..=51).rev().collect::<Vec<_>>());
    assert_eq!(newest.page, json!({ "has_more": true, "last_message_id": 51 }));
    assert_eq!(timeless(&newest.entries[0]), event::message_data(&room, 51, &ada, "안녕"));
}

#[tokio::test]
async fn after_goes_forward_page_by_page_until_there_is_nothing_more() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    send(&room, &ada, LONG, "long ago").await;
    for limit in [7, 50, 200] {
        let (mut ids, mut after) = (Vec::new(), 0);
        loop {
            let page =
                Page::messages(&stack, &room, &format!("?after={after}&limit={limit}")).await;
            assert!(page.ids().len() <= limit);
            ids.extend(page.ids());
            after = *ids.last().expect("a page has messages while there are more");
            if !page.has_more() {
                break;
            }
            assert_eq!(page.ids().len(), limit, "a page is full while there are more");
        }
        assert_eq!(ids, (1..=LONG).collect::<Vec<_>>(), "limit {limit}");
    }
    for after in [LONG, LONG + 1, (1 << 53) - 1] {
        let beyond = Page::messages(&stack, &room, &format!("?after={after}")).await;
        assert_eq!((beyond.ids(), beyond.has_more()), (vec![], false), "after {after}");
    }
}

#[tokio::test]
async fn before_goes_back_to_the_first_message() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    for _ in 0..10 {
        room.send(&ada, "backward").await;
    }
    for (query, ids, has_more) in [
        ("?limit=4", vec![10, 9, 8, 7], true),
        ("?before=7&limit=4", vec![6, 5, 4, 3], true),
        ("?before=3&limit=4", vec![2, 1], false),
        ("?before=3&limit=2", vec![2, 1], false),
        ("?before=1", vec![], false),
        ("?before=9007199254740991&limit=1", vec![10], true),
    ] {
        let page = Page::messages(&stack, &room, query).await;
        assert_eq!((page.ids(), page.has_more()), (ids, has_more), "{query}");
    }
}

#[tokio::test]
async fn what_is_no_page_is_refused_by_the_name_of_the_parameter() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    for (list, query, parameter) in [
        ("messages", "limit=0", "limit"),
        ("messages", "limit=201", "limit"),
        ("messages", "limit=-1", "limit"),
        ("messages", "limit=ten", "limit"),
        ("messages", "limit=", "limit"),
        ("messages", "limit=99999999999999999999999", "limit"),
        ("messages", "after=-1", "after"),
        ("messages", "after=1.5", "after"),
        ("messages", "after=9007199254740992", "after"),
        ("messages", "after=x", "after"),
        ("messages", "before=0", "before"),
        ("messages", "before=x", "before"),
        ("messages", "after=1&before=2", "before"),
        ("messages", "user_id=0", "user_id"),
        ("messages", "user_id=ada", "user_id"),
        ("members", "limit=201", "limit"),
        ("members", "cursor=0", "cursor"),
        ("members", "cursor=x", "cursor"),
    ] {
        let answer = stack.get(&room.path(&format!("/{list}?{query}"))).await;
        let message = answer.refusal(400);
        assert!(message.starts_with(&format!("{parameter}: ")), "{list}?{query}: {message}");
        assert_eq!(answer.json()["error"]["code"], "invalid_parameter");
    }
    for query in ["limit=0", "cursor=x", "cursor=0", "cursor=1-0"] {
        let path = format!("/api/v1/chat/users/{}/rooms?{query}", ada.id);
        let message = stack.get(&path).await.refusal(400);
        assert!(message.starts_with(query.split('=').next().unwrap()), "{query}: {message}");
    }
}

/// Sends so many, some at once: it is the pages that are looked at here, not the crowd.
async fn send(room: &Room, author: &User, count: u64, text: &str) {
    let sends = stream::iter(0..count).map(|_| room.send(author, text)).buffer_unordered(8);
    sends.for_each(async |_| ()).await;
}
