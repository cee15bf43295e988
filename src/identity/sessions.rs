//! The life of a session: opened by a login, prolonged by refreshes, ended by a logout.

use std::time::Duration;

use super::session::Session;
use super::token::{Claims, LIFETIME, implied_session};
use super::{Error, Identity, Profile, TokenProblem, User};
use crate::clock::Time;
use crate::id::{SessionId, UserId};
use crate::store::{self, Filter, Patch};

/// A user with a fresh token.
#[derive(Clone)]
pub struct SignedIn {
    /// The bearer token.
    pub token: String,
    /// The user it speaks for.
    pub user: Profile,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("user", &self.user).finish_non_exhaustive()
    }
}

impl Identity {
    /// Trades a token that is valid, or expired not too long ago, for a new one of the same session.
    ///
    /// The new token has the user's current email and role, and remembers the original login, from which
    /// `SESSION_MAX_DAYS` counts. Fails with [`Error::Token`].
    pub async fn refresh(&self, token: &str) -> Result<SignedIn, Error> {
        let rules = self.0.rules.load_full();
        let claims = self.0.keys.read(token)?;
        let now = self.0.clock.now();
        claims.check_refreshable(now, rules.refresh_window)?;
        let id = match claims.sid {
            Some(id) => id,
            None => self.adopt(token, &claims, None).await?,
        };
        // After a session was made for a token without one: a change of the password meanwhile is seen here.
        let user = self.user(claims.user_id).await?.ok_or(TokenProblem::UserGone)?;
        let changed = user.password_changed_at.filter(|_| claims.sid.is_none());
        if changed.is_some_and(|changed| claims.iat < changed.as_seconds()) {
            return Err(TokenProblem::Ended.into());
        }
        let open = Filter::eq("user_id", user.id).and(Session::live());
        let prolong = Patch::new().set("expires_at", last_use(now, rules.refresh_window));
        let session = self.0.store.patch_returning::<Session>(id, open, prolong).await?;
        let session = session.ok_or(TokenProblem::Ended)?;
        if rules.session_max.is_some_and(|most| now > session.auth_time.plus(most)) {
            return Err(TokenProblem::Expired.into());
        }
        self.issue(&user, &session, now)
    }

    /// Ends the session of a token, whether or not the token has expired; its other tokens stop working at once.
    ///
    /// Ending it again changes nothing. Fails with [`Error::Token`] for a token that could not be refreshed anyway.
    pub async fn logout(&self, token: &str) -> Result<(), Error> {
        let claims = self.0.keys.read(token)?;
        let now = self.0.clock.now();
        claims.check_refreshable(now, self.0.rules.load().refresh_window)?;
        if self.user(claims.user_id).await?.is_none() {
            return Err(TokenProblem::UserGone.into());
        }
        let id = match claims.sid {
            Some(id) => id,
            None => self.adopt(token, &claims, Some(now)).await?,
        };
        self.revoke(id, now).await
    }

    /// Whether a session was not ended: for what outlives the token it was begun with.
    pub async fn is_open(&self, id: SessionId) -> Result<bool, Error> {
        let open = Filter::eq("_id", id).and(Session::live());
        Ok(self.0.store.find_one::<Session>(open).await?.is_some())
    }

    /// Opens a session for a user who just proved who they are.
    pub(super) async fn open_session(&self, user: &User) -> Result<SignedIn, Error> {
        let now = self.0.clock.now();
        let session = Session {
            id: SessionId::new(),
            user_id: user.id,
            auth_time: now,
            created_at: now,
            expires_at: last_use(now, self.0.rules.load().refresh_window),
            revoked_at: None,
        };
        self.0.store.insert(&session).await?;
        self.issue(user, &session, now)
    }

    /// Ends all sessions of a user but one.
    pub(super) async fn revoke_others(&self, user: UserId, keep: SessionId) -> Result<(), Error> {
        let others = Filter::eq("user_id", user).and(Filter::ne("_id", keep)).and(Session::live());
        let now = self.0.clock.now();
        for session in self.0.store.find::<Session>(others).await? {
            self.revoke(session.id, now).await?;
        }
        Ok(())
    }

    /// The account with this id, unless it is deleted.
    pub(super) async fn user(&self, id: UserId) -> Result<Option<User>, Error> {
        Ok(self.0.store.find_one::<User>(Filter::eq("_id", id).and(User::live())).await?)
    }

    /// Ends one session, in the store first: then no answer of the store can contradict what is kept here.
    pub(super) async fn revoke(&self, id: SessionId, now: Time) -> Result<(), Error> {
        let ended =
            self.0.store.patch::<Session>(id, Session::live(), Patch::new().set("revoked_at", now)).await?;
        self.0.callers.end(id);
        if ended {
            // Nobody listens while no stream is open.
            let _listeners = self.0.revoked.send(id);
        }
        Ok(())
    }

    /// The session of a token that names none, as the reference's do: made on its first use.
    async fn adopt(
        &self,
        token: &str,
        claims: &Claims,
        revoked_at: Option<Time>,
    ) -> Result<SessionId, Error> {
        let now = self.0.clock.now();
        let window = self.0.rules.load().refresh_window;
        let session = Session {
            id: implied_session(token),
            user_id: claims.user_id,
            auth_time: claims.signed_in_at(),
            created_at: now,
            expires_at: last_use(now, window),
            revoked_at,
        };
        match self.0.store.insert(&session).await {
            Ok(()) | Err(store::Error::Duplicate { .. }) => Ok(session.id),
            Err(error) => Err(error.into()),
        }
    }

    fn issue(&self, user: &User, session: &Session, now: Time) -> Result<SignedIn, Error> {
        let issued = now.as_seconds();
        let claims = Claims {
            user_id: user.id,
            email: user.email.clone(),
            role: user.role,
            iat: issued,
            nbf: issued,
            exp: issued + LIFETIME,
            sid: Some(session.id),
            auth_time: Some(session.auth_time.as_seconds()),
        };
        let token = self.0.keys.sign(&claims)?;
        Ok(SignedIn { token, user: user.profile(self.0.rules.load().avatars) })
    }
}

/// When a token issued at `now` can no longer be refreshed, with a day to spare for a window that is widened.
fn last_use(now: Time, window: Duration) -> Time {
    now.plus(Duration::from_secs(LIFETIME.unsigned_abs())).plus(window).plus(Duration::from_hours(24))
}
