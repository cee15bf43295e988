//! Registry logins for the images of workloads (engine.md 3.6).

use std::collections::{BTreeMap, HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::context::Context;
use super::{FieldManager, Login, Registry, RegistryType, Role, preflight};
use crate::graph::{Code, image, report, syntax};

const DOCKER_HUB: &str = "docker.io";
const DOCKER_HUB_NAMES: [&str; 3] = [DOCKER_HUB, "index.docker.io", "registry-1.docker.io"];

/// Adds one Secret per registry and namespace, and its name to the pods that need it.
pub(super) fn build(context: &mut Context) {
    let wanted: Vec<(usize, usize)> =
        (0..context.decoded.nodes.len()).filter_map(|at| Some((at, registry(context, at)?))).collect();
    let mut positions: HashMap<usize, usize> = HashMap::new();
    for (index, ranked) in context.built.documents.iter().enumerate() {
        if ranked.document.role == Role::Node {
            positions.insert(ranked.position, index);
        }
    }
    let mut made = HashSet::new();
    for (at, found) in wanted {
        let registry = &context.inputs.registries[found];
        let login = match &registry.login {
            Ok(login) => login,
            Err(reason) => {
                let words = format!(
                    "image: no login for its registry, it is pulled without one: {}",
                    report::shown(reason)
                );
                context.report(at).warning(Code::CredentialsMissing, "image", &words);
                continue;
            }
        };
        let Some(index) = positions.get(&at) else { continue };
        let name = format!("orchcli-registry-{}", registry.id);
        if !syntax::is_dns_subdomain(&name) || !syntax::is_label_value(&registry.id) {
            continue;
        }
        append(&mut context.built.documents[*index].document.body, &name);
        let namespace = context.node(at).and_then(|node| node.namespace.clone());
        if made.insert((found, namespace.clone())) {
            let secret = secret(registry, login, name, namespace);
            let body = serde_json::to_value(&secret).unwrap_or_default();
            context.push_body(at, Role::PullSecret, "secrets".into(), body, FieldManager::OrchcliSecret);
        }
    }
}

/// The registry a workload's image comes from.
fn registry(context: &Context, at: usize) -> Option<usize> {
    let pod = context.node(at)?.spec.pod()?;
    let (host, path) = image::split_host(&pod.image);
    let host = canonical_host(host.unwrap_or(DOCKER_HUB));
    let candidates =
        context.inputs.registries.iter().enumerate().filter(|(_, registry)| registry.host() == host);
    candidates.min_by_key(|(_, registry)| registry.distance(path)).map(|(at, _)| at)
}

fn canonical_host(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    if DOCKER_HUB_NAMES.contains(&host.as_str()) { DOCKER_HUB.into() } else { host }
}

impl Registry {
    /// The host images name, lower case.
    fn host(&self) -> String {
        match self.kind {
            RegistryType::Dockerhub => DOCKER_HUB.into(),
            RegistryType::Ghcr => "ghcr.io".into(),
            RegistryType::Gcr if self.base().0.is_empty() => "gcr.io".into(),
            RegistryType::Gcr | RegistryType::Ecr | RegistryType::Acr | RegistryType::Custom => {
                canonical_host(self.base().0)
            }
        }
    }

    /// Host and path of the configured URL.
    fn base(&self) -> (&str, &str) {
        let url = self.url.trim();
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        (host, path.trim_matches('/'))
    }

    /// How far it is from being the one for an image of its host; the least wins: the longest path in front of the
    /// image, the user the image belongs to, the default, the oldest.
    fn distance(&self, image: &str) -> impl Ord + use<> {
        let base = match self.kind {
            RegistryType::Gcr | RegistryType::Custom => self.base().1,
            RegistryType::Dockerhub | RegistryType::Ghcr | RegistryType::Ecr | RegistryType::Acr => "",
        };
        let leads = image.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'));
        let prefix = if leads { base.len() } else { 0 };
        let owned = match (self.kind, &self.login) {
            (RegistryType::Dockerhub | RegistryType::Ghcr, Ok(login)) => {
                image.split_once('/').is_some_and(|(owner, _)| owner == login.username)
            }
            _ => false,
        };
        (std::cmp::Reverse(prefix), !owned, !self.is_default, self.created_at.clone(), self.id.clone())
    }

    fn wire_name(&self) -> &'static str {
        match self.kind {
            RegistryType::Dockerhub => "dockerhub",
            RegistryType::Ghcr => "ghcr",
            RegistryType::Ecr => "ecr",
            RegistryType::Gcr => "gcr",
            RegistryType::Acr => "acr",
            RegistryType::Custom => "custom",
        }
    }
}

fn secret(registry: &Registry, login: &Login, name: String, namespace: Option<String>) -> Secret {
    let host = registry.host();
    let server = if host == DOCKER_HUB { "https://index.docker.io/v1/".to_owned() } else { host };
    let password = login.password.expose_secret();
    let auth = STANDARD.encode(format!("{}:{password}", login.username));
    let entry = json!({"auth": auth, "password": password, "username": login.username});
    let content = json!({"auths": {server: entry}}).to_string();
    let labels = [
        ("app.kubernetes.io/managed-by", "orchcli"),
        (preflight::REGISTRY_LABEL, registry.id.as_str()),
        ("orchcli.dev/registry-type", registry.wire_name()),
    ];
    let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned()));
    Secret {
        metadata: ObjectMeta {
            name: Some(name),
            namespace,
            labels: Some(labels.into()),
            ..ObjectMeta::default()
        },
        type_: Some("kubernetes.io/dockerconfigjson".into()),
        data: Some(BTreeMap::from([(".dockerconfigjson".to_owned(), ByteString(content.into_bytes()))])),
        ..Secret::default()
    }
}

/// Adds a pull secret to the pod template of a rendered workload.
fn append(body: &mut serde_json::Value, name: &str) {
    let template = if body.pointer("/spec/jobTemplate").is_some() {
        "/spec/jobTemplate/spec/template/spec"
    } else {
        "/spec/template/spec"
    };
    let Some(pod) = body.pointer_mut(template).and_then(serde_json::Value::as_object_mut) else { return };
    if let Some(names) = pod.entry("imagePullSecrets").or_insert_with(|| json!([])).as_array_mut()
        && names.iter().all(|known| known["name"] != name)
    {
        names.push(json!({"name": name}));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Login, Registry, RegistryType};
    use crate::graph::Code;
    use crate::manifest::Role;
    use crate::manifest::testing::{Case, named};

    fn registry(id: &str, kind: RegistryType, url: &str) -> Registry {
        let login = Login { username: "me".into(), password: "pw".into() };
        Registry {
            id: id.into(),
            kind,
            url: url.into(),
            is_default: false,
            created_at: String::new(),
            login: Ok(login),
        }
    }

    /// The registry chosen for an image.
    fn chosen(image: &str, registries: Vec<Registry>) -> Option<String> {
        let case =
            Case { registries, ..Case::new([("d", "deployment", named("d", json!({"image": image})))]) };
        let name =
            case.pod("d").pointer("/imagePullSecrets/0/name").and_then(Value::as_str).map(str::to_owned);
        name.map(|name| name.trim_start_matches("orchcli-registry-").to_owned())
    }

    #[test]
    fn images_find_their_registry_by_host() {
        use RegistryType::{Acr, Custom, Dockerhub, Ecr, Gcr, Ghcr};
        let all = || {
            vec![
                registry("hub", Dockerhub, ""),
                registry("ghcr", Ghcr, ""),
                registry("ecr", Ecr, "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team"),
                registry("gcr", Gcr, ""),
                registry("gar", Gcr, "https://us-docker.pkg.dev/project/repo"),
                registry("acr", Acr, "mine.azurecr.io"),
                registry("own", Custom, "http://Registry.local:5000/"),
            ]
        };
        for (image, expected) in [
            ("nginx", Some("hub")),
            ("index.docker.io/a/b:1", Some("hub")),
            (
                "ghcr.io/o/n@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
                Some("ghcr"),
            ),
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/x", Some("ecr")),
            ("gcr.io/p/i", Some("gcr")),
            ("eu.gcr.io/p/i", None),
            ("us-docker.pkg.dev/other/i", Some("gar")),
            ("mine.azurecr.io/i", Some("acr")),
            ("registry.local:5000/i", Some("own")),
            ("registry.local/i", None),
            ("localhost:5000/i", None),
        ] {
            assert_eq!(chosen(image, all()).as_deref(), expected, "{image}");
        }
    }

    #[test]
    fn among_equals_path_user_default_and_age_decide() {
        let custom = |id: &str, url: &str| registry(id, RegistryType::Custom, url);
        let deeper = vec![custom("a", "h.io"), custom("b", "h.io/team"), custom("c", "h.io/te")];
        assert_eq!(chosen("h.io/team/x", deeper).as_deref(), Some("b"));
        let mine = Registry { is_default: true, ..registry("a", RegistryType::Ghcr, "") };
        let theirs = Registry {
            login: Ok(Login { username: "acme".into(), password: "x".into() }),
            ..registry("b", RegistryType::Ghcr, "")
        };
        assert_eq!(chosen("ghcr.io/acme/x", vec![mine, theirs]).as_deref(), Some("b"));
        let aged = |id: &str, at: &str, is_default| Registry {
            created_at: at.into(),
            is_default,
            ..registry(id, RegistryType::Ghcr, "")
        };
        assert_eq!(
            chosen("ghcr.io/x/y", vec![aged("a", "2025", false), aged("b", "2024", false)]).as_deref(),
            Some("b")
        );
        assert_eq!(
            chosen("ghcr.io/x/y", vec![aged("a", "2025", true), aged("b", "2024", false)]).as_deref(),
            Some("a")
        );
    }

    #[test]
    fn one_secret_a_registry_and_namespace_first_of_all() {
        let nodes = [
            ("a", "deployment", named("a", json!({"image": "ghcr.io/x/a"}))),
            ("b", "cronjob", named("b", json!({"image": "ghcr.io/x/b", "schedule": "@daily"}))),
            ("c", "job", named("c", json!({"image": "ghcr.io/x/c", "namespace": "far"}))),
            ("d", "configmap", named("d", json!({}))),
        ];
        let case = Case { registries: vec![registry("r", RegistryType::Ghcr, "")], ..Case::new(nodes) };
        let documents = case.compile().documents;
        let places: Vec<_> = documents
            .iter()
            .map(|document| (document.role, document.object.namespace.clone().unwrap()))
            .collect();
        assert_eq!(
            places[..2],
            [(Role::PullSecret, "default".to_owned()), (Role::PullSecret, "far".to_owned())]
        );
        assert_eq!(documents.len(), 6);
        assert_eq!(documents[0].node_id, None);
        let pod = case.spec("b")["jobTemplate"]["spec"]["template"]["spec"].clone();
        assert_eq!(pod["imagePullSecrets"], json!([{"name": "orchcli-registry-r"}]));
    }

    #[test]
    fn without_a_login_the_run_goes_on() {
        let broken = Registry {
            login: Err("the token service is down".into()),
            ..registry("r", RegistryType::Dockerhub, "")
        };
        let case = Case {
            registries: vec![broken],
            ..Case::new([("d", "deployment", named("d", json!({"image": "nginx"})))])
        };
        assert_eq!(case.warnings(), [("d".to_owned(), Code::CredentialsMissing)]);
        assert!(case.pod("d").get("imagePullSecrets").is_none());
    }
}
