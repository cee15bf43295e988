//! PersistentVolumeClaim (engine.md 1.12).

use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use serde_json::Value;

use super::context::Context;
use super::{FieldManager, NodeNote, Role, preflight};
use crate::graph::fields::Choice as _;
use crate::graph::kinds::{self, Spec};

pub(super) fn build(context: &mut Context, at: usize) {
    let Some(Spec::Claim(spec)) = context.node(at).map(|node| &node.spec) else { return };
    let object = PersistentVolumeClaim {
        metadata: context.own_metadata(at),
        spec: Some(claim_spec(spec)),
        status: None,
    };
    let mut body = serde_json::to_value(&object).unwrap_or_default();
    if let Some(live) = context.live(at) {
        let node = context.report(at);
        for finding in preflight::follow_live_claim(&mut body, live) {
            node.take(finding);
        }
        if live.pointer("/status/phase").and_then(Value::as_str) == Some("Bound") {
            let id = context.decoded.id(at).to_owned();
            context.built.notes.insert(id, NodeNote::ClaimBound);
        }
    }
    context.push_body(at, Role::Node, "persistentvolumeclaims".into(), body, FieldManager::Orchcli);
}

fn claim_spec(spec: &kinds::Claim) -> PersistentVolumeClaimSpec {
    let storage = [("storage".to_owned(), Quantity(spec.storage.clone()))];
    PersistentVolumeClaimSpec {
        access_modes: Some(spec.access_modes.iter().map(|mode| mode.name().into()).collect()),
        storage_class_name: spec.storage_class.clone(),
        volume_mode: spec.volume_mode.map(|mode| mode.name().into()),
        resources: Some(VolumeResourceRequirements { requests: Some(storage.into()), limits: None }),
        ..PersistentVolumeClaimSpec::default()
    }
}
