//! What the cluster said about a resource lately.

use std::time::Duration;

use tokio::time::timeout;

use super::Live;
use super::resource::{Event, Resource, events};
use crate::connection::{ClusterStatus, Error};
use crate::id::UserId;

/// How long an answer waits for them.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

impl Live {
    /// The latest events about a resource, newest first. None when it is gone, the user does not see its cluster any
    /// more, or the cluster does not answer at once: they are an addition to what is known.
    pub async fn events(&self, user: UserId, resource: &Resource) -> Result<Vec<Event>, Error> {
        let found = self.connections.find_by_id(user, resource.cluster_id).await?;
        let connected = found.filter(|found| {
            resource.deleted_at.is_none()
                && found.cluster.status == ClusterStatus::Connected
                && found.sees_namespace(&resource.sight.namespace)
        });
        let Some(client) = connected.and_then(|found| self.connections.client(&found.cluster).ok()) else {
            return Ok(Vec::new());
        };
        match timeout(ANSWER_WITHIN, events(&client, &resource.sight)).await {
            Ok(Ok(events)) => Ok(events),
            Ok(Err(error)) => {
                tracing::debug!(resource = %resource.id, %error, "its events could not be read");
                Ok(Vec::new())
            }
            Err(_) => Ok(Vec::new()),
        }
    }
}
