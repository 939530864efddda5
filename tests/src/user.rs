//! A user of the chat with a profile of their own.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::Api;

/// Somebody with a random id, so that tests can share a deployment.
#[derive(Debug, Clone)]
pub struct User {
    /// Positive, and safe for JavaScript.
    pub id: u64,
    /// What other people see of the user.
    pub name: String,
    /// Of the form `user{id}@example.com`, so that no two users share it.
    pub email: String,
}

impl User {
    /// Creates the profile of a new user.
    pub async fn create(api: &Api) -> Self {
        let user = Self::named_by_id(fresh_id());
        let path = format!("/api/v1/chat/users/{}", user.id);
        let profile = json!({ "name": user.name, "email": user.email });
        api.put(&path, &profile).await.expect(200);
        user
    }

    /// A user whose name and address follow from the id.
    pub(crate) fn named_by_id(id: u64) -> Self {
        Self { id, name: format!("사용자 {id}"), email: format!("user{id}@example.com") }
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
