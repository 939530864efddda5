//! Who may do what.

use super::{Membership, Role, Standing, UserId};

/// Who makes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Nobody asked: the request's own word is believed. Development only.
    Trusted,
    /// The subject of a valid access token.
    User(UserId),
}

/// The caller may not do this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// In the name of somebody else.
    #[error(
        "the access token belongs to user {caller}, the request is in the name of user {named}"
    )]
    SomebodyElse {
        caller: UserId,
        /// Who the request names.
        named: UserId,
    },
    /// Not with this role.
    #[error("only the room's owner or an admin may {0}")]
    NeedsAdmin(&'static str),
    /// Not with this role.
    #[error("only the room's owner may {0}")]
    NeedsOwner(&'static str),
}

impl Caller {
    /// Who it is, where callers are not just believed.
    #[must_use]
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::Trusted => None,
        }
    }

    /// Sending, reading, creating a room and writing a profile are for the user named.
    pub fn speaks_for(self, named: UserId) -> Result<(), Forbidden> {
        match self {
            Self::User(caller) if caller != named => Err(Forbidden::SomebodyElse { caller, named }),
            Self::User(_) | Self::Trusted => Ok(()),
        }
    }
}

impl Membership {
    /// Owner and admins add members; only the owner names an admin.
    pub fn may_add(&self, role: Role) -> Result<(), Forbidden> {
        match (self.member.role, role) {
            (Role::Owner, _) | (Role::Admin, Role::Member) => Ok(()),
            (Role::Admin, _) => Err(Forbidden::NeedsOwner("name an admin")),
            (Role::Member, _) => Err(Forbidden::NeedsAdmin("add members")),
        }
    }

    /// Anyone may leave; owner and admins remove others; nobody but the owner removes the owner.
    pub fn may_remove(&self, other: &Standing) -> Result<(), Forbidden> {
        let role = other.member.as_ref().map(|member| member.role);
        match self.member.role {
            _ if self.member.user_id == other.user_id => Ok(()),
            Role::Owner => Ok(()),
            Role::Admin if role != Some(Role::Owner) => Ok(()),
            Role::Admin => Err(Forbidden::NeedsOwner("remove the owner")),
            Role::Member => Err(Forbidden::NeedsAdmin("remove others")),
        }
    }
}
