//! Every HTTP route of the template where tokens are asked for: also one that is added tomorrow.

use std::fs;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Account, Reply, Stack,
    account::{accounts, guarded},
    binaries::workspace,
    user::fresh_id,
};

/// Issues a ticket to whoever the token names: it has nobody else to act for.
const TICKET: &str = "/chat/ticket";

/// A route of the template, such as `GET /api/v1/chat/rooms/{roomId}/members`.
#[derive(Debug, Clone)]
struct Route {
    method: Method,
    path: String,
}

impl Route {
    /// The HTTP routes, those that delete last.
    fn all() -> Vec<Self> {
        let template = fs::read_to_string(workspace().join("infra/template.yaml")).unwrap();
        let keys = template.lines().filter_map(|line| line.trim().strip_prefix("RouteKey: "));
        let keys = keys.filter_map(|key| key.trim_matches('"').split_once(' '));
        let mut routes: Vec<Self> = keys
            .map(|(method, path)| Self { method: method.parse().unwrap(), path: path.to_owned() })
            .collect();
        routes.sort_by_key(|route| route.method == Method::DELETE);
        assert!(routes.len() >= 10, "the template has only {routes:?}");
        routes
    }

    fn names_a_room(&self) -> bool {
        self.path.contains("{roomId}")
    }

    /// Asks with this token, if any, in the name of a user: in the path, the query and the body.
    async fn ask(&self, stack: &Stack, token: Option<&str>, room: u64, named: &Account) -> Reply {
        let (user, name) = (named.id(), &named.user.name);
        let path = self.path.replace("{roomId}", &room.to_string());
        let path = format!("{}?user_id={user}", path.replace("{userId}", &user.to_string()));
        let body = json!({ "user_id": user, "name": name, "message": "in whose name?" });
        let request = stack.request(self.method.clone(), &path);
        let request = if self.method == Method::GET { request } else { request.json(&body) };
        let request = match token {
            Some(token) => request.header("accessToken", token),
            None => request,
        };
        stack.ask(request).await
    }
}

/// Ada's room with bob as a member, and eve who has nothing to do with it.
async fn scene(stack: &Stack) -> ([Account; 3], u64) {
    let [ada, bob, eve] = accounts(stack).await;
    let room = ada.create_room().await;
    ada.add(room, &bob, "member").await.expect(201);
    ada.send(room, "hello").await.expect(201);
    ([ada, bob, eve], room)
}

/// All that can be seen of the room and its owner.
async fn state(ada: &Account, room: u64) -> Vec<Value> {
    let mut state = Vec::new();
    for path in [
        format!("/api/v1/chat/rooms/{room}/members"),
        format!("/api/v1/chat/rooms/{room}/messages"),
        format!("/api/v1/chat/users/{}/rooms", ada.id()),
    ] {
        state.push(ada.get(&path).await.expect(200));
    }
    state
}

#[tokio::test]
async fn every_route_answers_its_own_user_and_nobody_without_a_token() {
    let stack = guarded().start().await;
    let ([ada, ..], room) = scene(&stack).await;
    let before = state(&ada, room).await;
    for route in Route::all() {
        for token in [None, Some(""), Some("garbage")] {
            let answer = route.ask(&stack, token, room, &ada).await;
            answer.refusal(401);
            assert_eq!(answer.json()["error"]["code"], "invalid_token", "{route:?}");
        }
    }
    assert_eq!(state(&ada, room).await, before, "nothing was done");
    for route in Route::all() {
        let answer = route.ask(&stack, Some(&ada.token), room, &ada).await;
        assert!((200..300).contains(&answer.status), "{route:?}: {}", answer.text);
    }
}

#[tokio::test]
async fn every_route_refuses_to_act_for_somebody_else() {
    let stack = guarded().start().await;
    let ([ada, bob, _], room) = scene(&stack).await;
    let before = state(&ada, room).await;
    for route in Route::all().into_iter().filter(|route| route.path != TICKET) {
        let answer = route.ask(&stack, Some(&bob.token), room, &ada).await;
        assert_eq!(answer.status, 403, "{route:?}: {}", answer.text);
        assert_eq!(answer.json()["error"]["code"], "forbidden", "{route:?}");
    }
    assert_eq!(state(&ada, room).await, before, "nothing was done");
}

#[tokio::test]
async fn every_route_tells_a_stranger_the_same_of_a_room_that_exists_and_of_one_that_does_not() {
    let stack = guarded().start().await;
    let ([ada, _, eve], room) = scene(&stack).await;
    let nobody = Account::claiming(&stack, fresh_id(), &json!({}));
    let before = state(&ada, room).await;
    for route in Route::all().into_iter().filter(Route::names_a_room) {
        for (stranger, named) in [(&eve, &eve), (&eve, &ada), (&nobody, &nobody), (&nobody, &ada)] {
            let told = async |room: u64| {
                let answer = route.ask(&stack, Some(&stranger.token), room, named).await;
                let message = answer.json()["message"].to_string();
                let code = answer.json()["error"]["code"].clone();
                (answer.status, code, message.replace(&format!("room {room} "), "room … "))
            };
            let (existing, missing) = (told(room).await, told(999_999).await);
            assert_eq!(existing, missing, "{route:?}");
            let expected = if existing.0 == 403 { "forbidden" } else { "unknown_room" };
            assert_eq!(existing.1, expected, "{route:?}: {existing:?}");
        }
    }
    assert_eq!(state(&ada, room).await, before, "nothing was done");
}
