//! The one function: inputs to documents, in apply order.

use std::collections::{HashMap, HashSet};

use super::context::{Built, Context, address};
use super::{
    Compiled, Inputs, LogLine, NodeNote, ObjectRef, claim, config_map, hpa, ingress, network_policy, plugin,
    pull_secret, secret, service, workload,
};
use crate::graph::decode::{Decoded, DecodedNode};
use crate::graph::kinds::Spec;
use crate::graph::{Code, Finding, NodeKind, Severity};

/// Compiles a graph. Same input, same bytes out; every finding at once; nothing is read or written.
pub fn compile(inputs: &Inputs) -> Compiled {
    let mut context = Context {
        inputs,
        decoded: Decoded::new(inputs.graph),
        scale_targets: HashMap::new(),
        scaled: HashSet::new(),
        services: HashMap::new(),
        built: Built::default(),
    };
    hpa::resolve_targets(&mut context);
    index_services(&mut context);
    check_identities(&context);
    for at in 0..inputs.graph.nodes.len() {
        build(&mut context, at);
    }
    pull_secret::build(&mut context);
    finish(context)
}

fn build(context: &mut Context, at: usize) {
    let Some(node) = context.node(at) else {
        let id = context.decoded.id(at).to_owned();
        context.built.notes.insert(id, NodeNote::Skipped);
        return;
    };
    match node.spec {
        Spec::Deployment(_) | Spec::StatefulSet(_) | Spec::DaemonSet(_) | Spec::Job(_) | Spec::CronJob(_) => {
            workload::build(context, at);
        }
        Spec::Service(_) => service::build(context, at),
        Spec::Ingress(_) => ingress::build(context, at),
        Spec::ConfigMap(_) => config_map::build(context, at),
        Spec::Secret(_) => secret::build(context, at),
        Spec::Claim(_) => claim::build(context, at),
        Spec::Hpa(_) => hpa::build(context, at),
        Spec::NetworkPolicy(_) => network_policy::build(context, at),
        Spec::Plugin(_) => plugin::build(context, at),
    }
}

fn index_services(context: &mut Context) {
    let services = context.decoded.nodes.iter().enumerate().filter_map(|(at, node)| {
        let node = node.as_ref().filter(|node| node.kind == NodeKind::Service)?;
        Some(((node.namespace.clone()?, node.name.clone()), at))
    });
    context.services = services.collect();
}

/// Duplicates, protected objects, and workloads a Service could not tell apart (engine.md 0.3, 0.5).
fn check_identities(context: &Context) {
    let mut identities = HashSet::new();
    let mut apps: HashMap<(&Option<String>, &str), NodeKind> = HashMap::new();
    for (at, node) in context.decoded.nodes.iter().enumerate() {
        let Some(node) = node.as_ref().filter(|node| node.addressable) else { continue };
        let Some(object) = object_of(context, at, node) else { continue };
        let place = object.namespace.as_deref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        if !identities.insert((
            object.group().to_owned(),
            object.kind.clone(),
            object.namespace.clone(),
            object.name.clone(),
        )) {
            let words = format!(
                "name is a duplicate: another node makes {} {place}{} too; rename one",
                object.kind, object.name
            );
            context.report(at).error(Code::Duplicate, "name", &words);
        }
        if node.kind == NodeKind::Service && place == "default/" && node.name == "kubernetes" {
            context.report(at).error(
                Code::Protected,
                "name",
                "Service default/kubernetes is protected; choose another name",
            );
        }
        if node.kind.is_workload() {
            let other = *apps.entry((&node.namespace, &node.name)).or_insert(node.kind);
            if other != node.kind {
                let words =
                    format!("name is also that of a {other}: a Service would select the pods of both");
                context.report(at).warning(Code::LabelClash, "name", &words);
            }
        }
    }
}

fn object_of(context: &Context, at: usize, node: &DecodedNode) -> Option<ObjectRef> {
    match &node.spec {
        Spec::Plugin(spec) => plugin::address(spec, node, context.inputs.discovery).ok(),
        Spec::Hpa(_) => {
            address(node).map(|object| ObjectRef { namespace: hpa::namespace(context, at), ..object })
        }
        _ => address(node),
    }
}

/// The addresses of all objects the graph stands for, headless Services included: what a run has to look at before it
/// compiles, and what a clean-up compares (engine.md 3.7). Nodes without a legal name are left out.
pub fn objects(inputs: &Inputs) -> Vec<(String, ObjectRef)> {
    let mut context = Context {
        inputs,
        decoded: Decoded::new(inputs.graph),
        scale_targets: HashMap::new(),
        scaled: HashSet::new(),
        services: HashMap::new(),
        built: Built::default(),
    };
    hpa::resolve_targets(&mut context);
    index_services(&mut context);
    let mut objects = Vec::new();
    for (at, node) in context.decoded.nodes.iter().enumerate() {
        let Some(node) = node.as_ref().filter(|node| node.addressable) else { continue };
        let id = context.decoded.id(at).to_owned();
        if let Some(service) = workload::headless_address(&context, node) {
            objects.push((id.clone(), service));
        }
        objects.extend(object_of(&context, at, node).map(|object| (id, object)));
    }
    objects
}

fn finish(context: Context) -> Compiled {
    let Context { decoded, mut built, .. } = context;
    built.documents.sort_by_key(|ranked| (ranked.rank, ranked.position));
    let mut positions: Vec<usize> =
        (0..decoded.nodes.len()).filter(|at| decoded.node(*at).is_some()).collect();
    positions.sort_by_key(|at| (decoded.node(*at).map(|node| node.kind.rank()), *at));
    let order: Vec<String> = positions.iter().map(|at| decoded.id(*at).to_owned()).collect();
    let by_node: Vec<Vec<Finding>> =
        decoded.reports.into_iter().map(crate::graph::report::Report::into_findings).collect();
    let log = positions.iter().flat_map(|at| &by_node[*at]).filter_map(log_line).collect();
    Compiled {
        documents: built.documents.into_iter().map(|ranked| ranked.document).collect(),
        findings: by_node.into_iter().flatten().chain(decoded.findings).collect(),
        order,
        log,
        notes: built.notes,
        replacements: built.replacements,
    }
}

/// What a run writes about a finding; an error ends the run with its own words.
fn log_line(finding: &Finding) -> Option<LogLine> {
    let text = match finding.severity {
        Severity::Error => return None,
        Severity::Warning => format!("Warning: {}", finding.message),
        Severity::Info => finding.message.clone(),
    };
    Some(LogLine { node_id: finding.node_id.clone(), text })
}
