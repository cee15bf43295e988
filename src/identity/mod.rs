//! Users, passwords, sessions and invite codes.
//!
//! [`Identity`] is the one way in. It keeps accounts and sessions in the store, and the counters of failed attempts
//! in memory. Every change that must not happen twice (the first admin, the use of an invite code, the end of a
//! session) is one conditional write of one document, so it holds for concurrent requests and several servers.

mod attempts;
mod authenticate;
mod avatar;
mod caller;
mod callers;
mod calls;
mod email;
mod error;
mod invitation;
mod invite;
mod login;
mod origin;
mod password;
mod passwords;
mod profile;
mod register;
mod role;
mod rules;
mod session;
mod sessions;
#[cfg(test)]
mod tests;
mod token;
mod user;

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use secrecy::SecretString;
use tokio::sync::broadcast;

pub use caller::Caller;
pub use error::{Error, TokenProblem, Violation};
pub use invitation::Invitation;
pub use invite::InviteCode;
pub use login::{Credentials, Methods};
pub use origin::Origin;
pub use profile::PasswordChange;
pub use register::Registration;
pub use role::Role;
pub use rules::Rules;
pub use sessions::SignedIn;
pub use user::{Profile, User};

use crate::clock::Clock;
use crate::id::SessionId;
use crate::store::{Collection, Document, Store};

/// The collections identity keeps, for [`Store::open`].
pub const COLLECTIONS: &[Collection] =
    &[User::COLLECTION, session::Session::COLLECTION, invitation::Stored::COLLECTION];

/// Ended sessions a listener may be behind before it is told that it missed some.
const BEHIND: usize = 1024;

/// Users and sessions. Cheap to clone; clones are the same.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Clock,
    rules: ArcSwap<Rules>,
    keys: token::Keys,
    callers: callers::Callers,
    passwords: passwords::Passwords,
    calls: calls::Calls,
    login_attempts: attempts::Attempts<(Origin, email::Email)>,
    invite_attempts: attempts::Attempts<Origin>,
    revoked: broadcast::Sender<SessionId>,
}

impl Identity {
    /// Users and sessions in `store`, with tokens signed by `jwt_secret`.
    pub fn new(store: Store, clock: Clock, jwt_secret: &SecretString, rules: Rules) -> Self {
        Self(Arc::new(Inner {
            calls: calls::Calls::new(clock.clone()),
            login_attempts: attempts::Attempts::new(clock.clone()),
            invite_attempts: attempts::Attempts::new(clock.clone()),
            passwords: passwords::Passwords::new(),
            store,
            clock,
            rules: ArcSwap::from_pointee(rules),
            keys: token::Keys::new(jwt_secret),
            callers: callers::Callers::new(),
            revoked: broadcast::Sender::new(BEHIND),
        }))
    }

    /// Takes changed rules into account from now on.
    pub fn reconfigure(&self, rules: Rules) {
        self.0.rules.store(Arc::new(rules));
    }

    /// Tells every session that is ended here, so that its open streams end too.
    ///
    /// Who is told that they missed some must ask for every session they hold ([`Identity::authenticate`]).
    pub fn on_revoked(&self) -> broadcast::Receiver<SessionId> {
        self.0.revoked.subscribe()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}
