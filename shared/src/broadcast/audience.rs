//! Who is told.

use crate::domain::UserId;

/// Whose sockets an event goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    Everybody,
    AllBut(UserId),
}

impl Audience {
    pub(super) fn includes(self, user: UserId) -> bool {
        match self {
            Self::Everybody => true,
            Self::AllBut(left_out) => user != left_out,
        }
    }
}
