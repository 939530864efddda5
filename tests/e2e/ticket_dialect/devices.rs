//! Several devices of one user, and one that comes back.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Account, Socket, Stack, account::trusting, deadline::eventually, event};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn several_devices_with_a_ticket_each_are_one_user() {
    let stack = trusting().start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let bob_account = Account::of(&stack, bob.clone());
    let mut witness = room.connect(&ada).await;

    let mut phone = bob_account.socket().await;
    let mut laptop = bob_account.socket().await;
    let mut tablet = bob_account.socket().await;
    witness.expect(&event::member_online(&room, &bob)).await;
    let message = json!({ "roomId": room.id, "content": "from my phone" }).to_string();
    phone.send(Message::text(message)).await;
    for device in [&mut phone, &mut laptop, &mut tablet] {
        device.expect(&bob_account.frame(room.id, 1, "from my phone")).await;
    }
    witness.expect(&event::message(&room, 1, &bob, "from my phone")).await;

    phone.close(1000, "").await;
    laptop.drop_network();
    room.send(&bob, "still here").await;
    tablet.expect(&bob_account.frame(room.id, 2, "still here")).await;
    witness.expect(&event::message(&room, 2, &bob, "still here")).await;

    tablet.close(1000, "").await;
    witness.expect(&event::member_offline(&room, &bob)).await;
}

#[tokio::test]
async fn a_client_that_lost_its_socket_comes_back_with_a_new_ticket_and_misses_nothing() {
    let stack = trusting().start().await;
    let [ada] = stack.users().await;
    let room = stack.room(&[&ada]).await;
    let account = Account::of(&stack, ada.clone());
    let mut socket = account.socket().await;
    room.send(&ada, "one").await;
    let last = seen(&mut socket).await;

    end_all_sockets(&stack).await;
    socket.closed().await;
    room.send(&ada, "two, while nobody listens").await;

    let mut again = account.socket().await;
    let path = room.path(&format!("/messages?after={last}"));
    let missed = account.get(&path).await.expect(200);
    let texts: Vec<&Value> =
        missed["data"].as_array().unwrap().iter().map(|message| &message["message"]).collect();
    assert_eq!(texts, ["two, while nobody listens"]);
    room.send(&ada, "three").await;
    again.expect(&account.frame(room.id, 3, "three")).await;
}

async fn seen(socket: &mut Socket) -> u64 {
    socket.next().await["id"].as_u64().expect("a message has an id")
}

/// The server closes every socket, as API Gateway does after two hours.
async fn end_all_sockets(stack: &Stack) {
    for id in stack.connections().await {
        stack.manage(Method::DELETE, "prod", &id).await;
    }
    eventually("no open socket", async || stack.connections().await.is_empty().then_some(())).await;
}
