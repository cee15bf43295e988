//! Adding a cluster: save, then test; a failed test is a result, not an error.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use super::Connections;
use super::access::Found;
use super::error::Error;
use super::log::Action;
use super::record::{Cluster, Metadata};
use super::sealed::SealedCredentials;
use super::status::{ClusterStatus, Failure};
use super::test::status_of;
use crate::clock::Time;
use crate::cluster::{AuthType, Credentials, Endpoint, Invalid};
use crate::id::{ClusterId, UserId};
use crate::store;

/// How long the answer waits for the first test, which goes on without it (engine.md 7.2).
const PATIENCE: Duration = Duration::from_secs(8);

/// What is needed to add a cluster.
#[derive(Debug, Clone)]
pub struct AddCluster {
    /// Its name: a DNS label other than `default`.
    pub name: String,
    /// What people call it.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// URL of the API server; not used for a kubeconfig.
    pub server: String,
    /// How to authenticate.
    pub auth_type: AuthType,
    /// With what.
    pub credentials: Credentials,
    /// Whether workloads may run on the control plane.
    pub single_node: bool,
    /// Labels of the owner's own.
    pub labels: BTreeMap<String, String>,
}

impl Connections {
    /// Adds a cluster, and waits up to 8 s for its first test; the status is `unknown` when that still runs.
    pub async fn add(&self, owner: UserId, request: AddCluster) -> Result<Found, Error> {
        check_name(&request.name)?;
        check_texts(&request.display_name, &request.description, &request.labels)?;
        let AddCluster { mut credentials, auth_type, .. } = request;
        credentials.retain(auth_type);
        let endpoint = Endpoint::resolve(auth_type, &request.server, &credentials)?;
        self.check_insecure(endpoint.insecure)?;
        match self.find_for(owner, &request.name).await {
            Err(Error::NotFound { .. }) => {}
            Ok(_) => return Err(Error::NameTaken { name: request.name }),
            Err(error) => return Err(error),
        }

        let now = self.0.clock.now();
        let id = ClusterId::new();
        let cluster = Cluster {
            id,
            user_id: owner,
            name: request.name,
            display_name: request.display_name,
            description: request.description,
            server: endpoint.server.to_string(),
            auth_type,
            credentials: self.seal(&credentials, &endpoint, id)?,
            status: ClusterStatus::Unknown,
            last_check: Time::NEVER,
            default: false,
            single_node: request.single_node,
            labels: request.labels,
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        };
        match self.0.store.insert(&cluster).await {
            Err(store::Error::Duplicate { .. }) => return Err(Error::NameTaken { name: cluster.name }),
            outcome => outcome?,
        }
        self.test_added(&cluster).await;
        // The record as the test left it; it may be gone again already.
        let cluster = self.0.store.get::<Cluster>(id).await?.unwrap_or(cluster);
        Ok(Found { cluster, role: super::Role::Owner, namespaces: Vec::new() })
    }

    async fn test_added(&self, cluster: &Cluster) {
        let (done, mut finished) = mpsc::channel::<()>(1);
        let (connections, tested) = (self.clone(), cluster.clone());
        self.0.supervisor.spawn(format!("first test of cluster {}", cluster.id), move |_| {
            let (connections, cluster, done) = (connections.clone(), tested.clone(), done.clone());
            async move {
                if let Err(error) = connections.first_test(&cluster).await {
                    tracing::warn!(cluster = %cluster.id, %error, "the first test could not be stored");
                }
                // Nobody waits any more when the answer was faster.
                let _ = done.send(()).await;
                Ok::<(), Infallible>(())
            }
        });
        // Too late or ended: the record says what is known.
        let _ = timeout(PATIENCE, finished.recv()).await;
    }

    async fn first_test(&self, cluster: &Cluster) -> Result<(), Error> {
        let mut outcome = self.try_stored(cluster).await;
        self.store_status(cluster, status_of(&outcome)).await?;
        if outcome.is_ok() {
            if cluster.single_node {
                outcome = self.set_single_node(cluster, true).await;
            }
            if let Err(failure) = self.read_metadata(cluster).await? {
                tracing::info!(cluster = %cluster.id, %failure, "the metadata could not be read");
            }
        }
        self.log(cluster, cluster.user_id, Action::ClusterAdded, &outcome).await
    }

    async fn set_single_node(&self, cluster: &Cluster, on: bool) -> Result<(), Failure> {
        Ok(super::single_node::set(&self.client(cluster)?, on).await?)
    }

    /// TLS verification may be skipped outside release mode, or where the administrator allows it.
    pub(super) fn check_insecure(&self, insecure: bool) -> Result<(), Error> {
        if insecure && !self.0.policy.allow_insecure_tls { Err(Error::InsecureTls) } else { Ok(()) }
    }

    /// Seals credentials, and notes what their kubeconfig says beside them.
    pub(super) fn seal(
        &self,
        credentials: &Credentials,
        endpoint: &Endpoint,
        id: ClusterId,
    ) -> Result<SealedCredentials, Error> {
        let mut sealed = SealedCredentials::seal(credentials, id, &self.0.sealer)?;
        sealed.insecure_by_file = endpoint.insecure && !credentials.insecure;
        sealed.namespace_by_file = endpoint.namespace_by_file.clone().unwrap_or_default();
        Ok(sealed)
    }
}

fn check_name(name: &str) -> Result<(), Invalid> {
    let wrong = |reason: &str| Err(Invalid::new("name", reason));
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if name == "default" {
        return wrong("`default` is reserved");
    }
    if !(1..=63).contains(&name.len())
        || name.starts_with('-')
        || name.ends_with('-')
        || !name.bytes().all(inner)
    {
        return wrong("a name is 1 to 63 lower-case letters, digits and inner dashes");
    }
    Ok(())
}

/// The limits of the texts people write about a cluster.
pub(super) fn check_texts(
    display_name: &str,
    description: &str,
    labels: &BTreeMap<String, String>,
) -> Result<(), Invalid> {
    let longer = |text: &str, limit: usize| text.chars().nth(limit).is_some();
    if longer(display_name, 128) {
        return Err(Invalid::new("displayName", "this is longer than 128 characters"));
    }
    if longer(description, 2048) {
        return Err(Invalid::new("description", "this is longer than 2048 characters"));
    }
    if labels.len() > 64 {
        return Err(Invalid::new("labels", "there are more than 64 labels"));
    }
    if labels.values().any(|value| longer(value, 255)) {
        return Err(Invalid::new("labels", "a label is longer than 255 characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_label_that_no_route_uses() {
        for name in ["a", "prod-1", "1st", &"a".repeat(63)] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "default", "Prod", "a.b", "-a", "a-", "a_b", "é", &"a".repeat(64)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn texts_have_limits_in_characters() {
        let none = BTreeMap::new();
        assert!(check_texts(&"é".repeat(128), "", &none).is_ok());
        assert_eq!(check_texts(&"é".repeat(129), "", &none).unwrap_err().key, "displayName");
        assert_eq!(check_texts("", &"x".repeat(2049), &none).unwrap_err().key, "description");
        let many = (0..65).map(|index| (index.to_string(), String::new())).collect();
        assert_eq!(check_texts("", "", &many).unwrap_err().key, "labels");
    }
}
