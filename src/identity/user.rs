//! User accounts as they are stored.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Role, avatar};
use crate::clock::Time;
use crate::id::UserId;
use crate::store::{Collection, Document, Filter, Index};

/// Name of the index that lets one user be the first.
pub(super) const FIRST: &str = "first";

/// A user account, with the reference's field names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: UserId,
    /// Trimmed and in lower case; unique among accounts that are not deleted.
    pub email: String,
    /// Display name.
    pub name: String,
    /// Hash of the password; empty for accounts of another login provider.
    #[serde(default = "no_password", serialize_with = "hash", deserialize_with = "secret")]
    pub password: SecretString,
    /// What the user may do.
    pub role: Role,
    /// The login provider; empty for password accounts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub auth_provider: String,
    /// True in the account that made itself the first admin. A unique key: nobody else can be first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<bool>,
    /// When the account was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When the password last changed: tokens that name no session and are older do not count any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_changed_at: Option<Time>,
    /// When it was deleted; such an account cannot sign in, and its email is free again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Time>,
}

impl Document for User {
    type Id = UserId;

    const COLLECTION: Collection = Collection {
        name: "users",
        indexes: &[
            Index::unique("email", &["email"]).while_missing("deleted_at"),
            Index::unique(FIRST, &["first"]),
        ],
    };

    fn id(&self) -> UserId {
        self.id
    }
}

impl User {
    /// The accounts that can sign in.
    pub(super) fn live() -> Filter {
        Filter::missing("deleted_at")
    }

    /// What others may see of the account.
    pub(super) fn profile(&self, avatars: bool) -> Profile {
        Profile {
            id: self.id,
            email: self.email.clone(),
            name: self.name.clone(),
            role: self.role,
            avatar_url: if avatars { avatar::url(&self.email) } else { String::new() },
            created_at: self.created_at,
            auth_provider: self.auth_provider.clone(),
        }
    }
}

/// What users see of their account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The user.
    pub id: UserId,
    /// The email.
    pub email: String,
    /// Display name.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// Address of a picture; empty when avatars are off.
    pub avatar_url: String,
    /// When the account was made.
    pub created_at: Time,
    /// The login provider; empty for password accounts.
    pub auth_provider: String,
}

fn no_password() -> SecretString {
    SecretString::from("")
}

fn hash<S: Serializer>(hash: &SecretString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(hash.expose_secret())
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}
