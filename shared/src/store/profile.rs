//! `USER#u / PROFILE`.

use std::collections::{HashMap, HashSet};

use super::{Store, StoreError, keys::Key, record};
use crate::{
    dispatch::Dispatch,
    domain::{Profile, ProfileClaims, UserId},
};

impl Store {
    /// Creates or replaces a profile.
    pub async fn put_profile(&self, profile: &Profile) -> Result<(), StoreError> {
        let item = record::item(&Key::profile(profile.id), profile)?;
        self.put_item(item).dispatch().await?;
        Ok(())
    }

    /// Takes over what an access token says of its user, creating the profile if there is none.
    ///
    /// A new profile without a name is called by its handle, or else `User 7`.
    pub async fn refresh_profile(
        &self,
        user: UserId,
        claims: ProfileClaims,
    ) -> Result<(), StoreError> {
        let handle = claims.username.clone().map(String::from);
        let fallback = handle.unwrap_or_else(|| format!("User {user}"));
        let claimed = [
            ("name", claims.name.map(String::from)),
            ("email", claims.email.map(String::from)),
            ("username", claims.username.map(String::from)),
            ("profile_image", claims.profile_image.map(String::from)),
        ];
        let mut update = self
            .update_item(&Key::profile(user))
            .expression_attribute_names("#id", "id")
            .expression_attribute_values(":id", record::number(user));
        let mut assignments = vec!["#id = :id".to_owned()];
        for (field, claim) in claimed {
            let text = match (claim, field) {
                (Some(text), _) => {
                    assignments.push(format!("#{field} = :{field}"));
                    text
                }
                (None, "name") => {
                    assignments.push("#name = if_not_exists(#name, :name)".to_owned());
                    fallback.clone()
                }
                (None, _) => continue,
            };
            update = update
                .expression_attribute_names(format!("#{field}"), field)
                .expression_attribute_values(format!(":{field}"), record::text(text));
        }
        update.update_expression(format!("SET {}", assignments.join(", "))).dispatch().await?;
        Ok(())
    }

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
