//! Hashing passwords, and comparing them with hashes.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::Error;

/// Most hashings at once; each takes 19 MiB.
const MOST_AT_ONCE: usize = 4;
/// How many may run or wait. One takes some 30 ms: the last in the queue waits for seconds, not minutes.
const QUEUE: usize = 128;

/// Hashes on threads of its own, never on more than half of the cores: requests that need no password go on while
/// somebody floods the login.
#[derive(Debug)]
pub(super) struct Passwords {
    queue: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Right,
    /// Right, and the hash is of a kind that is not made any more.
    RightButOld,
    Wrong,
}

impl Passwords {
    pub fn new() -> Self {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            queue: Arc::new(Semaphore::new(QUEUE)),
            turns: Arc::new(Semaphore::new(cores.div_ceil(2).min(MOST_AT_ONCE))),
        }
    }

    /// The hash to store for a password: argon2id in the PHC format.
    pub async fn hash(&self, password: SecretString) -> Result<SecretString, Error> {
        self.run(move || hash(&password)).await?
    }

    /// Compares a password with a stored hash. Without a hash it takes as long as with one.
    pub async fn check(
        &self,
        password: SecretString,
        stored: Option<SecretString>,
    ) -> Result<Verdict, Error> {
        self.run(move || {
            let Some(stored) = stored else { return hash(&password).map(|_| Verdict::Wrong) };
            let (password, stored) = (password.expose_secret().as_bytes(), stored.expose_secret());
            if stored.starts_with("$2") {
                // The hash of a longer password is the one of its first 72 bytes.
                let right = bcrypt::non_truncating_verify(password, stored).unwrap_or(false);
                return Ok(if right { Verdict::RightButOld } else { Verdict::Wrong });
            }
            let stored = PasswordHash::new(stored).map_err(|cause| Error::Hash(cause.into()))?;
            let right = Argon2::default().verify_password(password, &stored).is_ok();
            Ok(if right { Verdict::Right } else { Verdict::Wrong })
        })
        .await?
    }

    /// Runs `work` on a thread for blocking work when it is its turn. Who stops waiting gives the turn away.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let place = Arc::clone(&self.queue).try_acquire_owned().map_err(|_| Error::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Error::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            // Given back when the memory is, even if nobody waits for the outcome any more.
            let _held = (place, turn);
            work()
        });
        done.await.map_err(Error::Broken)
    }
}

fn hash(password: &SecretString) -> Result<SecretString, Error> {
    let hash: PasswordHash =
        Argon2::default().hash_password(password.expose_secret().as_bytes()).map_err(Error::Hash)?;
    Ok(SecretString::from(hash.to_string()))
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;

    async fn check(password: &str, stored: &str) -> Verdict {
        Passwords::new().check(password.into(), Some(stored.into())).await.unwrap()
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_and_no_other() {
        let hash = Passwords::new().hash("correct horse".into()).await.unwrap();
        assert!(hash.expose_secret().starts_with("$argon2id$v=19$"));
        assert_eq!(check("correct horse", hash.expose_secret()).await, Verdict::Right);
        assert_eq!(check("correct horsf", hash.expose_secret()).await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn hashes_of_the_reference_are_read() {
        let hash = bcrypt::hash("correct horse", 4).unwrap();
        assert_eq!(check("correct horse", &hash).await, Verdict::RightButOld);
        assert_eq!(check("wrong", &hash).await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn of_a_long_password_every_character_counts() {
        let long = "x".repeat(128);
        let hash = Passwords::new().hash(long.as_str().into()).await.unwrap();
        assert_eq!(check(&long, hash.expose_secret()).await, Verdict::Right);
        assert_eq!(check(&long[..127], hash.expose_secret()).await, Verdict::Wrong);
        let old = bcrypt::hash(&long[..72], 4).unwrap();
        assert_eq!(check(&long, &old).await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_full_queue_refuses_instead_of_growing() {
        let passwords = Passwords::new();
        // Nobody is done before everybody has come.
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let gate = Arc::new(std::sync::Mutex::new(gate));
        let mut everybody: Vec<_> = (0..QUEUE + 10)
            .map(|_| {
                let gate = Arc::clone(&gate);
                Box::pin(passwords.run(move || gate.lock().unwrap().recv().is_err()))
            })
            .collect();
        let (mut waiting, mut refused) = (Vec::new(), 0);
        for mut one in everybody.drain(..) {
            match futures::poll!(&mut one) {
                Poll::Ready(Err(Error::Busy)) => refused += 1,
                Poll::Ready(other) => panic!("{other:?}"),
                Poll::Pending => waiting.push(one),
            }
        }
        assert_eq!((waiting.len(), refused), (QUEUE, 10));
        drop(open);
        assert!(futures::future::join_all(waiting).await.iter().all(Result::is_ok));
        assert!(passwords.run(|| ()).await.is_ok());
    }
}
