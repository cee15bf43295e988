//! The invite code of this installation, and whether a registration replaces it.

use serde::{Deserialize, Serialize};

use super::{Error, Identity, InviteCode, Origin, Rules};
use crate::clock::Time;
use crate::id::SettingsId;
use crate::store::{self, Collection, Document, Filter, Index, Patch};

/// What the one document of [`Stored`] is called.
const NAME: &str = "invitation";

/// How new users are invited.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The code that admits the next one.
    pub code: InviteCode,
    /// Whether a registration replaces it.
    pub rotates: bool,
}

/// The invite code as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    #[serde(rename = "_id")]
    id: SettingsId,
    /// Always [`NAME`]; unique, so that there is one such document.
    name: String,
    code: InviteCode,
    /// What an admin decided; the configuration decides until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rotates: Option<bool>,
    updated_at: Time,
}

impl Document for Stored {
    type Id = SettingsId;

    const COLLECTION: Collection =
        Collection { name: "settings", indexes: &[Index::unique("name", &["name"])] };

    fn id(&self) -> SettingsId {
        self.id
    }
}

impl Stored {
    fn rotates(&self, rules: &Rules) -> bool {
        self.rotates.unwrap_or(rules.rotate_invite)
    }

    fn has(code: &InviteCode) -> Filter {
        Filter::eq("code", code.expose())
    }
}

/// A code that was taken for one registration.
#[derive(Debug)]
pub(super) struct Taken {
    stored: Stored,
    /// The code that stands in its place.
    next: Option<InviteCode>,
}

impl Identity {
    /// The current invite code, and whether it is replaced by each registration. Made when there is none.
    pub async fn invitation(&self) -> Result<Invitation, Error> {
        let stored = self.stored_invitation().await?;
        let rotates = stored.rotates(&self.0.rules.load());
        Ok(Invitation { code: stored.code, rotates })
    }

    /// Replaces the invite code; the old one stops working at once.
    pub async fn rotate_invite_code(&self) -> Result<InviteCode, Error> {
        let stored = self.stored_invitation().await?;
        let code = InviteCode::random()?;
        self.write_code(&stored, Filter::all(), &code).await?;
        Ok(code)
    }

    /// Decides whether a registration replaces the invite code.
    pub async fn set_invite_rotation(&self, rotates: bool) -> Result<(), Error> {
        let stored = self.stored_invitation().await?;
        let patch = Patch::new().set("rotates", rotates).set("updated_at", self.0.clock.now());
        self.0.store.patch::<Stored>(stored.id, Filter::all(), patch).await?;
        Ok(())
    }

    /// Whether this is the current code. Wrong ones are counted against the address.
    pub(super) async fn check_invite_code(&self, from: Origin, code: Option<&str>) -> Result<(), Error> {
        let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
            return Err(Error::InviteCode { missing: true });
        };
        let limit = self.0.rules.load().max_failures;
        let attempt = self.0.invite_attempts.begin(from, limit).await?;
        if self.stored_invitation().await?.code.admits(code) {
            attempt.succeeded();
            return Ok(());
        }
        attempt.failed();
        Err(Error::InviteCode { missing: false })
    }

    /// Takes the code for one registration: if codes rotate, nobody else can take it.
    pub(super) async fn take_invite_code(&self, code: &str) -> Result<Taken, Error> {
        let stored = self.stored_invitation().await?;
        let lost = Error::InviteCode { missing: false };
        if !stored.code.admits(code) {
            return Err(lost);
        }
        if !stored.rotates(&self.0.rules.load()) {
            return Ok(Taken { stored, next: None });
        }
        let next = InviteCode::random()?;
        let taken = self.write_code(&stored, Stored::has(&stored.code), &next).await?;
        if taken { Ok(Taken { stored, next: Some(next) }) } else { Err(lost) }
    }

    /// Gives a code back that admitted nobody, unless it was replaced again in the meantime.
    pub(super) async fn give_back(&self, taken: Taken) -> Result<(), Error> {
        if let Some(next) = taken.next {
            self.write_code(&taken.stored, Stored::has(&next), &taken.stored.code).await?;
        }
        Ok(())
    }

    async fn write_code(&self, stored: &Stored, condition: Filter, code: &InviteCode) -> Result<bool, Error> {
        let patch = Patch::new().set("code", code.expose()).set("updated_at", self.0.clock.now());
        Ok(self.0.store.patch::<Stored>(stored.id, condition, patch).await?)
    }

    async fn stored_invitation(&self) -> Result<Stored, Error> {
        let name = || Filter::eq("name", NAME);
        if let Some(stored) = self.0.store.find_one::<Stored>(name()).await? {
            return Ok(stored);
        }
        let code = match &self.0.rules.load().invite_code {
            Some(code) => InviteCode::from(code.clone()),
            None => InviteCode::random()?,
        };
        let updated_at = self.0.clock.now();
        let new = Stored { id: SettingsId::new(), name: NAME.to_owned(), code, rotates: None, updated_at };
        match self.0.store.insert(&new).await {
            Ok(()) => Ok(new),
            // Somebody else made it first.
            Err(taken @ store::Error::Duplicate { .. }) => {
                self.0.store.find_one::<Stored>(name()).await?.ok_or(Error::Store(taken))
            }
            Err(error) => Err(error.into()),
        }
    }
}
