//! Signing out everywhere, against sockets that are being opened.

use shared::{
    domain::{Connection, ProfileClaims},
    store::Entrance,
};

use crate::world::{Chat, at, socket, user};

/// The number that a ticket issued now has.
async fn sign_outs(chat: &Chat) -> Option<u64> {
    Some(chat.refresh_profile(user(1), ProfileClaims::default()).await.expect("a number"))
}

#[tokio::test]
async fn a_ticket_from_before_opens_no_socket_and_one_from_after_does() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let member = chat.member(room, 1).await;
    for round in 0..3 {
        let before = sign_outs(&chat).await;
        let open = socket(room, user(1), &format!("{round}="));
        assert_eq!(chat.connect(&open, &member, before).await.unwrap(), Entrance::Open);

        assert!(chat.sign_out(user(1)).await.unwrap());

        let late = socket(room, user(1), "late=");
        let ticket_socket = Connection { room_id: None, ..late.clone() };
        assert_eq!(chat.connect(&late, &member, before).await.unwrap(), Entrance::SignedOut);
        assert_eq!(chat.register(&ticket_socket, before).await.unwrap(), Entrance::SignedOut);
        let opened = chat.register(&ticket_socket, sign_outs(&chat).await).await.unwrap();
        assert_eq!(opened, Entrance::Open);
        chat.disconnect(&ticket_socket).await.unwrap();
    }
}

#[tokio::test]
async fn a_socket_is_found_or_refused_however_close_it_comes() {
    let chat = Chat::start().await;
    let room = chat.room_of(&[1]).await;
    let member = chat.member(room, 1).await;
    let (mut found, mut refused) = (0, 0);
    for round in 0..100_i32 {
        let ticket = sign_outs(&chat).await;
        let phone = socket(room, user(1), &format!("{round}="));
        // Either goes ahead of the other, by more or less.
        let wait = async |turns: i32| {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        };
        let connect = async {
            wait(round % 10 - 5).await;
            chat.connect(&phone, &member, ticket).await.unwrap()
        };
        let sign_out = async {
            wait(10 * (5 - round % 10)).await;
            chat.sign_out(user(1)).await.unwrap();
            chat.connections_of(user(1), at(1)).await.unwrap()
        };

        let (entrance, sockets) = tokio::join!(connect, sign_out);

        let is_found = sockets.iter().any(|socket| socket.id == phone.id);
        assert_eq!(is_found, entrance == Entrance::Open, "round {round}: {entrance:?}");
        if is_found { found += 1 } else { refused += 1 }
    }
    assert!(found > 0 && refused > 0, "{found} were found, {refused} refused");
}

#[tokio::test]
async fn nobody_cannot_sign_out() {
    let chat = Chat::start().await;
    assert!(!chat.sign_out(user(1)).await.unwrap());
    assert_eq!(chat.database.items().await, 0);
}
