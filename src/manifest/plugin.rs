//! Custom resources of the plugin catalogue (engine.md 1.15).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::context::Context;
use super::placeholder::{self, Fill};
use super::{Discovery, FieldManager, ObjectRef, Role};
use crate::catalogue::{NodeType, Scope};
use crate::graph::decode::DecodedNode;
use crate::graph::kinds::{Plugin, Spec};
use crate::graph::report::Report;
use crate::graph::{Code, syntax};

/// The cluster serves no such kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotInstalled;

pub(super) fn build(context: &mut Context, at: usize) {
    let Some(node) = context.node(at) else { return };
    let Spec::Plugin(spec) = &node.spec else { return };
    let Some((plugin, node_type)) = spec.found else { return };
    let report = context.report(at);
    if !context.inputs.plugins.contains(&plugin.id) {
        let words = format!("plugin {} is not enabled; enable it first", plugin.display_name);
        report.error(Code::PluginDisabled, "pluginId", &words);
    }
    let object = match address(spec, node, context.inputs.discovery) {
        Ok(object) => object,
        Err(NotInstalled) => {
            let group = &node_type.crd.group;
            let words = format!(
                "plugin {}: {group} is not installed in cluster {}",
                plugin.display_name, context.inputs.cluster
            );
            report.error(Code::KindNotInstalled, "pluginId", &words);
            return;
        }
    };
    let values = values(spec, node);
    let mut body = body(&values, node_type, report);
    adapt(&mut body, &object);
    let mut metadata = context.metadata(at, &node.name, &[("orchcli.dev/plugin", &plugin.id)]);
    metadata.namespace.clone_from(&object.namespace);
    let own = metadata.labels.get_or_insert_default();
    for (key, value) in labels(&values, node_type, report) {
        own.entry(key).or_insert(value);
    }
    let mut document = Map::new();
    document.insert("apiVersion".into(), object.api_version.into());
    document.insert("kind".into(), object.kind.into());
    document.insert("metadata".into(), serde_json::to_value(&metadata).unwrap_or_default());
    document.extend(body);
    context.push_body(at, Role::Node, object.plural, Value::Object(document), FieldManager::Orchcli);
}

/// Version, resource name and scope: the catalogue's version if it is served, else the one the cluster prefers.
pub(super) fn address(
    spec: &Plugin,
    node: &DecodedNode,
    discovery: Option<&Discovery>,
) -> Result<ObjectRef, NotInstalled> {
    let crd = &spec.found.ok_or(NotInstalled)?.1.crd;
    let namespaced = |namespaced: bool| {
        if namespaced { node.namespace.clone().or_else(|| Some("default".into())) } else { None }
    };
    let (version, plural, namespace) = match discovery {
        None => (&crd.version, &crd.plural, namespaced(crd.scope == Scope::Namespaced)),
        Some(discovery) => {
            let group = discovery.groups.iter().find(|group| group.group == crd.group).ok_or(NotInstalled)?;
            let kind = group.kinds.iter().find(|kind| kind.kind == crd.kind).ok_or(NotInstalled)?;
            let preferred = kind.versions.first().unwrap_or(&group.preferred_version);
            let version = if kind.versions.contains(&crd.version) { &crd.version } else { preferred };
            (version, &kind.resource, namespaced(kind.namespaced))
        }
    };
    Ok(ObjectRef {
        api_version: format!("{}/{version}", crd.group),
        kind: crd.kind.clone(),
        plural: plural.clone(),
        namespace,
        name: node.name.clone(),
    })
}

/// Labels the catalogue wants on the object, checked: they are made of what somebody typed.
fn labels(values: &BTreeMap<&str, &str>, node_type: &NodeType, report: &Report) -> Vec<(String, String)> {
    let templates = node_type.metadata.as_ref().and_then(|metadata| metadata.get("labels")?.as_object());
    let mut labels = Vec::new();
    for (key, template) in templates.into_iter().flatten() {
        let Value::String(value) = fill(values, template, report) else { continue };
        if !syntax::is_label_value(&value) {
            let text = template.as_str().unwrap_or_default();
            let field = text.trim_start_matches("${").trim_end_matches('}');
            let words =
                format!("{field} becomes label {key}: use at most 63 letters, digits, '-', '_' and '.'");
            report.error(Code::FieldInvalid, field, &words);
        }
        labels.push((key.clone(), value));
    }
    labels
}

fn values<'n>(spec: &'n Plugin, node: &'n DecodedNode) -> BTreeMap<&'n str, &'n str> {
    let mut values: BTreeMap<&str, &str> =
        spec.values.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
    values.insert("name", &node.name);
    values.insert("namespace", node.namespace.as_deref().unwrap_or_default());
    values
}

/// The manifest with its variant and the extra spec merged in.
fn body(values: &BTreeMap<&str, &str>, node_type: &NodeType, report: &Report) -> Map<String, Value> {
    let mut body = fill(values, &node_type.manifest, report);
    if let Some(variants) = &node_type.variants {
        let chosen =
            variants.get("field").and_then(Value::as_str).and_then(|field| variants.get(*values.get(field)?));
        if let Some(chosen) = chosen {
            merge(&mut body, fill(values, chosen, report));
        }
    }
    if let Some(extra) = values.get("specYaml") {
        match placeholder::yaml(extra) {
            Ok(extra @ Value::Object(_)) => merge(&mut body, json!({"spec": extra})),
            Ok(_) => report.error(Code::FieldInvalid, "specYaml", "specYaml must be a YAML mapping"),
            Err(why) => report.error(Code::FieldInvalid, "specYaml", &format!("specYaml {why}")),
        }
    }
    match body {
        Value::Object(body) => body,
        _ => Map::new(),
    }
}

fn fill(values: &BTreeMap<&str, &str>, template: &Value, report: &Report) -> Value {
    let mut problems = Vec::new();
    let filled = Fill { values, problems: &mut problems }.value(template);
    for (field, why) in problems {
        report.error(Code::FieldInvalid, &field, &format!("{field} {why}"));
    }
    filled.unwrap_or_else(|| json!({}))
}

/// Maps are merged, everything else is replaced.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

/// What a kind needs that a template cannot say.
fn adapt(body: &mut Map<String, Value>, object: &ObjectRef) {
    let Some(spec) = body.get_mut("spec").and_then(Value::as_object_mut) else { return };
    match (object.group(), object.kind.as_str()) {
        // Load on the pods themselves cannot bring back the first pod.
        ("keda.sh", "ScaledObject") => {
            let triggers = spec.get("triggers").and_then(Value::as_array).cloned().unwrap_or_default();
            let own_load = |trigger: &Value| matches!(trigger["type"].as_str(), Some("cpu" | "memory"));
            if spec.get("minReplicaCount") == Some(&json!(0)) && triggers.iter().all(own_load) {
                spec.insert("minReplicaCount".into(), json!(1));
            }
        }
        // Text in the first version, an object from the next one on.
        ("opentelemetry.io", "OpenTelemetryCollector") if !object.api_version.ends_with("/v1alpha1") => {
            if let Some(config) =
                spec.get("config").and_then(Value::as_str).and_then(|text| placeholder::yaml(text).ok())
            {
                spec.insert("config".into(), config);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::catalogue::{FieldType, Scope, catalogue};
    use crate::graph::Code;
    use crate::manifest::testing::{Case, with};

    fn case(plugin: &str, template: &str, more: Value) -> Case {
        let data = with(json!({"name": "thing", "pluginId": plugin, "templateId": template}), more);
        Case::new([("p", "plugin", data)])
    }

    #[test]
    fn every_node_type_of_the_catalogue_makes_an_object() {
        for plugin in &catalogue().plugins {
            for node_type in &plugin.node_types {
                let mut data = json!({});
                for field in node_type
                    .fields
                    .iter()
                    .filter(|field| field.required && field.default.is_none() && field.id != "name")
                {
                    data[&field.id] = match field.kind {
                        FieldType::Number => "3".into(),
                        FieldType::Select => field.options[0].clone().into(),
                        FieldType::Text | FieldType::Textarea => {
                            let body = node_type.manifest.to_string();
                            let is = |filter: &str| body.contains(&format!("${{{}|{filter}}}", field.id));
                            if is("bytes") {
                                "1Gi".into()
                            } else if is("labels") {
                                "a=b".into()
                            } else {
                                "some".into()
                            }
                        }
                    };
                }
                let body = case(&plugin.id, &node_type.name, data).body("p");
                assert_eq!(body["apiVersion"], node_type.crd.api_version());
                assert_eq!(body["kind"], node_type.crd.kind.as_str());
                assert_eq!(
                    body["metadata"].get("namespace").is_some(),
                    node_type.crd.scope == Scope::Namespaced
                );
                assert_eq!(body["metadata"]["labels"]["orchcli.dev/plugin"], plugin.id.as_str());
                assert!(!body.to_string().contains("${"), "{}: {body}", node_type.name);
            }
        }
    }

    #[test]
    fn the_namespace_falls_back_to_the_catalogues() {
        let body = case("prometheus", "prometheus-instance", json!({"namespace": ""})).body("p");
        assert_eq!(body["metadata"]["namespace"], "monitoring");
    }

    #[test]
    fn extra_spec_is_merged_last_and_cannot_leave_spec() {
        let extra = "minReplicaCount: 0\ntriggers: [{type: kafka}]\nadvanced: {a: 1}\nkind: Pod\n";
        let body = case("keda", "scaled-object", json!({"scaleTargetRef": "w", "specYaml": extra})).body("p");
        assert_eq!(body["kind"], "ScaledObject");
        let expected = json!({"scaleTargetRef": {"name": "w"}, "minReplicaCount": 0, "maxReplicaCount": 10,
            "triggers": [{"type": "kafka"}], "advanced": {"a": 1}, "kind": "Pod"});
        assert_eq!(body["spec"], expected);
    }

    #[test]
    fn own_load_cannot_scale_to_nothing() {
        let minimum = |more| case("keda", "scaled-object", more).spec("p")["minReplicaCount"].clone();
        assert_eq!(minimum(json!({"scaleTargetRef": "w", "minReplicaCount": 0})), 1);
        assert_eq!(
            minimum(json!({"scaleTargetRef": "w", "minReplicaCount": "2", "triggerType": "memory"})),
            2
        );
    }

    #[test]
    fn variants_follow_their_field() {
        let spec = |kind: &str| {
            case("fluentbit", "fluentbit-output", json!({"outputType": kind, "host": "h", "port": 24}))
                .spec("p")
        };
        assert_eq!(spec("loki"), json!({"match": "*", "loki": {"host": "h", "port": 24}}));
        assert_eq!(spec("kafka"), json!({"match": "*", "kafka": {"brokers": "h:24"}}));
    }

    #[test]
    fn hostile_text_stays_text() {
        let hostile = "x\n---\nkind: Secret\n${name}";
        let spec = case("tekton", "tekton-task", json!({"script": hostile, "image": "{{ a }}"})).spec("p");
        assert_eq!(spec["steps"], json!([{"name": "main", "image": "{{ a }}", "script": hostile}]));
    }

    #[test]
    fn the_cluster_decides_what_is_served() {
        let discovered = |kind: &str, version: &str| {
            let groups = json!([{"group": "opentelemetry.io", "preferredVersion": version,
                "kinds": [{"kind": kind, "resource": "collectors", "namespaced": true}]}]);
            let discovery = Some(serde_json::from_value(groups).unwrap());
            Case {
                discovery,
                ..case("opentelemetry", "otel-collector", json!({"config": "{receivers: {otlp: {}}}"}))
            }
        };
        let newer = discovered("OpenTelemetryCollector", "v1beta1").body("p");
        assert_eq!(newer["apiVersion"], "opentelemetry.io/v1beta1");
        assert_eq!(
            newer["spec"]["config"],
            json!({"receivers": {"otlp": {}}}),
            "an object from this version on"
        );
        let missing = discovered("Instrumentation", "v1alpha1").compile();
        let error = missing.errors().next().unwrap();
        assert_eq!(error.code, Code::KindNotInstalled);
        assert!(
            error.message.contains("opentelemetry.io is not installed in cluster dev"),
            "{}",
            error.message
        );
    }

    #[test]
    fn problems_are_found_together() {
        let data = json!({"scaleTargetRef": " ", "minReplicaCount": "few", "triggerType": "moon", "specYaml": "- a"});
        let fields: Vec<_> =
            case("keda", "scaled-object", data).errors().into_iter().map(|(_, field)| field).collect();
        assert_eq!(
            fields,
            ["scaleTargetRef", "minReplicaCount", "triggerType", "minReplicaCount", "specYaml"]
        );
        assert_eq!(Case::error_fields("plugin", json!({"name": "x"})), ["pluginId", "templateId"]);
        assert_eq!(case("nope", "x", json!({})).errors()[0].1, "pluginId");
        assert_eq!(case("keda", "certificate", json!({})).errors()[0].1, "templateId");
    }

    #[test]
    fn labels_made_of_fields_are_legal_or_refused() {
        let topic = |cluster: &str| case("kafka", "kafka-topic", json!({"clusterName": cluster}));
        assert_eq!(topic("main").body("p")["metadata"]["labels"]["strimzi.io/cluster"], "main");
        assert_eq!(topic("a b").errors(), [("p".to_owned(), "clusterName".to_owned())]);
    }
}
