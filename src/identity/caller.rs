//! Who makes a request.

use super::Role;
use crate::id::{SessionId, UserId};

/// A signed-in user, as a request's token and the store together tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The user.
    pub user: UserId,
    /// The session the token belongs to.
    pub session: SessionId,
    /// The role the store has for the user, whatever the token says.
    pub role: Role,
    /// The user's email.
    pub email: String,
}
