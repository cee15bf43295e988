//! What users see and change of their own account.

use secrecy::{ExposeSecret, SecretString};

use super::email::Email;
use super::passwords::Verdict;
use super::{Caller, Error, Identity, Origin, Profile, TokenProblem, User, Violation, password};
use crate::id::{SessionId, UserId};
use crate::store::{Filter, Patch};

/// Longest display name, in characters.
const LONGEST_NAME: usize = 100;

/// A password to be replaced, and what replaces it.
#[derive(Debug, Default)]
pub struct PasswordChange {
    /// The password so far.
    pub current: SecretString,
    /// The password from now on.
    pub new: SecretString,
}

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

    /// Changes the password and ends all other sessions of the user.
    ///
    /// Fails, in this order, with [`Error::Invalid`], [`Error::NoPassword`], [`Error::TooManyFailures`],
    /// [`Error::WrongPassword`]; wrong ones count like failed logins.
    pub async fn change_password(
        &self,
        from: Origin,
        caller: &Caller,
        change: PasswordChange,
    ) -> Result<(), Error> {
        let rules = self.0.rules.load_full();
        let current = password::check("currentPassword", &change.current, 1);
        let new = password::check("newPassword", &change.new, rules.password_min_length);
        let violations: Vec<_> = [current.err(), new.err()].into_iter().flatten().collect();
        if !violations.is_empty() {
            return Err(Error::Invalid(violations));
        }
        let user = self.user(caller.user).await?.ok_or(TokenProblem::UserGone)?;
        if user.password.expose_secret().is_empty() {
            return Err(Error::NoPassword { provider: user.auth_provider });
        }
        let attempt = self.0.login_attempts.begin((from, Email::stored(&user)), rules.max_failures).await?;
        match self.0.passwords.check(change.current, Some(user.password.clone())).await? {
            Verdict::Right | Verdict::RightButOld => attempt.succeeded(),
            Verdict::Wrong => {
                attempt.failed();
                return Err(Error::WrongPassword);
            }
        }
        let hash = self.0.passwords.hash(change.new).await?;
        let (identity, keep) = (self.clone(), caller.session);
        // Goes on when the client hangs up: a changed password ends the other sessions.
        tokio::spawn(async move { identity.replace_password(&user, &hash, keep).await })
            .await
            .map_err(Error::Broken)?
    }

    async fn replace_password(&self, user: &User, hash: &SecretString, keep: SessionId) -> Result<(), Error> {
        let now = self.0.clock.now();
        let unchanged = User::live().and(Filter::eq("password", user.password.expose_secret()));
        let patch = Patch::new()
            .set("password", hash.expose_secret())
            .set("password_changed_at", now)
            .set("updated_at", now);
        if !self.0.store.patch::<User>(user.id, unchanged, patch).await? {
            return Err(Error::WrongPassword);
        }
        self.revoke_others(user.id, keep).await
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
