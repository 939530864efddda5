//! `GET /users/{userId}/rooms`: the rooms of a user, with what is unread in each.

use serde_json::{Value, json};
use tests::{Room, Stack, User, event, shape::timeless};

use super::Page;

fn path(user: &User, query: &str) -> String {
    format!("/api/v1/chat/users/{}/rooms{query}", user.id)
}

#[tokio::test]
async fn a_room_is_listed_with_what_is_unread_and_its_last_message() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    for text in ["one", "two", "three"] {
        room.send(&ada, text).await;
    }
    room.post("/read", &json!({ "user_id": bob.id, "message_id": 1 })).await.expect(200);

    let [adas, bobs] = [
        Page::get(&stack, &path(&ada, "")).await.entries,
        Page::get(&stack, &path(&bob, "")).await.entries,
    ];

    let facts = |entry: &Value| {
        ["id", "role", "unread_count", "last_read_message_id", "last_message_id", "member_count"]
            .map(|field| entry[field].clone())
    };
    let id = json!(room.id);
    assert_eq!(
        facts(&adas[0]),
        [id.clone(), "owner".into(), 0.into(), 3.into(), 3.into(), 2.into()]
    );
    assert_eq!(facts(&bobs[0]), [id, "member".into(), 2.into(), 1.into(), 3.into(), 2.into()]);
    let last = event::message_data(&room, 3, &ada, "three");
    assert_eq!(timeless(&bobs[0]["last_message"]), last);
}

#[tokio::test]
async fn a_room_without_messages_has_no_last_one() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    stack.room(&[&ada]).await;

    let rooms = Page::get(&stack, &path(&ada, "")).await;

    assert!(rooms.entries[0]["last_message"].is_null());
    assert_eq!(rooms.page, json!({ "has_more": false, "next_cursor": null }));
    assert!(Page::get(&stack, &path(&bob, "")).await.entries.is_empty());
}

#[tokio::test]
async fn the_pages_have_each_room_once_and_the_most_recently_active_first() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let mut rooms: Vec<Room> = Vec::new();
    for _ in 0..5 {
        rooms.push(stack.room(&[&ada]).await);
    }
    for number in [1, 4, 0] {
        rooms[number].send(&ada, "news").await;
    }
    let by_activity: Vec<u64> = [0, 4, 1, 3, 2].map(|number: usize| rooms[number].id).into();
    let rank = |id: &u64| by_activity.iter().position(|of| of == id).expect("a room of hers");

    for limit in 1..=5 {
        let (mut ids, mut cursor) = (Vec::new(), String::new());
        loop {
            let query = format!("?limit={limit}{cursor}");
            let page = Page::get(&stack, &path(&ada, &query)).await;
            assert!(page.ids().is_sorted_by_key(rank), "limit {limit}: {:?}", page.ids());
            ids.extend(page.ids());
            let Some(next) = page.page["next_cursor"].as_str() else { break };
            assert!(page.has_more());
            cursor = format!("&cursor={next}");
        }
        ids.sort_by_key(rank);
        assert_eq!(ids, by_activity, "limit {limit}");
    }
    let all = Page::get(&stack, &path(&ada, "")).await;
    assert_eq!(all.ids(), by_activity, "one page has all");
}

#[tokio::test]
async fn who_leaves_does_not_see_the_room_any_more() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    room.remove(&bob).await.expect(200);
    assert!(Page::get(&stack, &path(&bob, "")).await.entries.is_empty());
    assert_eq!(Page::get(&stack, &path(&ada, "")).await.ids(), [room.id]);
}
