//! StatefulSet (engine.md 1.4); its Service is in [`super::headless`].

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec};
use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, Service, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::Value;

use super::replicas;
use crate::graph::decode::DecodedNode;
use crate::graph::fields::Choice as _;
use crate::graph::kinds::{self, ClaimTemplate};
use crate::manifest::context::{Context, app_selector, filled};
use crate::manifest::{FieldManager, Role, pod, preflight};

pub(super) fn object(
    context: &Context,
    at: usize,
    node: &DecodedNode,
    spec: &kinds::StatefulSet,
) -> StatefulSet {
    let version = [("version", spec.version.as_str())];
    StatefulSet {
        metadata: context.metadata(at, &node.name, &version),
        spec: Some(StatefulSetSpec {
            service_name: Some(spec.service_name.clone()),
            replicas: replicas(context, at, spec.replicas),
            selector: app_selector(&node.name),
            template: pod::template(context, at, node, &spec.pod, &version, None),
            volume_claim_templates: filled(spec.claims.iter().map(claim_template).collect::<Vec<_>>()),
            ..StatefulSetSpec::default()
        }),
        status: None,
    }
}

fn claim_template(claim: &ClaimTemplate) -> PersistentVolumeClaim {
    let storage = [("storage".to_owned(), Quantity(claim.storage.clone()))];
    PersistentVolumeClaim {
        metadata: ObjectMeta { name: Some(claim.name.clone()), ..ObjectMeta::default() },
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(claim.access_modes.iter().map(|mode| mode.name().into()).collect()),
            storage_class_name: claim.storage_class.clone(),
            resources: Some(VolumeResourceRequirements { requests: Some(storage.into()), limits: None }),
            ..PersistentVolumeClaimSpec::default()
        }),
        status: None,
    }
}

/// Keeps the documents of the node, unless the live object cannot become what is asked for.
pub(super) fn push(context: &mut Context, at: usize, headless: Option<&Service>, object: &StatefulSet) {
    let mut body = serde_json::to_value(object).unwrap_or_default();
    let templates = body.pointer_mut("/spec/volumeClaimTemplates").and_then(Value::as_array_mut);
    for template in templates.into_iter().flatten().filter_map(Value::as_object_mut) {
        // The typed form repeats what a template does not say.
        template.retain(|key, _| key != "apiVersion" && key != "kind");
    }
    if let Some(live) = context.live(at) {
        let node = context.report(at);
        for finding in preflight::immutable_stateful_set(&body, live) {
            node.take(finding);
        }
    }
    if let Some(service) = headless {
        context.push(at, Role::Headless, service);
    }
    context.push_body(at, Role::Node, "statefulsets".into(), body, FieldManager::Orchcli);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::manifest::testing::{Case, named};

    fn single(kind: &str, more: Value) -> Case {
        Case::new([("n", kind, named("app", more))])
    }

    #[test]
    fn what_cannot_change_of_a_statefulset_stops_the_run() {
        let live = |service: &str| {
            json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "app", "namespace": "default"}, "spec": {
            "serviceName": service, "selector": {"matchLabels": {"app": "app"}}, "volumeClaimTemplates": [{"apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data"}, "status": {"phase": "Pending"},
            "spec": {"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem", "resources": {"requests": {"storage": "1024Mi"}}}}]}})
        };
        let case = |size: &str, service: &str| {
            single("statefulset", json!({"volumeClaimTemplates": [{"name": "data", "storage": size}]}))
                .live(live(service))
        };
        assert_eq!(case("1Gi", "app-headless").errors(), []);
        let fields: Vec<_> = case("2Gi", "other").errors().into_iter().map(|(_, field)| field).collect();
        assert_eq!(fields, ["serviceName", "volumeClaimTemplates"]);
    }

    #[test]
    fn claim_templates_are_checked() {
        let templates = json!([{"name": "a", "storage": "1Gi"}, {"name": "a", "storage": "0", "mountPath": "/b"}, {"mountPath": "x"}, {"name": "B", "storage": "x", "accessModes": ["y"]}]);
        let mut fields = Case::error_fields("statefulset", json!({"volumeClaimTemplates": templates}));
        fields.sort();
        let entry = |rest: &str| format!("volumeClaimTemplates{rest}");
        let expected = [
            "[1].name",
            "[1].storage",
            "[2].mountPath",
            "[2].name",
            "[2].storage",
            "[3].accessModes",
            "[3].name",
            "[3].storage",
        ];
        assert_eq!(fields, expected.map(entry));
    }
}
