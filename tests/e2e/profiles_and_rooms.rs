//! Profiles, rooms and the list of members.

use serde_json::json;
use tests::{
    Room, Stack, event,
    shape::{TIME, timeless},
    user::fresh_id,
};

#[tokio::test]
async fn a_profile_is_created_and_shown_in_messages() {
    let stack = Stack::start().await;
    let id = fresh_id();
    let profile = json!({
        "name": "존", "email": "john@example.com", "username": "john",
        "profile_image": "https://example.com/john.png",
    });

    let answer = stack.put(&format!("/api/v1/chat/users/{id}"), &profile).await.expect(200);

    assert_eq!(answer["success"], true);
    let data = &answer["data"];
    assert_eq!(data["id"], id);
    for field in ["name", "email", "username", "profile_image"] {
        assert_eq!(data[field], profile[field], "field {field}");
    }
}

#[tokio::test]
async fn a_changed_profile_is_shown_in_the_next_message() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;

    let profile = json!({ "name": "새 이름", "email": "new@example.com" });
    stack.put(&format!("/api/v1/chat/users/{}", ada.id), &profile).await.expect(200);

    let user = json!({ "id": ada.id, "email": "new@example.com", "name": "새 이름" });
    assert_eq!(room.send(&ada, "it is me").await["user"], user);
}

#[tokio::test]
async fn a_name_is_all_a_profile_needs() {
    let stack = Stack::start().await;
    let path = format!("/api/v1/chat/users/{}", fresh_id());
    let answer = stack.put(&path, &json!({ "name": "이름만" })).await.expect(200);
    assert_eq!(answer["data"]["name"], "이름만");
}

#[tokio::test]
async fn a_room_is_created_with_its_creator_as_owner() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let body = json!({ "user_id": ada.id, "name": "점심" });

    let answer = stack.post("/api/v1/chat/rooms", &body).await.expect(201);

    assert_eq!((&answer["success"], &answer["data"]["name"]), (&json!(true), &json!("점심")));
    assert!(answer["data"]["id"].as_u64().is_some_and(|id| id > 0), "came {answer}");
    let room = Room::create(&stack, &ada).await;
    assert_eq!(room.member(&ada).await.expect("the owner")["role"], "owner");
}

#[tokio::test]
async fn rooms_have_ids_of_their_own() {
    let stack = Stack::start().await;
    let [ada] = stack.users().await;
    let rooms = futures_util::future::join_all((0..10).map(|_| Room::create(&stack, &ada))).await;
    let mut ids: Vec<u64> = rooms.iter().map(|room| room.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 10);
}

#[tokio::test]
async fn members_are_listed_with_presence_and_unread_count() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let _socket = room.connect(&ada).await;
    room.send(&ada, "news").await;

    let listed = room.members().await;

    assert_eq!(listed.len(), 2);
    let mut expected = event::member_data(&room, 2, &bob);
    expected["unread_count"] = 1.into();
    expected["online"] = false.into();
    assert_eq!(timeless(&room.member(&bob).await.expect("bob is a member")), expected);
    let owner = timeless(&room.member(&ada).await.expect("ada is a member"));
    let listed = (&owner["role"], &owner["online"], &owner["unread_count"], &owner["joined_at"]);
    assert_eq!(listed, (&json!("owner"), &json!(true), &json!(0), &json!(TIME)));
}

#[tokio::test]
async fn a_large_room_lists_every_member_once() {
    let stack = Stack::start().await;
    let users: [_; 40] = stack.users().await;
    let room = stack.room(&users.each_ref()).await;

    let mut listed: Vec<u64> =
        room.members().await.iter().filter_map(|member| member["user_id"].as_u64()).collect();

    let mut expected: Vec<u64> = users.iter().map(|user| user.id).collect();
    listed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(listed, expected);
}
