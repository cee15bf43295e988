//! A container registry as it is stored (`ContainerRegistry` of the HTTP contract).

use serde::{Deserialize, Serialize};

use crate::clock::Time;
use crate::id::RegistryId;
use crate::manifest::RegistryType;
use crate::store::seal::Sealed;
use crate::store::{Collection, Document, Index};

/// A registry that every user of the installation may pull from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registry {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: RegistryId,
    /// What people call it.
    pub name: String,
    /// Whose registry it is.
    pub registry_type: RegistryType,
    /// The configured address; empty where the type has one host.
    #[serde(default)]
    pub registry_url: String,
    /// How to sign in.
    #[serde(default)]
    pub credentials: Credentials,
    /// Preferred over its equals.
    #[serde(default)]
    pub is_default: bool,
    /// When it was added; the oldest of equals wins.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// The members each registry type needs; all but the region are sealed, each under its own name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Credentials {
    /// User name (Docker Hub, GitHub, custom).
    pub username: Option<Sealed>,
    /// Password or token (Docker Hub, GitHub, custom).
    pub password: Option<Sealed>,
    /// AWS access key.
    pub access_key_id: Option<Sealed>,
    /// AWS secret key.
    pub secret_access_key: Option<Sealed>,
    /// AWS region; not a secret.
    pub region: Option<String>,
    /// Google service account, JSON.
    pub service_account_json: Option<Sealed>,
    /// Azure application.
    pub client_id: Option<Sealed>,
    /// Azure application's secret.
    pub client_secret: Option<Sealed>,
}

impl Document for Registry {
    type Id = RegistryId;

    const COLLECTION: Collection =
        Collection { name: "registries", indexes: &[Index::unique("name", &["name"])] };

    fn id(&self) -> RegistryId {
        self.id
    }
}
