//! Everything a compilation may depend on, as plain values.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ObjectRef;
use crate::graph::Graph;
use crate::id::WorkflowId;

/// What a compilation looks at.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The graph to compile.
    pub graph: &'a Graph,
    /// The owner of the objects; `None` is written as 24 zeros (engine.md 0.4).
    pub workflow: Option<WorkflowId>,
    /// Values of this run, never stored.
    pub values: &'a RunValues,
    /// Objects that exist in the cluster.
    pub live: &'a LiveObjects,
    /// Registries usable by the caller, credentials resolved.
    pub registries: &'a [Registry],
    /// What the cluster serves; `None` means the catalogue's own versions.
    pub discovery: Option<&'a Discovery>,
    /// Which plugins the user enabled.
    pub plugins: EnabledPlugins<'a>,
    /// Name of the cluster, for messages.
    pub cluster: &'a str,
    /// Whether a database without any known password is opened (engine.md 1.4).
    pub allow_insecure_db_defaults: bool,
}

/// Values given with a run (engine.md 3.5), by node id and then by key or variable name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RunValues {
    /// Values of Secret keys.
    pub secrets: BTreeMap<String, BTreeMap<String, String>>,
    /// Values of environment variables.
    pub env_vars: BTreeMap<String, BTreeMap<String, String>>,
}

impl RunValues {
    /// Every value, for masking; never for showing.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.secrets.values().chain(self.env_vars.values()).flat_map(BTreeMap::values).map(String::as_str)
    }
}

/// Live objects by address.
#[derive(Clone, Default)]
pub struct LiveObjects {
    objects: HashMap<(String, String, Option<String>, String), Value>,
}

/// A container registry, with the login to pull from it.
#[derive(Clone)]
pub struct Registry {
    /// Id of the record.
    pub id: String,
    /// Whose registry it is.
    pub kind: RegistryType,
    /// The configured URL; empty where the type has one host.
    pub url: String,
    /// Preferred over its equals.
    pub is_default: bool,
    /// RFC 3339 time of creation; the oldest of equals wins.
    pub created_at: String,
    /// The login, or why there is none.
    pub login: Result<Login, String>,
}

/// User name and password to pull images with.
#[derive(Clone)]
pub struct Login {
    /// User name, such as `AWS` or `_json_key`.
    pub username: String,
    /// Password or token.
    pub password: secrecy::SecretString,
}

/// The registry types of the HTTP contract (`ContainerRegistryType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistryType {
    /// Docker Hub.
    Dockerhub,
    /// GitHub.
    Ghcr,
    /// AWS.
    Ecr,
    /// Google.
    Gcr,
    /// Azure.
    Acr,
    /// Any other host.
    Custom,
}

/// API groups a cluster serves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Discovery {
    /// The groups.
    pub groups: Vec<DiscoveredGroup>,
}

/// One API group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscoveredGroup {
    /// Its name, such as `cert-manager.io`.
    pub group: String,
    /// The version the cluster prefers.
    pub preferred_version: String,
    /// Its kinds.
    pub kinds: Vec<DiscoveredKind>,
}

/// One kind of a group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscoveredKind {
    /// `Certificate`, …
    pub kind: String,
    /// The resource name in URLs.
    pub resource: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Versions that serve this kind, the preferred one first; empty means the group's preferred version only.
    #[serde(default)]
    pub versions: Vec<String>,
}

/// Which plugins may be used.
#[derive(Debug, Clone, Copy)]
pub enum EnabledPlugins<'a> {
    /// The whole catalogue.
    Every,
    /// Only those of these ids.
    Only(&'a BTreeSet<String>),
}

impl EnabledPlugins<'_> {
    /// Whether that plugin may be used.
    pub fn contains(self, plugin: &str) -> bool {
        match self {
            Self::Every => true,
            Self::Only(ids) => ids.contains(plugin),
        }
    }
}

impl LiveObjects {
    /// Adds an object, addressed by its own `apiVersion`, `kind` and metadata; one without a name is left out.
    pub fn insert(&mut self, object: Value) {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let (Some(api_version), Some(kind), Some(name)) =
            (text("/apiVersion"), text("/kind"), text("/metadata/name"))
        else {
            return;
        };
        let key = (api_version, kind, text("/metadata/namespace"), name);
        self.objects.insert(key, object);
    }

    /// The live object of that address.
    pub fn get(&self, object: &ObjectRef) -> Option<&Value> {
        let ObjectRef { api_version, kind, namespace, name, .. } = object.clone();
        self.objects.get(&(api_version, kind, namespace, name))
    }
}

impl FromIterator<Value> for LiveObjects {
    fn from_iter<I: IntoIterator<Item = Value>>(objects: I) -> Self {
        let mut live = Self::default();
        objects.into_iter().for_each(|object| live.insert(object));
        live
    }
}

impl std::fmt::Debug for LiveObjects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LiveObjects({})", self.objects.len())
    }
}

impl std::fmt::Debug for RunValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RunValues(***)")
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Login(***)")
    }
}
