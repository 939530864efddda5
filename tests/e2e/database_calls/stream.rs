//! The costs of each event behind the table's stream.

use serde_json::json;
use tests::{Stack, account::accounts, deadline::eventually};

use super::{costs_in, counting, table::Costs};

/// The costs of the invocation that announced an event of this kind, the only one so far.
async fn spent_on(stack: &Stack, event: &str) -> Costs {
    eventually("the log of an announcement", async || {
        let lines = stack.edge.log.lines();
        let announced = lines.iter().find(|line| line.contains(&format!("event=\"{event}\"")))?;
        let request = announced.split("requestId=").nth(1)?.split_whitespace().next()?;
        let over = lines.iter().find(|line| {
            line.contains(request) && line.contains("the batch was processed records=1 ")
        })?;
        costs_in(over)
    })
    .await
}

#[tokio::test]
async fn what_an_event_costs_behind_the_stream_does_not_grow_with_the_room() {
    let stack = counting().start().await;
    let [ada, bob] = accounts(&stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    stack.quiet().await;
    bob.room_socket(room).await.close(1000, "").await;
    eventually("the offline event", async || {
        let lines = stack.edge.log.lines();
        lines.iter().any(|line| line.contains("event=\"member_offline\"")).then_some(())
    })
    .await;
    let read = json!({ "user_id": bob.id() });
    bob.post(&format!("/api/v1/chat/rooms/{room}/read"), &read).await.expect(200);
    stack.quiet().await;
    ada.remove(room, &bob).await.expect(200);

    // The subscribers are read for each event. Besides: the member's open sockets, profile and presence;
    // the presence before and after it is announced; what is left of subscriptions and of the presence,
    // the membership, the sockets.
    for event in ["member_join", "member_online", "member_offline", "read", "member_leave"] {
        spent_on(&stack, event).await.expect(&format!("fan_out: `{event}`"));
    }
}
