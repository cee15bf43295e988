//! Rule 3 of engine.md 1.2: volume names.

use std::collections::{HashMap, HashSet};

use k8s_openapi::api::core::v1::Volume;

use super::source::{Source, volume};
use crate::graph::fields::Choice as _;
use crate::graph::kinds::{ClaimTemplate, MountKind};
use crate::graph::syntax;

/// One name for each thing that is mounted.
pub(super) struct Names {
    used: HashSet<String>,
    given: HashMap<Source, String>,
    /// Two host paths of one name: nothing is left to tell them apart.
    pub(super) clash: bool,
}

impl Names {
    /// The names of claim templates are taken from the start.
    pub(super) fn beside(templates: &[ClaimTemplate]) -> Self {
        let used = templates.iter().map(|claim| claim.name.clone()).collect();
        Self { used, given: HashMap::new(), clash: false }
    }

    /// The volume of a source; a new one is added to the volumes.
    pub(super) fn of(&mut self, source: &Source, volumes: &mut Vec<Volume>) -> String {
        if let Some(name) = self.given.get(source) {
            return name.clone();
        }
        let plain = format!("{}-volume", source.name);
        let name =
            if syntax::is_dns_label(&plain) && !self.used.contains(&plain) { plain } else { hashed(source) };
        self.clash |= !self.used.insert(name.clone());
        self.given.insert(source.clone(), name.clone());
        volumes.push(volume(&name, source));
        name
    }
}

fn hashed(source: &Source) -> String {
    let prefix = match source.kind {
        MountKind::ConfigMap => "cm",
        MountKind::Secret => "secret",
        MountKind::Claim => "pvc",
        MountKind::HostPath => "host",
    };
    let legal = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
    let cut: String = source.name.chars().map(legal).take(40).collect();
    let hash = syntax::short_hash(&format!("{}/{}", source.kind.name(), source.name), 6);
    format!("{prefix}-{cut}-{hash}")
}
