//! New accounts (openapi.yaml, `POST /auth/register`).

use secrecy::SecretString;

use super::email::Email;
use super::profile::display_name;
use super::user::FIRST;
use super::{Error, Identity, Origin, Role, Rules, SignedIn, User, Violation, password};
use crate::id::UserId;
use crate::store::{self, Filter, Query};

/// Longest invite code somebody can present, in characters.
const LONGEST_CODE: usize = 64;

/// What somebody who wants an account sends.
#[derive(Debug, Default)]
pub struct Registration {
    /// The email to sign in with.
    pub email: String,
    /// The password.
    pub password: SecretString,
    /// Display name.
    pub name: String,
    /// The invite code, which the first user does not need.
    pub invite_code: Option<String>,
}

impl Identity {
    /// Whether anybody may register at all; fails with [`Error::LoginDisabled`] or [`Error::SignupDisabled`].
    pub fn check_signup_enabled(&self) -> Result<(), Error> {
        self.check_login_enabled()?;
        if self.0.rules.load().signup { Ok(()) } else { Err(Error::SignupDisabled) }
    }

    /// Makes an account and signs it in. The first one is the admin; all others need the current invite code.
    ///
    /// Fails, in this order, with [`Error::LoginDisabled`], [`Error::SignupDisabled`], [`Error::Invalid`],
    /// [`Error::DomainNotAllowed`], [`Error::InviteCode`] or [`Error::TooManyFailures`], [`Error::EmailTaken`].
    pub async fn register(&self, from: Origin, form: Registration) -> Result<SignedIn, Error> {
        self.check_signup_enabled()?;
        let rules = self.0.rules.load_full();
        let (email, name) = checked(&form, &rules)?;
        check_domain(&email, &rules)?;
        let code = form.invite_code.as_deref();
        let first = self.is_empty().await?;
        if !first {
            self.check_invite_code(from, code).await?;
        }
        self.check_email_free(&email).await?;
        let now = self.0.clock.now();
        let user = User {
            id: UserId::new(),
            email: email.as_str().to_owned(),
            name,
            password: self.0.passwords.hash(form.password).await?,
            role: if first { Role::Admin } else { Role::User },
            auth_provider: String::new(),
            first: first.then_some(true),
            created_at: now,
            updated_at: now,
            password_changed_at: None,
            deleted_at: None,
        };
        if first {
            // The code is there before anybody who could hand it out.
            self.invitation().await?;
            match self.insert(&user).await {
                Ok(()) => return self.open_session(&user).await,
                Err(Error::Store(store::Error::Duplicate { index: FIRST, .. })) => {}
                Err(error) => return Err(error),
            }
            // Somebody else became the first meanwhile.
            self.check_invite_code(from, code).await?;
        }
        let user = User { role: Role::User, first: None, ..user };
        let code = code.unwrap_or_default().to_owned();
        let identity = self.clone();
        // Goes on when the client hangs up: a code that is taken admits somebody.
        let admitted = tokio::spawn(async move { identity.admit(user, &code).await });
        let user = admitted.await.map_err(Error::Broken)??;
        self.open_session(&user).await
    }

    /// Whether there is no account at all, not even a deleted one: the next one becomes the admin.
    pub(super) async fn is_empty(&self) -> Result<bool, Error> {
        Ok(self.0.store.find::<User>(Query::filter(Filter::all()).limit(1)).await?.is_empty())
    }

    /// Adds the account of somebody with an invite code.
    async fn admit(&self, user: User, code: &str) -> Result<User, Error> {
        let taken = self.take_invite_code(code).await?;
        match self.insert(&user).await {
            Ok(()) => Ok(user),
            Err(error) => {
                self.give_back(taken).await?;
                Err(error)
            }
        }
    }

    async fn check_email_free(&self, email: &Email) -> Result<(), Error> {
        let taken = self.account(email).await?.is_some();
        if taken { Err(Error::EmailTaken) } else { Ok(()) }
    }

    async fn insert(&self, user: &User) -> Result<(), Error> {
        self.0.store.insert(user).await.map_err(|error| match error {
            store::Error::Duplicate { index: "email", .. } => Error::EmailTaken,
            other => Error::Store(other),
        })
    }
}

/// The email and the name of a form whose values all keep their rules.
fn checked(form: &Registration, rules: &Rules) -> Result<(Email, String), Error> {
    let email = form.email.parse().and_then(Email::for_a_new_account);
    let password = password::check("password", &form.password, rules.password_min_length);
    let name = display_name(&form.name);
    let code = match &form.invite_code {
        Some(code) if code.chars().count() > LONGEST_CODE => {
            let rule = format!("must have at most {LONGEST_CODE} characters");
            Err(Violation { field: "inviteCode", rule })
        }
        Some(_) | None => Ok(()),
    };
    match (email, password, name, code) {
        (Ok(email), Ok(()), Ok(name), Ok(())) => Ok((email, name.to_owned())),
        (email, password, name, code) => Err(Error::Invalid(
            [email.err(), password.err(), name.err(), code.err()].into_iter().flatten().collect(),
        )),
    }
}

fn check_domain(email: &Email, rules: &Rules) -> Result<(), Error> {
    let domain = email.domain();
    if rules.allowed_domains.is_empty() || rules.allowed_domains.iter().any(|allowed| allowed == domain) {
        return Ok(());
    }
    Err(Error::DomainNotAllowed { domain: domain.to_owned() })
}
