//! Which plugins of the catalogue a user enabled.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::clock::Time;
use crate::id::{EnabledPluginId, UserId};
use crate::store::{Collection, Document, Error, Filter, Index, Store};

/// A plugin a user enabled: its node types are in the palette, and may run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnabledPlugin {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: EnabledPluginId,
    /// The user.
    pub user_id: UserId,
    /// The plugin's id in the catalogue.
    pub plugin_id: String,
    /// Since when.
    pub created_at: Time,
}

impl Document for EnabledPlugin {
    type Id = EnabledPluginId;

    const COLLECTION: Collection =
        Collection { name: "enabled_plugins", indexes: &[Index::unique("plugin", &["userId", "pluginId"])] };

    fn id(&self) -> EnabledPluginId {
        self.id
    }
}

/// The ids of the plugins `user` enabled.
pub async fn enabled(store: &Store, user: UserId) -> Result<BTreeSet<String>, Error> {
    let found = store.find::<EnabledPlugin>(Filter::eq("userId", user)).await?;
    Ok(found.into_iter().map(|enabled| enabled.plugin_id).collect())
}
