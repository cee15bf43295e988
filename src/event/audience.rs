//! Who reads streams: how many a user has open, and whose right to read has ended.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::id::{SessionId, UserId};

/// All readers of a server. Cheap to clone; clones are the same audience.
#[derive(Debug, Clone)]
pub struct Audience {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// How many streams a user may have open; 0: any number.
    most: AtomicUsize,
    seats: Mutex<Seats>,
}

#[derive(Debug, Default)]
struct Seats {
    users: HashMap<UserId, usize>,
    sessions: HashMap<SessionId, Session>,
}

/// The open streams of a session, and what tells them that it ended.
#[derive(Debug, Default)]
struct Session {
    seats: usize,
    ended: CancellationToken,
}

/// A user has too many streams open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("you have {most} streams open, which is the limit; close one first")]
pub struct Full {
    /// The limit.
    pub most: usize,
}

impl Audience {
    /// An audience in which a user may have `most` streams open, or any number when that is 0.
    pub fn new(most: usize) -> Self {
        Self { inner: Arc::new(Inner { most: AtomicUsize::new(most), seats: Mutex::default() }) }
    }

    /// Changes the limit; streams that are open stay open.
    pub fn limit(&self, most: usize) {
        self.inner.most.store(most, Ordering::Relaxed);
    }

    /// Lets a session of a user open one more stream.
    pub fn admit(&self, user: UserId, session: SessionId) -> Result<Seat, Full> {
        let most = self.inner.most.load(Ordering::Relaxed);
        let mut seats = self.inner.lock();
        let open = seats.users.entry(user).or_default();
        if most != 0 && *open >= most {
            return Err(Full { most });
        }
        *open += 1;
        let entry = seats.sessions.entry(session).or_default();
        entry.seats += 1;
        let ended = entry.ended.clone();
        Ok(Seat { audience: Arc::clone(&self.inner), user, session, ended })
    }

    /// Tells the open streams of a session that it ended.
    pub fn revoke(&self, session: SessionId) {
        if let Some(session) = self.inner.lock().sessions.get(&session) {
            session.ended.cancel();
        }
    }

    /// The sessions that have streams open.
    pub fn sessions(&self) -> Vec<SessionId> {
        self.inner.lock().sessions.keys().copied().collect()
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to have one stream open; dropping it gives it back.
#[derive(Debug)]
pub struct Seat {
    audience: Arc<Inner>,
    user: UserId,
    session: SessionId,
    ended: CancellationToken,
}

impl Seat {
    /// Waits until the session is revoked.
    pub async fn revoked(&self) {
        self.ended.cancelled().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.audience.lock();
        if let Some(open) = seats.users.get_mut(&self.user) {
            *open -= 1;
            if *open == 0 {
                seats.users.remove(&self.user);
            }
        }
        if let Some(session) = seats.sessions.get_mut(&self.session) {
            session.seats -= 1;
            if session.seats == 0 {
                seats.sessions.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_user_has_so_many_streams_and_no_more_until_one_is_closed() {
        let (audience, user) = (Audience::new(2), UserId::new());
        let first = audience.admit(user, SessionId::new()).unwrap();
        let _second = audience.admit(user, SessionId::new()).unwrap();
        assert_eq!(audience.admit(user, SessionId::new()).unwrap_err(), Full { most: 2 });
        assert!(audience.admit(UserId::new(), SessionId::new()).is_ok(), "others are not concerned");
        drop(first);
        assert!(audience.admit(user, SessionId::new()).is_ok());
    }

    #[test]
    fn zero_means_no_limit() {
        let (audience, user, session) = (Audience::new(0), UserId::new(), SessionId::new());
        let seats: Vec<_> = (0..100).map(|_| audience.admit(user, session).unwrap()).collect();
        assert_eq!(audience.sessions(), [session]);
        drop(seats);
        assert!(audience.inner.lock().users.is_empty() && audience.sessions().is_empty());
    }

    #[test]
    fn revoking_a_session_tells_its_streams_alone() {
        let (audience, user) = (Audience::new(0), UserId::new());
        let (revoked, kept) = (SessionId::new(), SessionId::new());
        let seats = [audience.admit(user, revoked).unwrap(), audience.admit(user, revoked).unwrap()];
        let other = audience.admit(user, kept).unwrap();
        audience.revoke(revoked);
        assert!(seats.iter().all(|seat| seat.revoked().now_or_never().is_some()));
        assert!(other.revoked().now_or_never().is_none());
    }
}
