//! Accounts and sessions on a real store, with a clock that moves by hand.

mod invitations;
mod limits;
mod profiles;
mod registration;
mod sessions;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use secrecy::SecretString;
use tempfile::TempDir;

use super::{COLLECTIONS, Caller, Credentials, Error, Identity, Origin, Registration, Rules, SignedIn};
use crate::clock::{Clock, Time};
use crate::store::Store;

const DAY: Duration = Duration::from_hours(24);
const PASSWORD: &str = "correct horse";

/// An installation nobody has used yet.
struct Installation {
    identity: Identity,
    store: Store,
    clock: Clock,
    _folder: TempDir,
}

fn rules() -> Rules {
    Rules {
        login: true,
        signup: true,
        allowed_domains: Vec::new(),
        password_min_length: 6,
        invite_code: None,
        rotate_invite: true,
        refresh_window: DAY * 7,
        session_max: Some(DAY * 30),
        calls_per_minute: NonZeroU32::new(30),
        max_failures: NonZeroU32::new(5),
        avatars: true,
    }
}

fn secret() -> SecretString {
    SecretString::from("0123456789abcdef0123456789abcdef")
}

fn installation(rules: Rules) -> Installation {
    let folder = TempDir::new().unwrap();
    let clock = Clock::manual(Time::from_millis(1_800_000_000_000));
    let store = Store::open(folder.path(), clock.clone(), COLLECTIONS).unwrap();
    let identity = Identity::new(store.clone(), clock.clone(), &secret(), rules);
    Installation { identity, store, clock, _folder: folder }
}

fn here() -> Origin {
    "192.0.2.1".parse::<IpAddr>().unwrap().into()
}

fn form(email: &str, code: Option<&str>) -> Registration {
    Registration {
        email: email.to_owned(),
        password: PASSWORD.into(),
        name: "Ada".to_owned(),
        invite_code: code.map(str::to_owned),
    }
}

impl Installation {
    async fn register(&self, email: &str, code: Option<&str>) -> Result<SignedIn, Error> {
        self.identity.register(here(), form(email, code)).await
    }

    /// The first user.
    async fn admin(&self) -> SignedIn {
        self.register("admin@example.com", None).await.unwrap()
    }

    async fn code(&self) -> String {
        self.identity.invitation().await.unwrap().code.expose().to_owned()
    }

    async fn login(&self, email: &str, password: &str) -> Result<SignedIn, Error> {
        self.login_from(here(), email, password).await
    }

    async fn login_from(&self, from: Origin, email: &str, password: &str) -> Result<SignedIn, Error> {
        self.identity.login(from, Credentials { email: email.to_owned(), password: password.into() }).await
    }

    async fn caller(&self, signed_in: &SignedIn) -> Caller {
        self.identity.authenticate(&signed_in.token).await.unwrap()
    }
}

/// The names of the values an error complains about.
fn fields<T>(outcome: Result<T, Error>) -> Vec<&'static str> {
    match outcome {
        Err(Error::Invalid(violations)) => violations.into_iter().map(|violation| violation.field).collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("accepted"),
    }
}
