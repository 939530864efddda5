//! `USER#u / PROFILE`.

use std::collections::{HashMap, HashSet};

use super::{Store, StoreError, keys::Key, record};
use crate::domain::{Profile, UserId};

impl Store {
    /// Creates or replaces a profile.
    pub async fn put_profile(&self, profile: &Profile) -> Result<(), StoreError> {
        let item = record::item(&Key::profile(profile.id), profile)?;
        self.client.put_item().table_name(&self.table).set_item(Some(item)).send().await?;
        Ok(())
    }

    /// The user's profile.
    pub async fn profile(&self, user: UserId) -> Result<Option<Profile>, StoreError> {
        record::parse_optional(self.get(&Key::profile(user)).await?)
    }

    /// The profiles of those users that have one.
    pub async fn profiles(&self, users: &[UserId]) -> Result<HashMap<UserId, Profile>, StoreError> {
        // A batch that names a key twice is refused.
        let users: HashSet<UserId> = users.iter().copied().collect();
        let keys: Vec<Key> = users.into_iter().map(Key::profile).collect();
        let items = self.batch_get(&keys).await?.into_values();
        items
            .map(|item| record::parse(item).map(|profile: Profile| (profile.id, profile)))
            .collect()
    }
}
