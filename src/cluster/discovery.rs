//! What a cluster serves: from group, version and kind to the path of a resource. Asked once, and again on a miss.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use super::client::Client;
use super::error::Error;
use super::invalid::Invalid;

/// A kind as a cluster serves it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Resource {
    /// Group and version as in manifests: `v1`, `apps/v1`.
    pub api_version: String,
    /// The kind: `Deployment`.
    pub kind: String,
    /// The name in paths: `deployments`.
    pub plural: String,
    /// Whether objects live in namespaces.
    pub namespaced: bool,
}

impl Resource {
    /// A kind that needs no discovery, because every cluster serves it alike.
    pub fn known(api_version: &str, kind: &str, plural: &str, namespaced: bool) -> Self {
        Self { api_version: api_version.into(), kind: kind.into(), plural: plural.into(), namespaced }
    }

    /// The API group: empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The path of all objects: of one namespace, or of all when there is none.
    pub(super) fn collection(&self, namespace: Option<&str>) -> Result<String, Error> {
        let base = base(&self.api_version)?;
        let plural = segment("resource", &self.plural)?;
        match namespace {
            Some(namespace) if self.namespaced => {
                Ok(format!("{base}/namespaces/{}/{plural}", segment("namespace", namespace)?))
            }
            _ => Ok(format!("{base}/{plural}")),
        }
    }

    /// The path of one object.
    pub(super) fn object(&self, namespace: Option<&str>, name: &str) -> Result<String, Error> {
        if self.namespaced && namespace.is_none() {
            return Err(Invalid::new("namespace", format!("a {} needs a namespace", self.kind)).into());
        }
        Ok(format!("{}/{}", self.collection(namespace)?, segment("name", name)?))
    }
}

fn base(api_version: &str) -> Result<String, Error> {
    match api_version.split_once('/') {
        None => Ok(format!("/api/{}", segment("apiVersion", api_version)?)),
        Some((group, version)) => {
            Ok(format!("/apis/{}/{}", segment("apiVersion", group)?, segment("apiVersion", version)?))
        }
    }
}

/// One segment of a path; anything that could become two, or climb, is refused.
fn segment<'a>(what: &str, text: &'a str) -> Result<&'a str, Error> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b':' | b'~');
    if text.is_empty() || text.len() > 253 || matches!(text, "." | "..") || !text.bytes().all(fits) {
        return Err(Invalid::new(what, "this is not a name an object of a cluster can have").into());
    }
    Ok(text)
}

/// What was discovered, by group and version.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<String, Arc<[Resource]>>>);

impl Cache {
    fn find(&self, api_version: &str, kind: &str) -> Option<Resource> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(api_version)?.iter().find(|resource| resource.kind == kind).cloned()
    }

    fn keep(&self, api_version: &str, resources: Vec<Resource>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(api_version.to_owned(), resources.into());
    }
}

#[derive(Deserialize)]
struct ResourceList {
    #[serde(default)]
    resources: Vec<Served>,
}

#[derive(Deserialize)]
struct Served {
    name: String,
    kind: String,
    namespaced: bool,
}

#[derive(Deserialize)]
struct GroupList {
    #[serde(default)]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    name: String,
    #[serde(default)]
    versions: Vec<Version>,
    #[serde(rename = "preferredVersion")]
    preferred: Option<Version>,
}

#[derive(Deserialize)]
struct Version {
    version: String,
}

impl Client {
    /// The resource of `kind` in `api_version`; a kind that is not known yet is looked up again each time, since
    /// definitions are installed while the server runs.
    pub async fn resource(&self, api_version: &str, kind: &str) -> Result<Resource, Error> {
        if let Some(found) = self.discovered().find(api_version, kind) {
            return Ok(found);
        }
        let unknown = || Error::UnknownKind { api_version: api_version.to_owned(), kind: kind.to_owned() };
        let list: ResourceList = match self.read(&base(api_version)?).await {
            Err(Error::NotFound(_)) => return Err(unknown()),
            answer => answer?,
        };
        let served = list.resources.into_iter().filter(|served| !served.name.contains('/'));
        let resources = served
            .map(|served| Resource::known(api_version, &served.kind, &served.name, served.namespaced))
            .collect();
        self.discovered().keep(api_version, resources);
        self.discovered().find(api_version, kind).ok_or_else(unknown)
    }

    /// The versions of an API group, the preferred one first; none when the group is not served.
    pub async fn versions(&self, group: &str) -> Result<Vec<String>, Error> {
        let found: Group = match self.read(&format!("/apis/{}", segment("group", group)?)).await {
            Err(Error::NotFound(_)) => return Ok(Vec::new()),
            answer => answer?,
        };
        let preferred = found.preferred.map(|preferred| preferred.version);
        let mut versions: Vec<_> = found.versions.into_iter().map(|version| version.version).collect();
        versions.sort_by_key(|version| Some(version) != preferred.as_ref());
        Ok(versions)
    }

    /// The names of all API groups the cluster serves.
    pub async fn groups(&self) -> Result<Vec<String>, Error> {
        let list: GroupList = self.read("/apis").await?;
        Ok(list.groups.into_iter().map(|group| group.name).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_group_and_scope() {
        let deployment = Resource::known("apps/v1", "Deployment", "deployments", true);
        let node = Resource::known("v1", "Node", "nodes", false);
        assert_eq!(
            deployment.object(Some("a"), "web").unwrap(),
            "/apis/apps/v1/namespaces/a/deployments/web"
        );
        assert_eq!(deployment.collection(None).unwrap(), "/apis/apps/v1/deployments");
        assert_eq!(node.object(Some("ignored"), "n1").unwrap(), "/api/v1/nodes/n1");
        assert!(deployment.object(None, "web").is_err());
    }

    #[test]
    fn a_name_cannot_climb_out_of_its_path() {
        let node = Resource::known("v1", "Node", "nodes", false);
        for name in ["", ".", "..", "a/b", "a?x", "a#x", "a b", "a%2fb", "é"] {
            assert!(node.object(None, name).is_err(), "{name:?}");
        }
        assert!(node.object(None, "system:node.a_b").is_ok());
    }
}
