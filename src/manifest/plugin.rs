//! Custom resources of the plugin catalogue (engine.md 1.15).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::context::Context;
use super::placeholder::{self, Fill};
use super::{Discovery, FieldManager, ObjectRef, Role};
use crate::catalogue::{NodeType, Scope};
use crate::graph::decode::DecodedNode;
use crate::graph::kinds::{Plugin, Spec};
use crate::graph::report::{Report, quoted};
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
    let extra = node_type.metadata.as_ref().map(|extra| fill(&values, extra, report));
    let labels = metadata.labels.get_or_insert_default();
    for (key, value) in
        extra.as_ref().and_then(|extra| extra.get("labels")?.as_object()).into_iter().flatten()
    {
        let Some(value) = value.as_str() else { continue };
        if !syntax::is_label_value(value) {
            let words = format!(
                "label {key} would be {}; a label value has at most 63 letters, digits, '-', '_' and '.'",
                quoted(value)
            );
            report.error(Code::FieldInvalid, "name", &words);
        }
        labels.entry(key.clone()).or_insert_with(|| value.to_owned());
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
