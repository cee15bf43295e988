//! Who looked at a resource, and when. No route tells it; it is kept for the administrator.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Records, Resource};
use crate::clock::Time;
use crate::id::{AccessId, ResourceId, UserId};
use crate::store::{Collection, Document, Error, Index};

/// How long entries are kept.
const RETENTION: Duration = Duration::from_hours(7 * 24);

/// What somebody did with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Read it with its history.
    View,
}

/// One access to a resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: AccessId,
    /// The resource.
    pub resource_id: ResourceId,
    /// Who it was.
    pub user_id: UserId,
    /// What they did.
    pub action: Deed,
    /// When.
    pub accessed_at: Time,
}

impl Document for Access {
    type Id = AccessId;

    const COLLECTION: Collection = Collection {
        name: "resource_access",
        indexes: &[
            Index::on("resource", &["resourceId"]),
            Index::on("age", &["accessedAt"]).expire_after(RETENTION),
        ],
    };

    fn id(&self) -> AccessId {
        self.id
    }
}

impl Records {
    /// Writes down that the user whose record it is read it.
    pub async fn log_access(&self, resource: &Resource) -> Result<(), Error> {
        let access = Access {
            id: AccessId::new(),
            resource_id: resource.id,
            user_id: resource.user_id,
            action: Deed::View,
            accessed_at: self.now(),
        };
        self.store().insert(&access).await
    }
}
