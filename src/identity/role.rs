//! What a user may do beyond their own things.

use serde::{Deserialize, Serialize};

/// The role of a user, as the store has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Administers the installation: invite codes and settings. Has no way around ownership.
    Admin,
    /// Works with what is theirs.
    User,
}
