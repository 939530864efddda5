//! The items of a table, by how their keys begin.

use serde_json::{Value, json};
use tests::Stack;

use crate::edge::{
    connections::Client,
    event_sources::{Letters, letter},
};

async fn items(stack: &Stack, query: &str) -> Value {
    stack.get(&format!("/_edge/items?table=chat-Letters{query}")).await.expect(200)
}

#[tokio::test]
async fn items_are_found_by_the_beginning_of_their_keys() {
    let stack = Stack::with().probe().start().await;
    let (client, letters) = (Client::connect(&stack).await, Letters::of(&stack));
    for (to, id) in [("kept-a", "1"), ("kept-a", "2"), ("kept-b", "1"), ("other", "1")] {
        letters.put(letter(to, id, &client)).await;
    }

    let found = items(&stack, "&prefix=kept-").await;

    let keys = (&found["table"], &found["partitionKey"], &found["sortKey"]);
    assert_eq!(keys, (&json!("chat-Letters"), &json!("box"), &json!("id")));
    assert_eq!(found["tables"], json!(["chat-Letters", "chat-Things"]));
    assert_eq!((count(&found), &found["isComplete"]), (3, &json!(true)));
    for (query, expected, is_complete) in [
        ("", 4, true),
        ("&prefix=kept-a", 2, true),
        ("&prefix=kept-&sort=1", 2, true),
        ("&sort=2", 1, true),
        ("&prefix=nobody", 0, true),
        ("&prefix=kept-&limit=3", 3, true),
        ("&prefix=kept-&limit=2", 2, false),
    ] {
        let found = items(&stack, query).await;
        let came = (count(&found), found["isComplete"] == true);
        assert_eq!(came, (expected, is_complete), "{query}");
    }
    let one = items(&stack, "&prefix=other").await;
    assert_eq!(one["items"], json!([letter("other", "1", &client)]));
}

fn count(found: &Value) -> usize {
    found["items"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn no_item_shows_a_credential() {
    let stack = Stack::with().probe().start().await;
    let (client, letters) = (Client::connect(&stack).await, Letters::of(&stack));
    let mut item = letter("TICKET#never-shown", "META", &client);
    item["accessToken"] = json!({ "S": "never-shown" });
    letters.put(item).await;
    let found = items(&stack, "&prefix=TICKET%23").await;
    assert_eq!(count(&found), 1);
    assert!(!found.to_string().contains("never-shown"), "{found}");
}

#[tokio::test]
async fn a_search_that_is_not_possible_says_why() {
    let stack = Stack::with().probe().start().await;
    for (query, says) in [
        ("table=chat-Nothing", "there is no such table, only chat-Letters, chat-Things"),
        ("limit=x", "limit must be a number, not `x`"),
    ] {
        let answer = stack.get(&format!("/_edge/items?{query}")).await.expect(400);
        assert_eq!(answer["message"], says);
    }
}
