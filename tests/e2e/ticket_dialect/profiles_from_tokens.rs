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

#[tokio::test]
async fn nobody_puts_another_name_over_the_one_that_a_token_says() {
    let stack = guarded().start().await;
    let id = fresh_id();
    let says = json!({ "name": "Eve", "email": "eve@example.com" });
    let eve = Account::claiming(&stack, id, &says);
    let silent = Account::claiming(&stack, id, &json!({}));
    let lie = json!({ "name": "Ada", "email": "ada@example.com", "username": "eve99" });
    let kept = json!({
        "id": id, "name": "Eve", "email": "eve@example.com", "username": "eve99",
        "profile_image": null,
    });
    // Before there is a profile, with the token that says it, and then with one that does not.
    for account in [&eve, &silent] {
        let put = account.put(&format!("/api/v1/chat/users/{id}"), &lie).await.expect(200);
        assert_eq!(put["data"], kept);
    }
    let room = eve.create_room().await;
    let sent = silent.send(room, "who am I?").await.expect(201);
    assert_eq!(sent["data"]["user"]["name"], "Eve");

    let bare = silent.put(&format!("/api/v1/chat/users/{id}"), &json!({ "name": "Ada" })).await;
    let bare = bare.expect(200);
    assert_eq!((&bare["data"]["name"], &bare["data"]["username"]), (&json!("Eve"), &Value::Null));

    let renamed = Account::claiming(&stack, id, &json!({ "name": "Eva" }));
    renamed.ticket().await;
    assert_eq!(seen(&eve, room).await["name"], "Eva");
}

#[tokio::test]
async fn a_token_says_its_name_over_the_one_that_was_put() {
    let stack = guarded().start().await;
    let id = fresh_id();
    let silent = Account::claiming(&stack, id, &json!({}));
    let path = format!("/api/v1/chat/users/{id}");
    assert_eq!(
        silent.put(&path, &json!({ "name": "Ada" })).await.expect(200)["data"]["name"],
        "Ada"
    );
    let room = silent.create_room().await;
    Account::claiming(&stack, id, &json!({ "name": "Eve" })).ticket().await;
    assert_eq!(seen(&silent, room).await["name"], "Eve");
}
