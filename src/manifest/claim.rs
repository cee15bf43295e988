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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::graph::Code;
    use crate::manifest::NodeNote;
    use crate::manifest::testing::{Case, named};

    fn case(more: Value) -> Case {
        Case::new([("p", "persistentvolumeclaim", named("disk", more))])
    }

    fn live(spec: &Value, managed: &Value) -> Value {
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": spec, "status": {"phase": "Bound"},
            "metadata": {"name": "disk", "namespace": "default", "managedFields": [{"manager": "orchcli", "fieldsV1": {"f:spec": managed}}]}})
    }

    fn size(spec: &Value) -> &Value {
        &spec["resources"]["requests"]["storage"]
    }

    #[test]
    fn a_new_claim_says_what_is_set() {
        let expected =
            json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}});
        assert_eq!(
            case(json!({"storage": " 10Gi ", "storageClassName": "", "accessModes": []})).spec("p"),
            expected
        );
        assert_eq!(size(&case(json!({"storage": 1_000_000})).spec("p")), "1000000");
    }

    #[test]
    fn an_existing_claim_may_grow_and_keeps_what_it_is() {
        let found = json!({"accessModes": ["ReadWriteOnce"], "storageClassName": "fast", "volumeMode": "Filesystem", "volumeName": "pv",
            "resources": {"requests": {"storage": "10Gi"}}});
        let grown = case(json!({"storage": "20Gi"})).live(live(&found, &json!({"f:storageClassName": {}})));
        let expected = json!({"accessModes": ["ReadWriteOnce"], "storageClassName": "fast", "resources": {"requests": {"storage": "20Gi"}}});
        assert_eq!(grown.spec("p"), expected, "the class is ours, the mode is not");
        assert_eq!(grown.warnings(), []);
        assert_eq!(grown.compile().notes["p"], NodeNote::ClaimBound);
        let same = case(json!({"storage": "10240Mi"})).live(live(&found, &json!({})));
        assert_eq!(size(&same.spec("p")), "10Gi");
    }

    #[test]
    fn any_other_difference_leaves_it_as_it_is() {
        let found = json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}});
        let smaller = case(json!({"storage": "5Gi"})).live(live(&found, &json!({})));
        assert_eq!(size(&smaller.spec("p")), "10Gi");
        assert_eq!(smaller.warnings(), [("p".to_owned(), Code::Immutable)]);
        let mut unbound = live(&found, &json!({}));
        unbound["status"]["phase"] = "Pending".into();
        let larger = case(json!({"storage": "20Gi"})).live(unbound);
        assert_eq!(size(&larger.spec("p")), "10Gi", "Kubernetes refuses it until a volume is bound");
        assert_eq!(larger.warnings(), [("p".to_owned(), Code::Immutable)]);
        let other = json!({"storage": "20Gi", "accessModes": ["ReadWriteMany"], "storageClassName": "slow"});
        let other = case(other).live(live(&found, &json!({})));
        assert_eq!(other.spec("p"), found);
        assert_eq!(other.warnings().len(), 2);
    }

    #[test]
    fn problems_are_found_together() {
        let data = json!({"storage": "0", "accessModes": ["x"], "storageClassName": "A", "volumeMode": "y"});
        assert_eq!(
            Case::error_fields("persistentvolumeclaim", data),
            ["storage", "accessModes", "storageClassName", "volumeMode"]
        );
        assert_eq!(Case::error_fields("persistentvolumeclaim", json!({"storage": " "})), ["storage"]);
    }
}
