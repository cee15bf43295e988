//! Signing in with email and password (openapi.yaml, `POST /auth/login`).

use secrecy::{ExposeSecret, SecretString};

use super::email::Email;
use super::passwords::Verdict;
use super::{Error, Identity, Origin, SignedIn, User, password};
use crate::store::{Filter, Patch};

/// What somebody who wants to sign in sends.
#[derive(Debug, Default)]
pub struct Credentials {
    /// The email.
    pub email: String,
    /// The password.
    pub password: SecretString,
}

/// What the login page offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Methods {
    /// Login with email and password.
    pub login: bool,
    /// Registration with email and password.
    pub signup: bool,
    /// There is no account yet: whoever registers becomes the admin.
    pub bootstrap: bool,
}

impl Identity {
    /// Counts a call that signs in, or fails with [`Error::TooManyCalls`].
    pub fn count_call(&self, from: Origin) -> Result<(), Error> {
        self.0.calls.count(from, self.0.rules.load().calls_per_minute)
    }

    /// What the login page offers.
    pub async fn methods(&self) -> Result<Methods, Error> {
        let rules = self.0.rules.load_full();
        Ok(Methods {
            login: rules.login,
            signup: rules.login && rules.signup,
            bootstrap: self.is_empty().await?,
        })
    }

    /// Whether anybody may sign in with a password; fails with [`Error::LoginDisabled`].
    pub fn check_login_enabled(&self) -> Result<(), Error> {
        if self.0.rules.load().login { Ok(()) } else { Err(Error::LoginDisabled) }
    }

    /// Signs in. Nothing about a failure, not even how long it takes, tells whether the account exists.
    ///
    /// Fails, in this order, with [`Error::LoginDisabled`], [`Error::Invalid`], [`Error::TooManyFailures`],
    /// [`Error::WrongCredentials`].
    pub async fn login(&self, from: Origin, form: Credentials) -> Result<SignedIn, Error> {
        self.check_login_enabled()?;
        let email = match (
            form.email.parse::<Email>(),
            password::check("password", &form.password, password::SHORTEST),
        ) {
            (Ok(email), Ok(())) => email,
            (email, password) => {
                return Err(Error::Invalid([email.err(), password.err()].into_iter().flatten().collect()));
            }
        };
        let attempt =
            self.0.login_attempts.begin((from, email.clone()), self.0.rules.load().max_failures).await?;
        let user = self.account(&email).await?;
        let stored =
            user.as_ref().map(|user| user.password.clone()).filter(|hash| !hash.expose_secret().is_empty());
        let verdict = self.0.passwords.check(form.password.clone(), stored).await?;
        let user = match (user, verdict) {
            (Some(user), Verdict::Right) => user,
            (Some(user), Verdict::RightButOld) => self.upgrade(user, form.password).await?,
            (None, _) | (Some(_), Verdict::Wrong) => {
                attempt.failed();
                return Err(Error::WrongCredentials);
            }
        };
        attempt.succeeded();
        let signed_in = self.open_session(&user).await?;
        // A change of the password ends the sessions it finds; this one may be newer than that.
        let still = self.user(user.id).await?;
        if still.is_some_and(|still| still.password_changed_at == user.password_changed_at) {
            return Ok(signed_in);
        }
        self.logout(&signed_in.token).await?;
        Err(Error::WrongCredentials)
    }

    /// The account with this email, unless it is deleted.
    pub(super) async fn account(&self, email: &Email) -> Result<Option<User>, Error> {
        Ok(self.0.store.find_one::<User>(Filter::eq("email", email.as_str()).and(User::live())).await?)
    }

    /// Keeps the password as a hash of today's kind.
    async fn upgrade(&self, user: User, password: SecretString) -> Result<User, Error> {
        let hash = self.0.passwords.hash(password).await?;
        let unchanged = Filter::eq("password", user.password.expose_secret());
        let patch = Patch::new().set("password", hash.expose_secret());
        Ok(self.0.store.patch_returning::<User>(user.id, unchanged, patch).await?.unwrap_or(user))
    }
}
