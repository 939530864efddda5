//! Who may do what in a room: the README's table, row by row.

use reqwest::Method;
use serde_json::json;
use tests::{
    Account, Reply, Stack,
    account::{accounts, guarded},
};

/// A room with everybody in it that a rule is about.
struct Scene {
    room: u64,
    owner: Account,
    admin: Account,
    other_admin: Account,
    member: Account,
    other_member: Account,
    stranger: Account,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    AddMember,
    AddAdmin,
    RemoveMember,
    RemoveAdmin,
    RemoveOwner,
    Leave,
}

impl Scene {
    async fn open(stack: &Stack) -> Self {
        let [owner, admin, other_admin, member, other_member, stranger] = accounts(stack).await;
        let room = owner.create_room().await;
        for (user, role) in [
            (&admin, "admin"),
            (&other_admin, "admin"),
            (&member, "member"),
            (&other_member, "member"),
        ] {
            let added = owner.add(room, user, role).await.expect(201);
            assert_eq!(added["data"]["role"], role);
        }
        Self { room, owner, admin, other_admin, member, other_member, stranger }
    }

    fn caller(&self, role: &str) -> &Account {
        match role {
            "owner" => &self.owner,
            "admin" => &self.admin,
            "member" => &self.member,
            _ => &self.stranger,
        }
    }

    async fn perform(&self, caller: &Account, act: Act) -> Reply {
        match act {
            Act::AddMember => caller.add(self.room, &self.stranger, "member").await,
            Act::AddAdmin => caller.add(self.room, &self.stranger, "admin").await,
            Act::RemoveMember => caller.remove(self.room, &self.other_member).await,
            Act::RemoveAdmin => caller.remove(self.room, &self.other_admin).await,
            Act::RemoveOwner => caller.remove(self.room, &self.owner).await,
            Act::Leave => caller.remove(self.room, caller).await,
        }
    }
}

#[tokio::test]
async fn each_role_may_do_what_the_table_says() {
    let stack = guarded().start().await;
    let acts = [
        Act::AddMember,
        Act::AddAdmin,
        Act::RemoveMember,
        Act::RemoveAdmin,
        Act::RemoveOwner,
        Act::Leave,
    ];
    for (role, statuses) in [
        ("owner", [201, 201, 200, 200, 200, 200]),
        ("admin", [201, 403, 200, 200, 403, 200]),
        ("member", [403, 403, 403, 403, 403, 200]),
        ("stranger", [404, 404, 404, 404, 404, 404]),
    ] {
        for (act, status) in acts.into_iter().zip(statuses) {
            let scene = Scene::open(&stack).await;
            let members = format!("/api/v1/chat/rooms/{}/members", scene.room);
            let witness = if matches!(act, Act::RemoveOwner) { &scene.admin } else { &scene.owner };
            let before = witness.get(&members).await.expect(200)["data"].clone();

            let answer = scene.perform(scene.caller(role), act).await;

            assert_eq!(answer.status, status, "{role}: {act:?}: {}", answer.text);
            if status >= 400 {
                assert_eq!(witness.get(&members).await.expect(200)["data"], before);
            }
        }
    }
}

#[tokio::test]
async fn nobody_names_another_owner_or_a_role_of_their_own_making() {
    let stack = guarded().start().await;
    let scene = Scene::open(&stack).await;
    for role in ["owner", "king", ""] {
        let answer = scene.owner.add(scene.room, &scene.stranger, role).await;
        assert_eq!(answer.json()["error"]["code"], "invalid_field", "{role}: {}", answer.text);
    }
}

#[tokio::test]
async fn who_is_a_member_already_cannot_become_an_admin_by_being_added() {
    let stack = guarded().start().await;
    let scene = Scene::open(&stack).await;
    scene.member.add(scene.room, &scene.member, "admin").await.refusal(403);
    scene.admin.add(scene.room, &scene.member, "admin").await.refusal(403);
    let same = scene.owner.add(scene.room, &scene.member, "admin").await.expect(200);
    assert_eq!(same["data"]["role"], "member", "adding again changes nothing");
}

#[tokio::test]
async fn a_role_ends_with_the_membership() {
    let stack = guarded().start().await;
    let scene = Scene::open(&stack).await;
    scene.owner.remove(scene.room, &scene.admin).await.expect(200);

    for act in [Act::AddMember, Act::RemoveMember, Act::Leave] {
        scene.perform(&scene.admin, act).await.refusal(404);
    }
    scene.owner.add(scene.room, &scene.admin, "member").await.expect(201);
    scene.perform(&scene.admin, Act::RemoveMember).await.refusal(403);
}

#[tokio::test]
async fn a_profile_is_written_by_its_user() {
    let stack = guarded().start().await;
    let [ada, eve] = accounts(&stack).await;
    let path = format!("/api/v1/chat/users/{}", ada.id());

    let theft = eve.call(Method::PUT, &path, &json!({ "name": "eve was here" })).await;

    assert!(theft.refusal(403).starts_with("the access token belongs to user"));
    let room = ada.create_room().await;
    let members = ada.get(&format!("/api/v1/chat/rooms/{room}/members")).await.expect(200);
    assert_eq!(members["data"][0]["user"]["name"], ada.user.name);
}
