//! A user of the chat with a profile of their own.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::Api;

/// Somebody with a random id, so that tests can share a deployment.
#[derive(Debug, Clone)]
pub struct User {
    /// Positive, and safe for JavaScript.
    pub id: u64,
    /// Display name.
    pub name: String,
    /// Address.
    pub email: String,
}

impl User {
    /// Creates the profile of a new user.
    pub async fn create(api: &Api) -> Self {
        let id = fresh_id();
        let user =
            Self { id, name: format!("사용자 {id}"), email: format!("user{id}@example.com") };
        let path = format!("/api/v1/chat/users/{id}");
        let profile = json!({ "name": user.name, "email": user.email });
        api.put(&path, &profile).await.expect(200);
        user
    }

    /// How other people's events and answers show this user.
    #[must_use]
    pub fn view(&self) -> Value {
        json!({ "id": self.id, "email": self.email, "name": self.name })
    }
}

/// An id that no other test uses.
#[must_use]
pub fn fresh_id() -> u64 {
    let (high, _) = Uuid::new_v4().as_u64_pair();
    (high >> 16).max(1)
}
