//! `statefulset` (engine.md 1.4).

use std::collections::HashSet;

use super::Pod;
use super::claim::{AccessMode, access_modes, storage};
use super::deployment::version;
use crate::graph::fields::{COUNT, Fields};
use crate::graph::syntax;

#[derive(Debug)]
pub(crate) struct StatefulSet {
    pub(crate) service_name: String,
    pub(crate) replicas: i32,
    pub(crate) version: String,
    pub(crate) claims: Vec<ClaimTemplate>,
    pub(crate) pod: Pod,
}

/// An entry of `volumeClaimTemplates`.
#[derive(Debug)]
pub(crate) struct ClaimTemplate {
    pub(crate) name: String,
    pub(crate) storage: String,
    pub(crate) storage_class: Option<String>,
    pub(crate) access_modes: Vec<AccessMode>,
    pub(crate) mount_path: String,
}

impl StatefulSet {
    pub(super) fn decode(fields: &Fields, name: &str) -> Self {
        let rule = "must be a DNS label of at most 63 characters that starts with a letter";
        let service_name = match fields.checked("serviceName", syntax::is_dns_1035_label, rule) {
            Some(given) => given.to_owned(),
            None => format!("{name}-headless"),
        };
        let unset = fields.set("serviceName").is_none();
        if unset && syntax::is_dns_label(name) && !syntax::is_dns_1035_label(&service_name) {
            fields.invalid("serviceName", &format!("would be {service_name}, but {rule}; set it"));
        }
        let mut names = HashSet::new();
        let claims = fields.objects("volumeClaimTemplates");
        Self {
            service_name,
            replicas: fields.int32("replicas", COUNT).unwrap_or(1),
            version: version(fields),
            claims: claims.iter().map(|entry| ClaimTemplate::decode(entry, &mut names)).collect(),
            pod: Pod::decode_serving(fields),
        }
    }
}

impl ClaimTemplate {
    fn decode(entry: &Fields, names: &mut HashSet<String>) -> Self {
        let name =
            entry.checked("name", syntax::is_dns_label, "must be a DNS label of at most 63 characters");
        if entry.set("name").is_none() {
            entry.required("name", "");
        }
        let name = name.unwrap_or_default().to_owned();
        if !name.is_empty() && !names.insert(name.clone()) {
            entry.duplicate("name", &name);
        }
        // Without a name there is no default; the missing name is a finding already.
        let default = Some(&name).filter(|name| !name.is_empty()).map(|name| format!("/data/{name}"));
        let mount_path = entry.mount_path("mountPath").map(str::to_owned).or(default);
        Self {
            storage: storage(entry),
            storage_class: entry.reference("storageClassName").map(str::to_owned),
            access_modes: access_modes(entry),
            mount_path: mount_path.unwrap_or_default(),
            name,
        }
    }
}
