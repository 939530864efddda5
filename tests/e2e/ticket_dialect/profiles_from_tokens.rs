//! What a token says of its user becomes the profile: nobody needs to be provisioned.

use serde_json::{Value, json};
use tests::{Account, account::guarded, user::fresh_id};

/// The user as the room of somebody sees them.
async fn seen(account: &Account, room: u64) -> Value {
    let members = account.get(&format!("/api/v1/chat/rooms/{room}/members")).await.expect(200);
    let members = members["data"].as_array().expect("a list").clone();
    let own = members.into_iter().find(|member| member["user_id"] == account.id());
    own.expect("the user is a member")["user"].clone()
}

#[tokio::test]
async fn a_user_who_was_never_provisioned_can_chat() {
    let stack = guarded().start().await;
    let says = json!({
        "name": "존", "email": "john@example.com", "username": "john",
        "picture": "https://example.com/john.png",
    });
    let john = Account::claiming(&stack, fresh_id(), &says);
    let mut socket = john.socket().await;
    let room = john.create_room().await;

    john.send(room, "hello").await.expect(201);

    let frame = socket.next().await;
    let expected = json!({
        "id": john.id(), "username": "john", "profileImage": "https://example.com/john.png",
    });
    assert_eq!(frame["user"], expected);
    let profile = seen(&john, room).await;
    assert_eq!((&profile["name"], &profile["email"]), (&says["name"], &says["email"]));
}

#[tokio::test]
async fn a_later_token_refreshes_what_it_says_and_leaves_the_rest() {
    let stack = guarded().start().await;
    let id = fresh_id();
    let john = Account::claiming(&stack, id, &json!({ "name": "존", "email": "john@example.com" }));
    john.ticket().await;
    let room = john.create_room().await;

    for (says, name) in [
        (json!({ "name": "John" }), "John"),
        (json!({}), "John"),
        (json!({ "name": 7, "picture": "not a URL" }), "John"),
        (json!({ "name": "" }), "John"),
    ] {
        Account::claiming(&stack, id, &says).ticket().await;
        let profile = seen(&john, room).await;
        assert_eq!(profile["name"], name, "{says}");
        assert_eq!(profile["email"], "john@example.com", "{says}");
    }
}

#[tokio::test]
async fn a_token_that_says_nothing_of_its_user_is_enough_to_chat() {
    let stack = guarded().start().await;
    let nobody = Account::claiming(&stack, fresh_id(), &json!({}));
    let mut socket = nobody.socket().await;
    let room = nobody.create_room().await;
    nobody.send(room, "who am I?").await.expect(201);
    assert_eq!(socket.next().await["user"]["username"], format!("User {}", nobody.id()));
}
