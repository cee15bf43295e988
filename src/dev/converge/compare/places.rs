//! Mounts and networks of a container.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Facts;
use crate::dev::converge::body::Recipe;
use crate::dev::converge::observed::Observed;
use crate::dev::converge::seen::Seen;
use crate::docker::models::{ContainerCreateBody, ImageInspect, MountType};

/// Whether a volume has no name but the one the engine gave it.
pub(in crate::dev::converge) fn is_anonymous(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(super) fn mounts(
    body: &ContainerCreateBody,
    seen: &Seen,
    image: Option<&ImageInspect>,
    wanted: &mut Facts,
    found: &mut Facts,
) {
    let host = body.host_config.as_ref();
    let mut targets: BTreeSet<String> = BTreeSet::new();
    let mut want = |target: &str, what: Value| {
        let target = if target.len() > 1 { target.trim_end_matches('/') } else { target };
        targets.insert(target.to_owned());
        wanted.insert(format!("mount {target}"), what);
    };
    for bind in host.and_then(|host| host.binds.as_ref()).into_iter().flatten() {
        let mut parts = bind.splitn(3, ':');
        if let (Some(source), Some(target)) = (parts.next(), parts.next()) {
            let read_only = parts.next().is_some_and(|options| options.split(',').any(|one| one == "ro"));
            want(target, json!(["bind", source, !read_only]));
        }
    }
    for mount in host.and_then(|host| host.mounts.as_ref()).into_iter().flatten() {
        let target = mount.target.as_deref().unwrap_or_default();
        let writable = mount.read_only != Some(true);
        match mount.typ {
            Some(MountType::BIND) => want(target, json!(["bind", mount.source, writable])),
            Some(MountType::VOLUME) => {
                let name = mount.source.as_deref().unwrap_or("anonymous");
                want(target, json!(["volume", name, writable]));
            }
            Some(other) => want(target, json!([other.to_string(), writable])),
            None => {}
        }
    }
    let of_image: BTreeSet<&String> =
        image.and_then(|image| image.config.as_ref()?.volumes.as_ref()).into_iter().flatten().collect();
    let shared = host.is_some_and(|host| host.volumes_from.is_some());
    for mount in seen.mounts() {
        let target = mount.destination.clone().unwrap_or_default();
        let writable = mount.rw.unwrap_or(true);
        let asked = targets.contains(&target);
        let what = match mount.typ.as_deref() {
            Some("bind") => json!(["bind", mount.source, writable]),
            Some("volume") => {
                let name = mount.name.as_deref().unwrap_or_default();
                // What nobody asked for comes with the image, or from another container.
                if is_anonymous(name) && !asked && (of_image.contains(&target) || image.is_none()) {
                    continue;
                }
                json!(["volume", if is_anonymous(name) { "anonymous" } else { name }, writable])
            }
            Some(other) => json!([other, writable]),
            None => continue,
        };
        if asked || !shared {
            found.insert(format!("mount {target}"), what);
        }
    }
}

/// A network counts by its id, so that one that was made anew is another one.
pub(super) fn networks(
    recipe: &Recipe,
    seen: &Seen,
    observed: &Observed,
    wanted: &mut Facts,
    found: &mut Facts,
) {
    let first = recipe.body.networking_config.as_ref().and_then(|config| config.endpoints_config.as_ref());
    let joins = recipe.joins.iter().map(|(name, endpoint)| (name, endpoint));
    let all: Vec<_> = first.into_iter().flatten().chain(joins).collect();
    if all.is_empty() {
        return;
    }
    for (name, endpoint) in all {
        let network = observed.networks.iter().find(|network| network.name.as_deref() == Some(name));
        let id = network.and_then(|network| network.id.as_deref()).unwrap_or_default();
        let address = endpoint.ipam_config.as_ref().map(|ipam| (&ipam.ipv4_address, &ipam.ipv6_address));
        wanted.insert(format!("network {name}"), json!([id, address]));
        let there = seen.networks().find(|(other, _)| other == name).map(|(_, endpoint)| endpoint);
        let has = there.and_then(|there| there.aliases.clone()).unwrap_or_default();
        // The engine adds some; what counts is that none is missing.
        let missing = endpoint.aliases.iter().flatten().any(|alias| !has.contains(alias));
        if there.is_some() && missing && seen.name() == recipe.name {
            wanted.insert(format!("aliases on {name}"), json!(endpoint.aliases));
        }
    }
    for (name, endpoint) in seen.networks() {
        let ipam = endpoint.ipam_config.as_ref();
        let said = ipam.map(|ipam| (ipam.ipv4_address.clone(), ipam.ipv6_address.clone()));
        let some = |text: Option<String>| text.filter(|text| !text.is_empty());
        let address = said
            .map(|(four, six)| (some(four), some(six)))
            .filter(|(four, six)| four.is_some() || six.is_some());
        found.insert(
            format!("network {name}"),
            json!([endpoint.network_id.clone().unwrap_or_default(), address]),
        );
    }
}
