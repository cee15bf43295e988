//! What the live object says about writing to it: pure rules for the phase before anything is applied.

use serde_json::{Map, Value, json};

use super::context::WORKFLOW_LABEL;
use super::{Document, Role};
use crate::graph::quantity::Quantity;
use crate::graph::{Code, Finding, Severity, syntax};
use crate::id::WorkflowId;

/// Annotation of a live Job: hash of the spec it was made from (engine.md 3.4).
pub const SPEC_HASH: &str = "orchcli.dev/spec-hash";
/// Label of a pull secret: the registry it is for.
pub const REGISTRY_LABEL: &str = "orchcli.dev/registry-id";

const PROTECTED_NAMESPACES: [&str; 3] = ["kube-system", "kube-public", "kube-node-lease"];

/// Whether an object may be written (engine.md 0.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakeOver {
    /// There is none yet.
    Create,
    /// It is ours.
    Update,
    /// It is nobody's or the reference's: update and label it, and say so.
    Adopt,
    /// It is somebody else's.
    Refuse(Finding),
}

/// Decides by the live object; `adopt` is the flag of the run request.
pub fn take_over(
    document: &Document,
    live: Option<&Value>,
    workflow: Option<WorkflowId>,
    adopt: bool,
) -> TakeOver {
    let Some(live) = live else { return TakeOver::Create };
    let is_ours = match document.role {
        Role::PullSecret => {
            let registry = label(&document.body, REGISTRY_LABEL);
            registry.is_some() && label(live, REGISTRY_LABEL) == registry
        }
        Role::Node | Role::Headless => is_owned(live, workflow),
    };
    if is_ours {
        return TakeOver::Update;
    }
    let object = &document.object;
    let place = object.namespace.as_deref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
    let what = format!("{} {place}{}", object.kind, object.name);
    let (code, words) = if let Some(owner) = label(live, WORKFLOW_LABEL) {
        (
            Code::OwnedByWorkflow,
            format!("{what} is already managed by workflow {owner}; rename the node or remove it there"),
        )
    } else if object.namespace.as_deref().is_some_and(|namespace| PROTECTED_NAMESPACES.contains(&namespace)) {
        (Code::Protected, format!("{what} is protected: it belongs to the cluster; rename the node"))
    } else if adopt || has_reference_marker(live) {
        return TakeOver::Adopt;
    } else {
        let words = format!(
            "{what} exists and is not managed by orchcli; rename the node, or run with adopt to take it over"
        );
        (Code::NotManaged, words)
    };
    let finding = Finding::new(Severity::Error, code, words);
    TakeOver::Refuse(match &document.node_id {
        Some(id) => finding.at_node(id),
        None => finding,
    })
}

/// Whether a live object carries this workflow's label.
pub fn is_owned(live: &Value, workflow: Option<WorkflowId>) -> bool {
    let owner = workflow.map_or_else(|| "0".repeat(24), |id| id.to_string());
    label(live, WORKFLOW_LABEL) == Some(owner.as_str())
}

/// Whether the reference made it (engine.md 0.4).
pub fn has_reference_marker(live: &Value) -> bool {
    let marked = |key: &str| label(live, key) == Some("kubeorch");
    let named = |part: &str| {
        let keys = live.pointer(part).and_then(Value::as_object);
        keys.is_some_and(|keys| keys.keys().any(|key| key.starts_with("kubeorch.io/")))
    };
    marked("managed-by")
        || marked("app.kubernetes.io/managed-by")
        || named("/metadata/labels")
        || named("/metadata/annotations")
}

/// What to do about a live Job (engine.md 3.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobAction {
    /// There is none.
    Create,
    /// It runs, and from the same spec.
    Leave,
    /// Delete it, wait until it is gone, create anew.
    Replace {
        /// Precondition of the delete.
        uid: Option<String>,
        /// It is still running: the log says so.
        active: bool,
    },
}

/// Decides by the live Job and the hash of the rendered one.
pub fn job_action(live: Option<&Value>, hash: &str) -> JobAction {
    let Some(live) = live else { return JobAction::Create };
    let conditions = live.pointer("/status/conditions").and_then(Value::as_array);
    let is = |condition: &Value, key: &str, wanted: &[&str]| {
        condition.get(key).and_then(Value::as_str).is_some_and(|value| wanted.contains(&value))
    };
    let finished = conditions.into_iter().flatten().any(|condition| {
        is(condition, "type", &["Complete", "Failed"]) && is(condition, "status", &["True"])
    });
    let annotation = live.pointer("/metadata/annotations").and_then(|annotations| annotations.get(SPEC_HASH));
    if !finished && annotation.and_then(Value::as_str) == Some(hash) {
        return JobAction::Leave;
    }
    let uid = live.pointer("/metadata/uid").and_then(Value::as_str).map(str::to_owned);
    JobAction::Replace { uid, active: !finished }
}

/// Hash of a rendered object's `spec`, independent of the order of its keys.
pub fn spec_hash(body: &Value) -> String {
    let mut spec = body.get("spec").cloned().unwrap_or_default();
    spec.sort_all_objects();
    syntax::short_hash(&spec.to_string(), 64)
}

/// The rendered object with its hash as annotation, as a Job is applied.
#[must_use]
pub fn with_spec_hash(body: &Value) -> Value {
    let hash = spec_hash(body);
    let mut body = body.clone();
    if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
        let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
        if let Some(annotations) = annotations.as_object_mut() {
            annotations.insert(SPEC_HASH.into(), hash.into());
        }
    }
    body
}

/// What to apply under `orchcli-scale` before a document that leaves `spec.replicas` to an autoscaler, when the live
/// count is still owned by this program (engine.md 2.6).
pub fn replica_handover(body: &Value, live: &Value) -> Option<Value> {
    if body.pointer("/spec/replicas").is_some() || !owns(live, "f:replicas") {
        return None;
    }
    let replicas = live.pointer("/spec/replicas")?;
    let metadata = body.get("metadata")?;
    let mut address = Map::new();
    for key in ["name", "namespace"] {
        address.extend(metadata.get(key).map(|value| (key.to_owned(), value.clone())));
    }
    Some(json!({
        "apiVersion": body.get("apiVersion")?,
        "kind": body.get("kind")?,
        "metadata": address,
        "spec": {"replicas": replicas},
    }))
}

/// Fields of a StatefulSet that cannot change and differ (engine.md 1.4).
pub fn immutable_stateful_set(body: &Value, live: &Value) -> Vec<Finding> {
    let spec = |object: &Value, key: &str| {
        object.pointer("/spec").and_then(|spec| spec.get(key)).cloned().unwrap_or_default()
    };
    let templates = |object: &Value| {
        let templates = spec(object, "volumeClaimTemplates");
        templates
            .as_array()
            .map(|templates| templates.iter().map(claim_template).collect::<Vec<_>>())
            .unwrap_or_default()
    };
    let mut findings = Vec::new();
    let mut differs = |field: &str, different: bool| {
        if different {
            let words = format!(
                "{field} of a StatefulSet cannot change; delete the live one and run again to re-create it"
            );
            findings.push(Finding::new(Severity::Error, Code::Immutable, words).at_field(field));
        }
    };
    differs("serviceName", spec(body, "serviceName") != spec(live, "serviceName"));
    differs("selector", spec(body, "selector") != spec(live, "selector"));
    differs("volumeClaimTemplates", templates(body) != templates(live));
    findings
}

/// What counts of a claim template: the API fills in the rest.
fn claim_template(template: &Value) -> (Value, Value, Value, Option<Quantity>) {
    let part = |pointer: &str| template.pointer(pointer).cloned().unwrap_or_default();
    let storage = part("/spec/resources/requests/storage");
    (
        part("/metadata/name"),
        part("/spec/accessModes"),
        part("/spec/storageClassName"),
        storage.as_str().and_then(Quantity::parse),
    )
}

/// The type of a Secret cannot change (engine.md 1.11).
pub fn immutable_secret_type(kind: &str, live: &Value) -> Option<Finding> {
    let live_kind = live.get("type").and_then(Value::as_str).unwrap_or("Opaque");
    let words = format!(
        "secretType of the live Secret is {live_kind} and cannot change; delete it first, or use that type"
    );
    (live_kind != kind).then(|| Finding::new(Severity::Error, Code::Immutable, words).at_field("secretType"))
}

/// Makes a claim's document fit the live one: its size may grow, everything else stays as it is (engine.md 1.12).
/// Differences come back as warnings.
pub fn follow_live_claim(body: &mut Value, live: &Value) -> Vec<Finding> {
    let size = |object: &Value| object.pointer(STORAGE).and_then(Value::as_str).and_then(Quantity::parse);
    let (wanted, found) = (size(body), size(live));
    let live_spec = |key: &str| live.get("spec").and_then(|spec| spec.get(key));
    let Some(spec) = body.get_mut("spec").and_then(Value::as_object_mut) else { return Vec::new() };
    let mut findings = Vec::new();
    let mut warn = |field: &str, words: &str| {
        let words = format!("{field} of an existing claim {words}; the claim is left as it is");
        findings.push(Finding::new(Severity::Warning, Code::Immutable, words).at_field(field));
    };
    for key in ["accessModes", "storageClassName", "volumeMode"] {
        let wanted = spec.get(key);
        if wanted.is_some() && wanted != live_spec(key) {
            warn(key, "cannot change");
        }
        match live_spec(key).filter(|_| wanted.is_some() || owns(live, &format!("f:{key}"))) {
            Some(value) => spec.insert(key.into(), value.clone()),
            None => spec.remove(key),
        };
    }
    let is_bound = live.pointer("/status/phase").and_then(Value::as_str) == Some("Bound");
    if wanted < found {
        warn("storage", "can only grow");
    } else if wanted > found && !is_bound {
        warn("storage", "can only grow once a volume is bound to it");
    }
    if let Some(size) = live.pointer(STORAGE).filter(|_| wanted <= found || !findings.is_empty()) {
        spec.insert("resources".into(), json!({"requests": {"storage": size}}));
    }
    findings
}

const STORAGE: &str = "/spec/resources/requests/storage";

/// Whether this program owns a `spec` field of the live object.
fn owns(live: &Value, field: &str) -> bool {
    let managers = live.pointer("/metadata/managedFields").and_then(Value::as_array);
    managers.into_iter().flatten().any(|entry| {
        entry.get("manager").and_then(Value::as_str) == Some("orchcli")
            && entry.pointer("/fieldsV1/f:spec").is_some_and(|spec| spec.get(field).is_some())
    })
}

fn label<'v>(object: &'v Value, key: &str) -> Option<&'v str> {
    object.pointer("/metadata/labels")?.get(key)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::testing::{Case, named};

    fn document(namespace: &str) -> Document {
        let case = Case::new([("c", "configmap", named("c", json!({"namespace": namespace})))]);
        case.compile().documents.remove(0)
    }

    fn labelled(labels: &Value) -> Value {
        json!({"metadata": {"labels": labels}})
    }

    #[test]
    fn the_table_of_taking_over() {
        let decide = |namespace: &str, live: Option<Value>, adopt| {
            take_over(&document(namespace), live.as_ref(), None, adopt)
        };
        let code = |decision| match decision {
            TakeOver::Refuse(finding) => Some((finding.code, finding.node_id)),
            TakeOver::Create | TakeOver::Update | TakeOver::Adopt => None,
        };
        let ours = labelled(&json!({"orchcli.dev/workflow-id": "0".repeat(24)}));
        let theirs = labelled(&json!({"orchcli.dev/workflow-id": "1".repeat(24), "managed-by": "kubeorch"}));
        let reference = labelled(&json!({"managed-by": "kubeorch"}));
        let refused = |code| Some((code, Some("c".to_owned())));
        assert_eq!(decide("a", None, false), TakeOver::Create);
        assert_eq!(decide("a", Some(ours.clone()), false), TakeOver::Update);
        assert_eq!(code(decide("a", Some(theirs), true)), refused(Code::OwnedByWorkflow));
        assert_eq!(decide("a", Some(reference.clone()), false), TakeOver::Adopt);
        assert_eq!(code(decide("a", Some(json!({})), false)), refused(Code::NotManaged));
        assert_eq!(decide("a", Some(json!({})), true), TakeOver::Adopt);
        assert_eq!(decide("kube-system", None, false), TakeOver::Create);
        assert_eq!(decide("kube-system", Some(ours), false), TakeOver::Update);
        assert_eq!(code(decide("kube-system", Some(reference), true)), refused(Code::Protected));
    }

    #[test]
    fn markers_of_the_reference() {
        for labels in [
            json!({"managed-by": "kubeorch"}),
            json!({"app.kubernetes.io/managed-by": "kubeorch"}),
            json!({"kubeorch.io/plugin": "x"}),
        ] {
            assert!(has_reference_marker(&labelled(&labels)), "{labels}");
        }
        assert!(!has_reference_marker(&labelled(&json!({"managed-by": "helm"}))));
    }

    #[test]
    fn a_job_is_left_alone_only_while_it_runs_the_same_spec() {
        let live = |hash: &str, condition: &str| {
            json!({"metadata": {"uid": "u", "annotations": {SPEC_HASH: hash}},
            "status": {"conditions": [{"type": condition, "status": "True"}]}})
        };
        let replace = |active| JobAction::Replace { uid: Some("u".into()), active };
        assert_eq!(job_action(None, "h"), JobAction::Create);
        assert_eq!(job_action(Some(&live("h", "Suspended")), "h"), JobAction::Leave);
        assert_eq!(job_action(Some(&live("old", "FailureTarget")), "h"), replace(true));
        assert_eq!(job_action(Some(&live("h", "Complete")), "h"), replace(false));
    }

    #[test]
    fn the_hash_is_of_the_spec_whatever_its_order() {
        let (a, b) = (
            json!({"spec": {"x": 1, "y": {"z": 2, "w": 3}}}),
            json!({"kind": "Job", "spec": {"y": {"w": 3, "z": 2}, "x": 1}}),
        );
        assert_eq!(spec_hash(&a), spec_hash(&b));
        assert_ne!(spec_hash(&a), spec_hash(&json!({"spec": {"x": 1}})));
        let body = with_spec_hash(&json!({"metadata": {"name": "j"}, "spec": {}}));
        assert_eq!(body["metadata"]["annotations"][SPEC_HASH], spec_hash(&json!({"spec": {}})));
    }

    #[test]
    fn replicas_are_handed_over_while_they_are_ours() {
        let live = |manager: &str| {
            json!({"spec": {"replicas": 4}, "metadata": {"managedFields": [
            {"manager": manager, "fieldsV1": {"f:spec": {"f:replicas": {}}}}]}})
        };
        let body = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "n", "labels": {}}, "spec": {}});
        let expected = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "n"}, "spec": {"replicas": 4}});
        assert_eq!(replica_handover(&body, &live("orchcli")), Some(expected));
        assert_eq!(replica_handover(&body, &live("orchcli-scale")), None);
        let counted = json!({"spec": {"replicas": 1}, "metadata": {}});
        assert_eq!(replica_handover(&counted, &live("orchcli")), None);
    }
}
