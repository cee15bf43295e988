//! A graph compiled to Kubernetes objects (engine.md 1 to 3).
//!
//! `render`, `plan`, `validate`, `run` and the exports all use one pure function, [`compile()`]: same input, same
//! bytes out. [`preflight`] holds the rules that look at a live object before it is written, [`mask()`] what HTTP may
//! show of it.

mod claim;
mod compile;
mod config_map;
mod context;
mod document;
mod environment;
mod hpa;
mod ingress;
mod inputs;
mod mask;
mod network_policy;
mod placeholder;
mod plugin;
mod pod;
pub mod preflight;
mod pull_secret;
mod secret;
mod service;
#[cfg(test)]
mod testing;
mod volumes;
mod workload;
mod yaml;

pub use compile::{compile, objects};
pub use context::WORKFLOW_LABEL;
pub use document::{Compiled, Document, FieldManager, LogLine, NodeNote, ObjectRef, Replacement, Role};
pub use inputs::{
    DiscoveredGroup, DiscoveredKind, Discovery, EnabledPlugins, Inputs, LiveObjects, Login, Registry,
    RegistryType, RunValues,
};
pub use mask::{mask, mask_both};
pub use yaml::to_yaml;

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// Adds the user's annotations; those of this program win.
fn add_annotations(metadata: &mut ObjectMeta, annotations: &BTreeMap<String, String>) {
    if annotations.is_empty() {
        return;
    }
    let own = metadata.annotations.take().unwrap_or_default();
    metadata.annotations = Some(annotations.clone().into_iter().chain(own).collect());
}
