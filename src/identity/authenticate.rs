//! Who a token speaks for.

use super::session::Session;
use super::{Caller, Error, Identity, TokenProblem};

impl Identity {
    /// Who calls with this token: it must be current, its session not ended, its user still there.
    ///
    /// The role is the store's. The answer may be up to 30 seconds old, except that the end of a session counts at
    /// once. Fails with [`Error::Token`].
    pub async fn authenticate(&self, token: &str) -> Result<Caller, Error> {
        let claims = self.0.keys.read(token)?;
        let now = self.0.clock.now();
        claims.check_current(now)?;
        // A token without a session is one of the reference: good for a refresh, which gives it one.
        let id = claims.sid.ok_or(TokenProblem::Ended)?;
        if let Some(caller) = self.0.callers.get(id, now) {
            return if caller.user == claims.user_id { Ok(caller) } else { Err(TokenProblem::Ended.into()) };
        }
        let session = self.0.store.get::<Session>(id).await?;
        let session =
            session.filter(|session| session.revoked_at.is_none() && session.user_id == claims.user_id);
        let session = session.ok_or(TokenProblem::Ended)?;
        let user = self.user(session.user_id).await?.ok_or(TokenProblem::UserGone)?;
        let caller = Caller { user: user.id, session: id, role: user.role, email: user.email };
        if self.0.callers.keep(&caller, now) { Ok(caller) } else { Err(TokenProblem::Ended.into()) }
    }
}
