//! `GET …/members` page by page.

use std::collections::BTreeSet;

use serde_json::json;
use tests::{Stack, User, event, shape::timeless};

use super::Page;

#[tokio::test]
async fn every_member_is_on_exactly_one_page() {
    let stack = Stack::start().await;
    let users: [User; 7] = stack.users().await;
    let room = stack.room(&users.each_ref()).await;
    let everybody: BTreeSet<u64> = users.iter().map(|user| user.id).collect();

    for limit in [1, 3, 6, 7, 8] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let query = room.path(&format!("/members?limit={limit}{cursor}"));
            let page = Page::get(&stack, &query).await;
            found.extend(page.numbers("user_id"));
            let Some(next) = page.page["next_cursor"].as_str() else { break };
            assert!(page.has_more() && page.entries.len() == limit);
            cursor = format!("&cursor={next}");
        }
        assert_eq!(found.len(), users.len(), "nobody twice with limit {limit}");
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), everybody, "limit {limit}");
    }
}

#[tokio::test]
async fn a_member_is_listed_with_role_presence_and_unread_count() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let _socket = room.connect(&bob).await;
    room.send(&ada, "news").await;

    let (adas, bobs) = (room.member(&ada).await.unwrap(), room.member(&bob).await.unwrap());

    assert_eq!(
        (&adas["role"], &adas["online"], &adas["unread_count"]),
        (&json!("owner"), &json!(false), &json!(0))
    );
    let mut expected = event::member_data(&room, 2, &bob);
    expected["unread_count"] = json!(1);
    expected["online"] = json!(true);
    assert_eq!(timeless(&bobs), expected);
}
