//! What users see and change of their own account.

use super::{Caller, Error, Identity, Profile, TokenProblem, User, Violation};
use crate::id::UserId;
use crate::store::Patch;

/// Longest display name, in characters.
const LONGEST_NAME: usize = 100;

impl Identity {
    /// The account of a user. Fails with [`Error::Token`] when it is deleted.
    pub async fn profile(&self, user: UserId) -> Result<Profile, Error> {
        let user = self.user(user).await?.ok_or(TokenProblem::UserGone)?;
        Ok(user.profile(self.0.rules.load().avatars))
    }

    /// Changes the display name, of which blanks at the ends are not kept.
    pub async fn rename(&self, caller: &Caller, name: &str) -> Result<Profile, Error> {
        let name = display_name(name).map_err(|violation| Error::Invalid(vec![violation]))?;
        let patch = Patch::new().set("name", name).set("updated_at", self.0.clock.now());
        let user = self.0.store.patch_returning::<User>(caller.user, User::live(), patch).await?;
        Ok(user.ok_or(TokenProblem::UserGone)?.profile(self.0.rules.load().avatars))
    }
}

/// A display name, trimmed.
pub(super) fn display_name(name: &str) -> Result<&str, Violation> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Violation { field: "name", rule: "must not be empty".to_owned() }),
        1..=LONGEST_NAME => Ok(name),
        _ => Err(Violation { field: "name", rule: format!("must have at most {LONGEST_NAME} characters") }),
    }
}
