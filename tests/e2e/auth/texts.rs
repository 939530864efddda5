//! Names, addresses and texts that lie, from callers with tokens of their own.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Account, Stack,
    account::{guarded, trusting},
    user::fresh_id,
};

fn profile_of(account: &Account) -> String {
    format!("/api/v1/chat/users/{}", account.id())
}

/// Puts a profile with this field: the answer's status, and what the field is then or why not.
async fn put(account: &Account, field: &str, value: &str) -> (u16, Value) {
    let mut profile = json!({ "name": "Ada" });
    profile[field] = value.into();
    let answer = account.put(&profile_of(account), &profile).await;
    let body = answer.json();
    (
        answer.status,
        if answer.status == 200 { &body["data"][field] } else { &body["message"] }.clone(),
    )
}

#[tokio::test]
async fn a_name_with_a_hidden_character_is_refused_and_the_character_named() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let profile = profile_of(&ada);
    for hidden in [
        '\0',
        '\n',
        '\u{7f}',
        '\u{ad}',
        '\u{200b}',
        '\u{200d}',
        '\u{200f}',
        '\u{202e}',
        '\u{2066}',
        '\u{3164}',
        '\u{feff}',
        '\u{e0041}',
    ] {
        let (name, point) = (format!("관리{hidden}자"), format!("U+{:04X}", u32::from(hidden)));
        for (method, path, body) in [
            (Method::PUT, profile.as_str(), json!({ "name": name })),
            (Method::PUT, &profile, json!({ "name": "Ada", "username": name })),
            (Method::POST, "/api/v1/chat/rooms", json!({ "user_id": ada.id(), "name": name })),
        ] {
            let message = ada.call(method, path, &body).await.refusal(422);
            assert!(message.contains(&point), "{body}: {message}");
        }
    }
    for blank in ["\u{2800}", "\u{301}", "\u{a0}\u{3000}"] {
        assert_eq!(put(&ada, "name", blank).await.0, 422, "{blank:?}");
    }
}

#[tokio::test]
async fn names_in_all_scripts_with_emoji_are_taken_and_composed() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    for name in ["홍길동", "👩\u{200d}🚀 Ada", "❤\u{fe0f}", "می\u{200c}خواهم", "ශ\u{dca}\u{200d}රී"]
    {
        assert_eq!(put(&ada, "name", name).await, (200, name.into()));
    }
    let decomposed = "\u{1112}\u{1161}\u{11ab}e\u{301}";
    assert_eq!(put(&ada, "name", decomposed).await, (200, "한é".into()));
}

#[tokio::test]
async fn a_mail_address_that_is_none_is_refused() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    for email in
        ["a@b@c", "us er@example.com", "user@ex\u{430}mple.com", "a@\u{202e}x", "<b>@example.com"]
    {
        assert_eq!(put(&ada, "email", email).await.0, 422, "{email:?}");
    }
    assert_eq!(put(&ada, "email", "ada@example.com").await, (200, "ada@example.com".into()));
}

/// Addresses that run something, read something, or look like another host.
const DANGEROUS: [&str; 9] = [
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "blob:https://example.com/1",
    "https://bank.example@evil.example/",
    "https://",
    "../cat.png",
    "http://example.com/cat.png",
];

#[tokio::test]
async fn a_picture_or_file_is_at_an_https_address_as_browsers_read_it() {
    let stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let send = async |address: &str| {
        let body = json!({ "user_id": ada.id(), "message_type": "file", "file_url": address });
        ada.post(&format!("/api/v1/chat/rooms/{room}/messages"), &body).await
    };
    for address in DANGEROUS {
        let (status, why) = put(&ada, "profile_image", address).await;
        assert_eq!(status, 422, "{address:?}");
        assert!(why.as_str().unwrap().contains("profile_image: must be an https"), "{why}");
        let why = send(address).await.refusal(422);
        assert!(why.contains("file_url: must be an https"), "{why}");
    }
    let (written, read) =
        ("HTTPS://Example.com/고양이.png", "https://example.com/%EA%B3%A0%EC%96%91%EC%9D%B4.png");
    assert_eq!(put(&ada, "profile_image", written).await, (200, read.into()));
    assert_eq!(send(written).await.expect(201)["data"]["file_url"], read);
}

#[tokio::test]
async fn on_a_machine_of_ones_own_a_picture_may_be_at_an_http_address() {
    let stack = trusting().start().await;
    let ada = Account::create(&stack).await;
    let address = "http://localhost:9000/cat.png";
    assert_eq!(put(&ada, "profile_image", address).await, (200, address.into()));
    for address in &DANGEROUS[..8] {
        assert_eq!(put(&ada, "profile_image", address).await.0, 422, "{address:?}");
    }
}

#[tokio::test]
async fn what_a_token_says_is_no_exception() {
    let stack = guarded().start().await;
    let says = json!({
        "name": "\u{202e}admin", "email": "a@b@c", "username": "\u{3164}", "picture": DANGEROUS[8],
    });
    let eve = Account::claiming(&stack, fresh_id(), &says);
    let mut socket = eve.socket().await;
    let room = eve.create_room().await;
    eve.send(room, "hello").await.expect(201);
    let user = socket.next().await["user"].clone();
    let plain = json!({
        "id": eve.id(), "username": format!("User {}", eve.id()), "profileImage": null,
    });
    assert_eq!(user, plain);
}

#[tokio::test]
async fn a_message_may_have_any_character_but_nul() {
    let stack: Stack = guarded().start().await;
    let ada = Account::create(&stack).await;
    let room = ada.create_room().await;
    let mut socket = ada.socket().await;
    for (id, text) in (1..).zip(["\u{202e}", "\u{1}\u{200b}a\nb", "e\u{301}"]) {
        ada.send(room, text).await.expect(201);
        socket.expect(&ada.frame(room, id, text)).await;
    }
    assert!(ada.send(room, "a\0b").await.refusal(422).contains("U+0000"));
    socket.send(json!({ "roomId": room, "content": "a\0b" }).to_string()).await;
    assert_eq!(socket.next().await["code"], "invalid_field");
}
