//! Sessions as they are stored.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Time;
use crate::id::{SessionId, UserId};
use crate::store::{Collection, Document, Filter, Index};

/// One login, from the password to the logout; all tokens that come of it carry its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Session {
    #[serde(rename = "_id")]
    pub id: SessionId,
    pub user_id: UserId,
    /// When the user last proved who they are.
    pub auth_time: Time,
    pub created_at: Time,
    /// When the last of its tokens can no longer be refreshed: nobody asks for the session after that.
    pub expires_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Time>,
}

impl Document for Session {
    type Id = SessionId;

    const COLLECTION: Collection = Collection {
        name: "sessions",
        indexes: &[
            Index::on("user", &["user_id"]),
            Index::on("expiry", &["expires_at"]).expire_after(Duration::ZERO),
        ],
    };

    fn id(&self) -> SessionId {
        self.id
    }
}

impl Session {
    /// The sessions that were not ended.
    pub fn live() -> Filter {
        Filter::missing("revoked_at")
    }
}
