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
    let mut context = decoded(inputs);
    check_identities(&context);
    for at in 0..inputs.graph.nodes.len() {
        build(&mut context, at);
    }
    pull_secret::build(&mut context);
    workload::replace_live_jobs(&mut context);
    finish(context)
}

/// The graph read, and who refers to whom beyond the edges.
fn decoded<'a>(inputs: &'a Inputs<'a>) -> Context<'a> {
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
    context
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
        let mut is_new = |object: &ObjectRef| {
            let ObjectRef { kind, namespace, name, .. } = object.clone();
            identities.insert((object.group().to_owned(), kind, namespace, name))
        };
        check_identity(context, at, &object, "name", is_new(&object));
        if let Some(service) = workload::headless_address(context, node) {
            let is_new = !workload::makes_headless(context, &service) || is_new(&service);
            check_identity(context, at, &service, "serviceName", is_new);
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

fn check_identity(context: &Context, at: usize, object: &ObjectRef, field: &str, is_new: bool) {
    let place = object.namespace.as_deref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
    let what = format!("{} {place}{}", object.kind, object.name);
    if !is_new {
        let words = format!("{field} is a duplicate: another node makes {what} too; choose another");
        context.report(at).error(Code::Duplicate, field, &words);
    }
    if object.group().is_empty() && what == "Service default/kubernetes" {
        context.report(at).error(
            Code::Protected,
            field,
            &format!("{field}: {what} is protected; choose another"),
        );
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
    let context = decoded(inputs);
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::graph::Code;
    use crate::manifest::testing::{Case, named};

    #[test]
    fn order_is_rank_then_position_whatever_was_drawn() {
        let kinds = [
            ("hpa", json!({"scaleTargetName": "z", "maxReplicas": 2, "targetCPUUtilization": 1})),
            ("service", json!({"port": 80, "targetApp": "x"})),
            ("deployment", json!({})),
            ("configmap", json!({})),
            ("deployment", json!({})),
            ("persistentvolumeclaim", json!({"storage": "1Gi"})),
        ];
        let ids = ["n0", "n1", "n2", "n3", "n4", "n5"];
        let mut nodes = kinds.into_iter().zip(ids).map(|((kind, data), id)| (id, kind, data));
        let nodes = std::array::from_fn::<_, 6, _>(|_| nodes.next().unwrap());
        let case = Case::new(nodes).edges([("n2", "", "n4"), ("n4", "", "n2")]);
        let compiled = case.compile();
        assert_eq!(compiled.order, ["n3", "n5", "n1", "n2", "n4", "n0"]);
        let documents: Vec<_> =
            compiled.documents.iter().map(|document| document.node_id.clone().unwrap()).collect();
        assert_eq!(documents, compiled.order);
        let codes: Vec<_> = case.warnings();
        let expected = [("n2", Code::EdgeIgnored), ("n4", Code::EdgeIgnored), ("", Code::Cycle)];
        assert_eq!(codes, expected.map(|(node, code)| (node.to_owned(), code)));
    }

    #[test]
    fn two_nodes_cannot_be_one_object_but_kinds_of_other_groups_can_share_a_name() {
        let service = |name: &str| named(name, json!({"port": 80, "targetApp": "x"}));
        let knative =
            json!({"name": "a", "pluginId": "knative", "templateId": "knative-service", "image": "i"});
        let case = Case::new([
            ("s1", "service", service("a")),
            ("k", "plugin", knative),
            ("s2", "service", service("a")),
        ]);
        assert_eq!(case.errors(), [("s2".to_owned(), "name".to_owned())]);
        let far = Case::new([
            ("a", "job", named("j", json!({}))),
            ("b", "job", named("j", json!({"namespace": "far"}))),
        ]);
        assert_eq!(far.errors(), []);
    }

    #[test]
    fn a_headless_service_is_an_object_like_any_other() {
        let set = |name: &str, service: &str| named(name, json!({"serviceName": service}));
        let two = Case::new([("a", "statefulset", set("a", "db")), ("b", "statefulset", set("b", "db"))]);
        assert_eq!(two.errors(), [("b".to_owned(), "serviceName".to_owned())]);
        let protected = Case::new([("a", "statefulset", set("a", "kubernetes"))]);
        assert_eq!(protected.errors(), [("a".to_owned(), "serviceName".to_owned())]);
        let service = named("db", json!({"port": 80, "clusterIP": "None", "selector": {"tier": "db"}}));
        let shared = Case::new([
            ("a", "statefulset", set("a", "db")),
            ("s", "service", service),
            ("b", "statefulset", set("b", "db")),
        ]);
        assert_eq!(shared.errors(), []);
    }

    #[test]
    fn workloads_of_one_name_share_a_label() {
        let case =
            Case::new([("a", "job", named("x", json!({}))), ("b", "deployment", named("x", json!({})))]);
        assert_eq!(case.warnings(), [("b".to_owned(), Code::LabelClash)]);
    }

    #[test]
    fn names_fall_back_to_the_id_or_are_required() {
        let case = Case::new([("node-1", "configmap", json!({"name": "  "}))]);
        assert_eq!(case.body("node-1")["metadata"]["name"], "node-1");
        let compiled = Case::new([("Node 1", "configmap", json!({}))]).compile();
        assert_eq!(compiled.errors().next().unwrap().message, "node Node 1: name is required");
        for (kind, name) in [
            ("statefulset", "a".repeat(53)),
            ("cronjob", "a".repeat(53)),
            ("service", "1a".into()),
            ("deployment", "a.b".into()),
        ] {
            let data = named(&name, json!({"schedule": "@daily", "port": 80, "targetApp": "x"}));
            assert_eq!(Case::error_fields(kind, data), ["name"], "{kind}");
        }
        assert_eq!(
            Case::error_fields("configmap", json!({"name": 7, "namespace": "A"})),
            ["name", "namespace"]
        );
    }

    #[test]
    fn blanks_around_a_text_count_unless_the_field_is_trimmed() {
        let templates = json!([{"name": " data ", "storage": " 1Gi ", "storageClassName": " fast "}]);
        let set = json!({"name": " db ", "namespace": " shop ", "image": " app:1 ", "serviceName": " db ", "volumeClaimTemplates": templates});
        let body = Case::new([("s", "statefulset", set)]).body("s");
        assert_eq!(
            (&body["metadata"]["name"], &body["metadata"]["namespace"]),
            (&json!("db"), &json!("shop"))
        );
        assert_eq!(body["spec"]["serviceName"], "db");
        assert_eq!(body["spec"]["template"]["spec"]["containers"][0]["image"], "app:1");
        let claim = &body["spec"]["volumeClaimTemplates"][0];
        assert_eq!(
            (&claim["metadata"]["name"], &claim["spec"]["storageClassName"]),
            (&json!("data"), &json!("fast"))
        );
        assert_eq!(claim["spec"]["resources"]["requests"]["storage"], "1Gi");
        let ingress = json!({"host": " a.b ", "ingressClassName": " nginx ", "serviceName": " web ", "servicePort": 80});
        assert_eq!(Case::new([("i", "ingress", ingress)]).spec("i")["rules"][0]["host"], "a.b");
        for (kind, data, field) in [
            ("deployment", json!({"serviceAccountName": " x "}), "serviceAccountName"),
            ("deployment", json!({"resources": {"limits": {"cpu": " 1 "}}}), "resources.limits.cpu"),
            ("deployment", json!({"imagePullSecrets": [" x"]}), "imagePullSecrets"),
            ("service", json!({"port": 80, "targetApp": " web "}), "targetApp"),
            (
                "hpa",
                json!({"scaleTargetName": " x ", "maxReplicas": 1, "targetCPUUtilization": 1}),
                "scaleTargetName",
            ),
        ] {
            assert_eq!(Case::error_fields(kind, data), [field]);
        }
    }

    #[test]
    fn labels_of_long_names_and_odd_ids() {
        let name = "a".repeat(64);
        let case = Case::new([(
            "id with blanks",
            "configmap",
            named(&name, json!({"labels": {"orchcli.dev/x": "y", "a": 1}})),
        )]);
        let metadata = &case.body("id with blanks")["metadata"];
        let labels = metadata["labels"].as_object().unwrap();
        assert!(!labels.contains_key("app") && !labels.contains_key("orchcli.dev/x"));
        assert_eq!(labels["a"], "1");
        assert_eq!(labels["orchcli.dev/workflow-id"], "0".repeat(24));
        assert!(labels["orchcli.dev/node-id"].as_str().unwrap().starts_with("h-"));
        assert_eq!(metadata["annotations"], json!({"orchcli.dev/node-id": "id with blanks"}));
        assert_eq!(case.warnings(), [("id with blanks".to_owned(), Code::LabelReserved)]);
    }

    #[test]
    fn unknown_types_are_skipped_without_a_warning() {
        let case = Case::new([("w", "webhook", json!({}))]);
        let compiled = case.compile();
        assert!(compiled.documents.is_empty() && compiled.order.is_empty());
        assert_eq!(compiled.notes["w"], crate::manifest::NodeNote::Skipped);
        assert_eq!(case.warnings(), []);
    }

    #[test]
    fn nodes_that_compile_are_rendered_beside_those_that_do_not() {
        let case =
            Case::new([("a", "configmap", named("a", json!({}))), ("b", "configmap", named("B", json!({})))]);
        let documents = case.compile().documents;
        assert_eq!(
            documents.iter().map(|document| document.node_id.as_deref()).collect::<Vec<_>>(),
            [Some("a")]
        );
    }

    #[test]
    fn a_name_that_is_none_is_told_once_and_put_nowhere() {
        let case = Case::new([
            ("s", "service", named("s", json!({"port": 80}))),
            ("d", "deployment", named("Bad Name", json!({}))),
        ])
        .edges([("s", "", "d")]);
        assert_eq!(case.errors(), [("d".to_owned(), "name".to_owned())]);
        assert!(case.compile().documents.is_empty());
    }

    #[test]
    fn edges_that_mean_nothing_are_told_at_the_node_they_touch() {
        let case = |edges: Value| {
            let mut case = Case::new([
                ("s", "service", named("s", json!({"port": 80}))),
                ("d", "deployment", named("d", json!({}))),
                ("p", "persistentvolumeclaim", named("p", json!({"storage": "1Gi"}))),
                ("j", "job", named("j", json!({}))),
            ]);
            case.graph["edges"] = edges;
            case.warnings()
        };
        let edge =
            |id: &str, source: &str, target: &str| json!({"id": id, "source": source, "target": target});
        let edges = json!([
            edge("1", "s", "d"),
            edge("2", "d", "s"),
            edge("3", "p", "j"),
            edge("4", "zz", "d"),
            edge("5", "d", "zz"),
            edge("6", "zz", "yy"),
            edge("7", "j", "j")
        ]);
        let nodes: Vec<_> = case(edges)
            .into_iter()
            .filter(|(_, code)| *code == Code::EdgeIgnored)
            .map(|(node, _)| node)
            .collect();
        assert_eq!(nodes, ["d", "d", "d", "p", "j", ""]);
    }
}
