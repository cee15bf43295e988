//! Who else may use a cluster.

use serde::{Deserialize, Serialize};

use super::record::null_as_default;
use crate::clock::Time;
use crate::id::{ClusterId, ShareId, UserId};
use crate::store::{Collection, Document, Index};

/// What a user may do with a cluster. Ordered: each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// See the cluster and its resources; test the connection.
    Viewer,
    /// Deploy, scale and delete through a workflow; open terminals.
    Editor,
    /// Delete the cluster for everyone.
    Admin,
    /// Everything: settings, credentials, shares.
    Owner,
}

/// The grant of access to a cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClusterShare {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: ShareId,
    /// The cluster.
    pub cluster_id: ClusterId,
    /// Who was given access.
    pub user_id: UserId,
    /// What they may do. The reference takes any text; what it does not know as more is a viewer here.
    #[serde(deserialize_with = "granted")]
    pub role: Role,
    /// The namespaces the grant is limited to; none: all.
    #[serde(default, deserialize_with = "null_as_default")]
    pub namespaces: Vec<String>,
    /// Who gave it.
    pub granted_by: UserId,
    /// When.
    pub granted_at: Time,
}

impl Document for ClusterShare {
    type Id = ShareId;
    const COLLECTION: Collection = Collection {
        name: "cluster_access",
        indexes: &[Index::on("user", &["user_id"]), Index::unique("grant", &["cluster_id", "user_id"])],
    };

    fn id(&self) -> ShareId {
        self.id
    }
}

/// Ownership is never granted: it is the cluster's `user_id`.
fn granted<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Role, D::Error> {
    Ok(match String::deserialize(from)?.as_str() {
        "admin" => Role::Admin,
        "editor" => Role::Editor,
        _ => Role::Viewer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_include_those_below() {
        assert!(Role::Owner > Role::Admin && Role::Admin > Role::Editor && Role::Editor > Role::Viewer);
    }

    #[test]
    fn an_unknown_role_is_the_least_and_ownership_is_not_granted() {
        let read = |role: &str| granted(serde_json::Value::from(role)).unwrap();
        assert_eq!((read("admin"), read("editor")), (Role::Admin, Role::Editor));
        assert_eq!((read("owner"), read("root"), read("")), (Role::Viewer, Role::Viewer, Role::Viewer));
    }
}
