//! A signed-in user on the wire.

use serde::Serialize;

use crate::clock::Time;
use crate::id::UserId;
use crate::identity::{Profile, Role, SignedIn};

/// `AuthUser`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::server::routes) struct UserView {
    id: UserId,
    email: String,
    name: String,
    role: Role,
    avatar_url: String,
    created_at: Time,
    auth_provider: String,
}

/// `AuthSession`.
#[derive(Serialize)]
pub(super) struct SessionView {
    token: String,
    user: UserView,
}

impl From<Profile> for UserView {
    fn from(profile: Profile) -> Self {
        let Profile { id, email, name, role, avatar_url, created_at, auth_provider } = profile;
        Self { id, email, name, role, avatar_url, created_at, auth_provider }
    }
}

impl From<SignedIn> for SessionView {
    fn from(signed_in: SignedIn) -> Self {
        Self { token: signed_in.token, user: signed_in.user.into() }
    }
}
