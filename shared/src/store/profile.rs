//! `USER#u / PROFILE`.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};

use super::{
    Store, StoreError,
    keys::Key,
    record::{self, Item},
};
use crate::{
    dispatch::Dispatch,
    domain::{Profile, ProfileClaims, UserId},
};

/// What a field becomes if the token does not say it: what is in `unless` already, or else this.
struct Otherwise {
    unless: &'static str,
    value: AttributeValue,
}

impl Store {
    /// Creates or replaces a profile, but for what tokens say of the user, this one or an earlier
    /// one: the profile as it is then.
    pub async fn put_profile(
        &self,
        profile: &Profile,
        claims: ProfileClaims,
    ) -> Result<Profile, StoreError> {
        let Profile { name, email, username, profile_image, .. } = profile.clone();
        let (email, image) = (email.map(String::from), profile_image.map(String::from));
        let put = [Some(name.into()), email, username.map(String::from), image].map(|text| {
            let value = text.map_or(AttributeValue::Null(true), record::text);
            Some(Otherwise { unless: "claimed_", value })
        });
        record::parse(self.write_profile(profile.id, claims, put).await?)
    }

    /// Takes over what an access token says of its user, creating the profile if there is none.
    ///
    /// A new profile without a name is called by its handle, or else `User 7`. How often the user has
    /// signed out everywhere so far.
    pub async fn refresh_profile(
        &self,
        user: UserId,
        claims: ProfileClaims,
    ) -> Result<u64, StoreError> {
        let handle = claims.username.clone().map(String::from);
        let name = handle.unwrap_or_else(|| format!("User {user}"));
        let name = Otherwise { unless: "#", value: record::text(name) };
        let item = self.write_profile(user, claims, [Some(name), None, None, None]).await?;
        if item.contains_key("sign_outs") { record::field(&item, "sign_outs") } else { Ok(0) }
    }

    /// What a token says is kept twice: as the field, and as what the field goes back to.
    async fn write_profile(
        &self,
        user: UserId,
        claims: ProfileClaims,
        otherwise: [Option<Otherwise>; 4],
    ) -> Result<Item, StoreError> {
        let claimed = [
            ("name", claims.name.map(String::from)),
            ("email", claims.email.map(String::from)),
            ("username", claims.username.map(String::from)),
            ("profile_image", claims.profile_image.map(String::from)),
        ];
        let mut update = self
            .update_item(&Key::profile(user))
            .expression_attribute_names("#id", "id")
            .expression_attribute_values(":id", record::number(user))
            .return_values(ReturnValue::AllNew);
        let mut assignments = vec!["#id = :id".to_owned()];
        for ((field, claim), otherwise) in claimed.into_iter().zip(otherwise) {
            let value = match (claim, otherwise) {
                (Some(text), _) => {
                    assignments.push(format!("#{field} = :{field}, claimed_{field} = :{field}"));
                    record::text(text)
                }
                (None, Some(Otherwise { unless, value })) => {
                    let kept = format!("if_not_exists({unless}{field}, :{field})");
                    assignments.push(format!("#{field} = {kept}"));
                    value
                }
                (None, None) => continue,
            };
            update = update
                .expression_attribute_names(format!("#{field}"), field)
                .expression_attribute_values(format!(":{field}"), value);
        }
        let update = update.update_expression(format!("SET {}", assignments.join(", ")));
        let written = update.dispatch().await?.attributes;
        written.ok_or(StoreError::Incomplete("attributes"))
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
