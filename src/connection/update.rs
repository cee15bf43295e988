//! Changing a cluster: a new connection is tested before it is saved, words alone need none.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use super::access::Found;
use super::add::check_texts;
use super::change::Change;
use super::clients::{Rotated, take_rotated};
use super::error::Error;
use super::log::Action;
use super::record::Cluster;
use super::share::Role;
use super::status::{ClusterStatus, Failure};
use super::{Connections, single_node, test};
use crate::cluster::{AuthType, Client, Credentials, Endpoint, Key};
use crate::id::UserId;
use crate::store::{Filter, Patch, Value};

/// New credentials; what is absent keeps its value, or goes, as the use case says.
#[derive(Debug, Clone, Default)]
pub struct CredentialsChange {
    /// Secrets; a blank one is absent.
    pub secrets: BTreeMap<Key, SecretString>,
    /// Scopes for the identity provider.
    pub oidc_scopes: Option<Vec<String>>,
    /// Default namespace.
    pub namespace: Option<String>,
    /// Context of the kubeconfig.
    pub context: Option<String>,
    /// Skip TLS verification.
    pub insecure: Option<bool>,
}

/// What changes; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct UpdateCluster {
    /// What people call it.
    pub display_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// URL of the API server.
    pub server: Option<String>,
    /// How to authenticate.
    pub auth_type: Option<AuthType>,
    /// With what; merged into the stored ones.
    pub credentials: Option<CredentialsChange>,
    /// Whether workloads may run on the control plane.
    pub single_node: Option<bool>,
    /// Short for the credentials' own; wins over it.
    pub insecure: Option<bool>,
    /// All labels.
    pub labels: Option<BTreeMap<String, String>>,
}

/// A connection that was tested and is not stored yet.
struct Tested {
    endpoint: String,
    credentials: super::SealedCredentials,
    client: Client,
}

impl Connections {
    /// Changes settings and, where they really change, the connection. Only the owner may.
    pub async fn update(&self, user: UserId, found: &Found, request: UpdateCluster) -> Result<Found, Error> {
        found.require(Role::Owner)?;
        let cluster = &found.cluster;
        check_texts(
            request.display_name.as_deref().unwrap_or_default(),
            request.description.as_deref().unwrap_or_default(),
            request.labels.as_ref().unwrap_or(&BTreeMap::new()),
        )?;
        let outcome = self.prepare(cluster, &request).await;
        if let Err(Error::Unavailable { failure, .. }) = &outcome {
            self.log(cluster, user, Action::ClusterUpdated, &Err(failure.clone())).await?;
        }
        let mut patch = outcome?;
        if let Some(text) = request.display_name {
            patch = patch.set("display_name", text);
        }
        if let Some(text) = request.description {
            patch = patch.set("description", text);
        }
        if let Some(labels) = request.labels {
            patch = patch.set("labels", Value::of(&labels)?);
        }
        if let Some(single_node) = request.single_node {
            patch = patch.set("single_node", single_node);
        }
        let cluster = self.save(cluster, patch).await?;
        self.log(&cluster, user, Action::ClusterUpdated, &Ok(())).await?;
        Ok(Found { cluster, ..found.clone() })
    }

    /// Replaces the secrets as a set, for the type the cluster has. Only the owner may.
    pub async fn replace_credentials(
        &self,
        user: UserId,
        found: &Found,
        change: CredentialsChange,
    ) -> Result<Cluster, Error> {
        found.require(Role::Owner)?;
        let cluster = &found.cluster;
        let stored = &cluster.credentials;
        let mut credentials = Credentials {
            secrets: change.secrets,
            oidc_scopes: change.oidc_scopes.unwrap_or_default(),
            namespace: change.namespace.unwrap_or_else(|| stored.namespace.clone()),
            context: change.context.unwrap_or_else(|| stored.context.clone()),
            insecure: change.insecure.unwrap_or(stored.insecure),
        };
        credentials.retain(cluster.auth_type);
        let outcome = self.try_out(cluster, cluster.auth_type, &cluster.server, credentials, false).await;
        if let Err(Error::Unavailable { failure, .. }) = &outcome {
            self.log(cluster, user, Action::CredentialsUpdated, &Err(failure.clone())).await?;
        }
        let patch = self.reconnect(Patch::new(), &outcome?)?;
        let cluster = self.save(cluster, patch).await?;
        self.log(&cluster, user, Action::CredentialsUpdated, &Ok(())).await?;
        Ok(cluster)
    }

    /// What the connection's part of an update writes: tests a new connection, switches taints.
    async fn prepare(&self, cluster: &Cluster, request: &UpdateCluster) -> Result<Patch, Error> {
        let auth_type = request.auth_type.unwrap_or(cluster.auth_type);
        // A changed ENCRYPTION_KEY loses what was stored; whoever gives everything anew can still save it.
        let (stored, lost) = match cluster.credentials.open(cluster.id, &self.0.sealer) {
            Ok(stored) => (stored, false),
            Err(_) => (cluster.credentials.without_secrets(), true),
        };
        let merged = merge(&stored, request, auth_type != cluster.auth_type, auth_type);
        let server = request.server.as_deref().map_or(cluster.server.as_str(), str::trim);
        let same_server = auth_type == AuthType::Kubeconfig || server.trim_end_matches('/') == cluster.server;
        let changed = auth_type != cluster.auth_type
            || !same_server
            || !same_connection(&stored, &merged)
            || (lost && !merged.secrets.is_empty());

        let mut patch = Patch::new();
        let mut client = None;
        if changed {
            let reused = auth_type == cluster.auth_type && same_refresh_token(&stored, &merged);
            let tested = self.try_out(cluster, auth_type, server, merged, reused).await?;
            patch = self.reconnect(patch, &tested)?.set("auth_type", Value::of(&auth_type)?);
            client = Some(tested.client);
        } else if merged.namespace != stored.namespace {
            merged.check_namespace()?;
            patch = patch.set("credentials.namespace", merged.namespace);
        }
        if let Some(on) = request.single_node.filter(|on| *on != cluster.single_node) {
            let switched = match client.map_or_else(|| self.client(cluster), Ok) {
                Ok(client) => single_node::set(&client, on).await.map_err(Failure::from),
                Err(failure) => Err(failure),
            };
            switched.map_err(|failure| unavailable(cluster, failure))?;
        }
        Ok(patch)
    }

    /// Tests a connection that is not stored. When the identity provider replaced the stored refresh token meanwhile
    /// (`reused`), the new one is stored even if the test fails: the old one is dead.
    async fn try_out(
        &self,
        cluster: &Cluster,
        auth_type: AuthType,
        server: &str,
        mut credentials: Credentials,
        reused: bool,
    ) -> Result<Tested, Error> {
        let endpoint = Endpoint::resolve(auth_type, server, &credentials)?;
        self.check_insecure(endpoint.insecure)?;
        let mut sealed = self.seal(&credentials, &endpoint, cluster.id)?;
        let server = endpoint.server.to_string();
        let (client, rotated): (Client, Rotated) =
            self.0.clients.try_out(endpoint).map_err(|failure| unavailable(cluster, failure))?;
        let outcome = test::check(&client).await;
        if take_rotated(&mut credentials, &rotated) {
            let fresh = super::SealedCredentials::seal(&credentials, cluster.id, &self.0.sealer)?;
            sealed = sealed.with_secrets_of(fresh);
            if let (true, Some(token)) = (reused, sealed.get(Key::OidcRefreshToken)) {
                let change = Patch::new().set("credentials.oidc_refresh_token", token);
                self.0.store.patch::<Cluster>(cluster.id, Filter::all(), change).await?;
                self.0.clients.forget(cluster.id);
            }
        }
        outcome.map_err(|failure| unavailable(cluster, failure))?;
        Ok(Tested { endpoint: server, credentials: sealed, client })
    }

    /// Writes a connection that was tested just now.
    fn reconnect(&self, patch: Patch, tested: &Tested) -> Result<Patch, Error> {
        Ok(patch
            .set("server", tested.endpoint.as_str())
            .set("credentials", Value::of(&tested.credentials)?)
            .set("status", ClusterStatus::Connected)
            .set("last_check", self.0.clock.now()))
    }

    /// Saves, and tells what follows from it.
    async fn save(&self, old: &Cluster, patch: Patch) -> Result<Cluster, Error> {
        // Two changes within a millisecond must not look like one to whoever compares the time.
        let now = self.0.clock.now().max(old.updated_at.plus(std::time::Duration::from_millis(1)));
        let patch = patch.set("updated_at", now);
        let saved = self.0.store.patch_returning::<Cluster>(old.id, Filter::all(), patch).await?;
        let new = saved.ok_or_else(|| Error::NotFound { name: old.name.clone() })?;
        if new.credentials != old.credentials || new.server != old.server || new.auth_type != old.auth_type {
            self.announce(Change::Reconnected { cluster: new.id });
        }
        if new.status != old.status {
            let Cluster { id, user_id, .. } = *old;
            self.announce(Change::Status { cluster: id, owner: user_id, old: old.status, new: new.status });
        }
        Ok(new)
    }
}

fn unavailable(cluster: &Cluster, failure: Failure) -> Error {
    Error::Unavailable { cluster: cluster.name.clone(), failure }
}

/// The stored credentials with what was given put over them.
fn merge(stored: &Credentials, request: &UpdateCluster, new_type: bool, auth_type: AuthType) -> Credentials {
    let mut merged = stored.clone();
    if new_type {
        merged.secrets.clear();
        merged.oidc_scopes.clear();
    }
    if let Some(given) = &request.credentials {
        let filled = given.secrets.iter().filter(|(_, value)| !value.expose_secret().trim().is_empty());
        merged.secrets.extend(filled.map(|(key, value)| (*key, value.clone())));
        if let Some(scopes) = given.oidc_scopes.as_ref().filter(|scopes| !scopes.is_empty()) {
            merged.oidc_scopes.clone_from(scopes);
        }
        merged.namespace = given.namespace.clone().unwrap_or(merged.namespace);
        merged.context = given.context.clone().unwrap_or(merged.context);
        merged.insecure = given.insecure.unwrap_or(merged.insecure);
    }
    merged.insecure = request.insecure.unwrap_or(merged.insecure);
    merged.retain(auth_type);
    merged
}

/// Whether two credentials make the same connection. The namespace is no part of it.
fn same_connection(one: &Credentials, other: &Credentials) -> bool {
    let exposed = |credentials: &Credentials| -> Vec<(Key, String)> {
        credentials.secrets.iter().map(|(key, value)| (*key, value.expose_secret().to_owned())).collect()
    };
    one.context == other.context
        && one.insecure == other.insecure
        && one.oidc_scopes == other.oidc_scopes
        && exposed(one) == exposed(other)
}

fn same_refresh_token(one: &Credentials, other: &Credentials) -> bool {
    one.get(Key::OidcRefreshToken).is_some()
        && one.get(Key::OidcRefreshToken) == other.get(Key::OidcRefreshToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Credentials {
        Credentials {
            secrets: [(Key::Token, "t".into()), (Key::CaData, "ca".into())].into(),
            namespace: "team".into(),
            ..Credentials::default()
        }
    }

    fn give(change: CredentialsChange) -> UpdateCluster {
        UpdateCluster { credentials: Some(change), ..UpdateCluster::default() }
    }

    #[test]
    fn what_the_console_sends_changes_the_namespace_alone() {
        let change = CredentialsChange {
            secrets: [(Key::Token, " ".into())].into(),
            namespace: Some(String::new()),
            ..CredentialsChange::default()
        };
        let merged = merge(&stored(), &give(change), false, AuthType::Token);
        assert!(same_connection(&stored(), &merged));
        assert_eq!(merged.namespace, "");
    }

    #[test]
    fn a_given_secret_takes_the_place_of_the_stored_one() {
        let change = CredentialsChange {
            secrets: [(Key::Token, "new".into())].into(),
            ..CredentialsChange::default()
        };
        let merged = merge(&stored(), &give(change), false, AuthType::Token);
        assert_eq!((merged.get(Key::Token), merged.get(Key::CaData)), (Some("new"), Some("ca")));
        assert!(!same_connection(&stored(), &merged));
    }

    #[test]
    fn another_type_begins_without_the_secrets_of_the_old_one() {
        let merged = merge(&stored(), &UpdateCluster::default(), true, AuthType::Certificate);
        assert!(merged.secrets.is_empty());
        assert_eq!(merged.namespace, "team");
    }

    #[test]
    fn the_short_form_of_insecure_wins() {
        let request = UpdateCluster {
            insecure: Some(false),
            ..give(CredentialsChange { insecure: Some(true), ..CredentialsChange::default() })
        };
        assert!(!merge(&stored(), &request, false, AuthType::Token).insecure);
    }
}
