//! Mail addresses: their owner's alone, unless the deployment shares them.

use serde_json::{Value, json};
use tests::{
    Account, Socket,
    account::{accounts, guarded},
};

/// Every mail address that ada meets of bob, and every one that bob meets of himself.
async fn met(ada: &Account, bob: &Account) -> (Vec<Value>, Vec<Value>) {
    let room = ada.create_room().await;
    let mut events: Socket = ada.room_socket(room).await;
    let added = ada.add(room, bob, "member").await.expect(201);
    let joined = events.next().await;
    let sent = bob.send(room, "hello").await.expect(201);
    let told = events.next().await;
    let listed = async |account: &Account| {
        let members = account.get(&format!("/api/v1/chat/rooms/{room}/members")).await.expect(200);
        let members = members["data"].as_array().unwrap().clone();
        members.into_iter().find(|member| member["user_id"] == bob.id()).unwrap()
    };
    let history = async |account: &Account| {
        account.get(&format!("/api/v1/chat/rooms/{room}/messages")).await.expect(200)["data"][0]
            .clone()
    };
    let rooms = async |account: &Account| {
        let rooms = account.get(&format!("/api/v1/chat/users/{}/rooms", account.id())).await;
        rooms.expect(200)["data"][0]["last_message"].clone()
    };
    let profile = json!({ "name": bob.user.name, "email": bob.user.email });
    let put = bob.put(&format!("/api/v1/chat/users/{}", bob.id()), &profile).await.expect(200);
    let email = |of: Value| of["user"]["email"].clone();
    let others = [added["data"].clone(), joined["data"].clone(), told["data"].clone()];
    let others =
        others.into_iter().chain([listed(ada).await, history(ada).await, rooms(ada).await]);
    let own = [sent["data"].clone(), listed(bob).await, history(bob).await, rooms(bob).await];
    let own = own.into_iter().map(email).chain([put["data"]["email"].clone()]);
    (others.map(email).collect(), own.collect())
}

#[tokio::test]
async fn nobody_has_somebody_elses_address_by_adding_them_to_a_room() {
    let stack = guarded().start().await;
    let [ada, bob] = accounts(&stack).await;
    let (others, own) = met(&ada, &bob).await;
    assert_eq!(others, vec![Value::Null; 6]);
    assert_eq!(own, vec![json!(bob.user.email); 5]);
}

#[tokio::test]
async fn addresses_are_shown_where_the_deployment_shares_them() {
    let stack = guarded().args(["--parameter", "ShareEmails=true"]).start().await;
    let [ada, bob] = accounts(&stack).await;
    let (others, own) = met(&ada, &bob).await;
    assert_eq!(others, vec![json!(bob.user.email); 6]);
    assert_eq!(own, vec![json!(bob.user.email); 5]);
}
