//! Why identity refused.

use std::fmt;
use std::time::Duration;

use crate::store;

/// A value that breaks its rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The name the value has on the wire, such as `newPassword`.
    pub field: &'static str,
    /// What it must be; goes on after the name.
    pub rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.rule)
    }
}

/// Why a request about accounts or sessions was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Values break their rules; all that do are named.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Violation>),
    /// Login with email and password is turned off.
    #[error("login with email and password is turned off on this server")]
    LoginDisabled,
    /// Registration is turned off.
    #[error("registration is turned off on this server; ask its administrator for an account")]
    SignupDisabled,
    /// The email's domain may not register.
    #[error("addresses at {domain} may not register on this server")]
    DomainNotAllowed {
        /// The part after the `@`.
        domain: String,
    },
    /// No invite code, or not the current one.
    #[error("{}", if *.missing {
        "registration needs an invite code; ask an administrator of this server for one"
    } else {
        "the invite code is not valid; ask an administrator of this server for the current one"
    })]
    InviteCode {
        /// Whether none was given.
        missing: bool,
    },
    /// Another account has this email.
    #[error("an account with this email exists already; sign in instead")]
    EmailTaken,
    /// Unknown account, account without a password, or wrong password: never told apart.
    #[error("wrong email or password")]
    WrongCredentials,
    /// The current password, asked for before a change, is wrong.
    #[error("the current password is wrong")]
    WrongPassword,
    /// The account signs in elsewhere.
    #[error("this account has no password: it signs in with {provider}")]
    NoPassword {
        /// The login provider.
        provider: String,
    },
    /// The token is no token of ours, or does not count any more.
    #[error("{0}; sign in again")]
    Token(TokenProblem),
    /// Too many wrong passwords or invite codes.
    #[error("too many failed attempts; try again in {} seconds", whole_seconds(*.retry_after))]
    TooManyFailures {
        /// When to come back.
        retry_after: Duration,
    },
    /// Too many calls from this address.
    #[error("too many sign-in requests from this address; try again in {} seconds", whole_seconds(*.retry_after))]
    TooManyCalls {
        /// When to come back.
        retry_after: Duration,
    },
    /// So many passwords are being hashed that this one would wait too long.
    #[error("the server is busy checking passwords; try again in a moment")]
    Busy,
    /// A password could not be hashed, or its stored hash is damaged.
    #[error("a password cannot be hashed or compared: {0}")]
    Hash(argon2::password_hash::Error),
    /// Work that was handed to another thread did not come back.
    #[error("work on accounts was interrupted")]
    Broken(#[source] tokio::task::JoinError),
    /// A token could not be signed.
    #[error("a token cannot be signed: {0}")]
    Sign(#[source] jsonwebtoken::errors::Error),
    /// The system has no randomness to give.
    #[error("the system's random numbers are not available")]
    Random(#[source] rand::rngs::SysError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenProblem {
    /// Not signed by this server with HS256, or not a token at all.
    #[error("the token is not one of this server")]
    Foreign,
    /// Past its time, or past the time in which it can be refreshed.
    #[error("the token has expired")]
    Expired,
    /// Its session was ended.
    #[error("the session was ended")]
    Ended,
    /// Its user does not exist any more.
    #[error("the account does not exist any more")]
    UserGone,
}

impl From<TokenProblem> for Error {
    fn from(problem: TokenProblem) -> Self {
        Self::Token(problem)
    }
}

/// Seconds, rounded up, at least one: what `Retry-After` says.
fn whole_seconds(span: Duration) -> u64 {
    (span.as_secs() + u64::from(span.subsec_nanos() > 0)).max(1)
}
