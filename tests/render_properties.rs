//! Whatever a graph holds: compiling ends, says the same twice, and what comes out is legal and reads back.

#![allow(clippy::unwrap_used)]

use orchcli::graph::Graph;
use orchcli::manifest::{Compiled, EnabledPlugins, Inputs, LiveObjects, RunValues, compile, to_yaml};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const KINDS: [&str; 14] = [
    "deployment",
    "service",
    "ingress",
    "configmap",
    "secret",
    "persistentvolumeclaim",
    "statefulset",
    "job",
    "cronjob",
    "daemonset",
    "hpa",
    "networkpolicy",
    "plugin",
    "webhook",
];

const FIELDS: [&str; 40] = [
    "name",
    "namespace",
    "labels",
    "image",
    "port",
    "env",
    "envKeys",
    "resources",
    "volumeMounts",
    "replicas",
    "version",
    "command",
    "args",
    "livenessProbe",
    "securityContext",
    "serviceName",
    "volumeClaimTemplates",
    "tolerations",
    "nodeSelector",
    "maxUnavailable",
    "updateStrategy",
    "schedule",
    "timeZone",
    "backoffLimit",
    "selector",
    "targetApp",
    "ports",
    "annotations",
    "paths",
    "host",
    "tlsEnabled",
    "data",
    "keys",
    "secretType",
    "storage",
    "accessModes",
    "scaleTargetName",
    "podSelector",
    "policyTypes",
    "ingressRules",
];

/// Texts that look like something else, or break out of what is not quoted.
fn text() -> impl Strategy<Value = String> {
    let known = [
        "",
        " ",
        "web",
        "yes",
        "null",
        "1e6",
        "0x1f",
        "12:30",
        "~",
        "a\nb",
        "- x",
        "x: y",
        "#",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{feff}",
        "é",
        "'",
        "\"",
        "{}",
        "Opaque",
        "Ingress",
        "RollingUpdate",
        "80",
        "1Gi",
        "node-1",
        "configMap",
        "/",
        "@daily",
    ];
    prop_oneof![proptest::sample::select(known.to_vec()).prop_map(str::to_owned), ".{0,12}"]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..70_000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let inner = [
        "id",
        "name",
        "type",
        "nodeId",
        "mountPath",
        "port",
        "limits",
        "cpu",
        "from",
        "ipBlock",
        "cidr",
        "storage",
    ];
    let key = prop_oneof![proptest::sample::select(inner.to_vec()).prop_map(str::to_owned), text()];
    scalar().prop_recursive(4, 24, 4, move |value| {
        prop_oneof![
            proptest::collection::vec(value.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key.clone(), value), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Data with the fields a node needs more often legal than not, so that documents come out.
fn data() -> impl Strategy<Value = Value> {
    let fields = proptest::collection::vec((proptest::sample::select(FIELDS.to_vec()), value()), 0..6);
    (fields, proptest::option::of(text()), "[a-z]{1,3}").prop_map(|(fields, image, name)| {
        let mut data = json!({"name": name, "image": image.unwrap_or_else(|| "nginx".into()), "schedule": "@daily", "port": 80,
            "targetApp": "x", "storage": "1Gi", "policyTypes": ["Egress"], "serviceName": "svc", "servicePort": 80,
            "scaleTargetName": "x", "maxReplicas": 3, "targetCPUUtilization": 50,
            "pluginId": "certmanager", "templateId": "certificate", "secretName": "s", "issuerName": "i", "dnsNames": "d"});
        for (field, value) in fields {
            data[field] = value;
        }
        data
    })
}

fn graph() -> impl Strategy<Value = Graph> {
    let node = (proptest::sample::select(KINDS.to_vec()), data());
    let edge = (0usize..6, 0usize..6, proptest::option::of(text()));
    (proptest::collection::vec(node, 0..6), proptest::collection::vec(edge, 0..8)).prop_map(|(nodes, edges)| {
        let nodes = nodes.into_iter().enumerate().map(|(at, (kind, data))| json!({"id": format!("node-{at}"), "type": kind, "data": data}));
        let edges = edges.into_iter().enumerate().map(|(at, (source, target, handle))| {
            json!({"id": format!("e{at}"), "source": format!("node-{source}"), "target": format!("node-{target}"), "sourceHandle": handle})
        });
        serde_json::from_value(json!({"nodes": nodes.collect::<Value>(), "edges": edges.collect::<Value>()})).unwrap()
    })
}

fn compiled(graph: &Graph) -> Compiled {
    let mut values = RunValues::default();
    for node in &graph.nodes {
        values.secrets.insert(node.id.clone(), [("K".to_owned(), "v".to_owned())].into());
    }
    compile(&Inputs {
        graph,
        workflow: None,
        values: &values,
        live: &LiveObjects::default(),
        registries: &[],
        discovery: None,
        plugins: EnabledPlugins::Every,
        cluster: "dev",
        allow_insecure_db_defaults: true,
    })
}

/// Every label of an object and of its pods.
fn labels(body: &Value) -> Vec<(String, String)> {
    let places = [
        "/metadata/labels",
        "/spec/template/metadata/labels",
        "/spec/jobTemplate/spec/template/metadata/labels",
        "/spec/selector/matchLabels",
        "/spec/podSelector/matchLabels",
    ];
    let maps = places.iter().filter_map(|place| body.pointer(place)?.as_object());
    let text = |(key, value): (&String, &Value)| (key.clone(), value.as_str().unwrap().to_owned());
    maps.flat_map(Map::iter).map(text).collect()
}

fn is_label_value(text: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && edge(text.chars().next())
        && edge(text.chars().last())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_read_back_from_yaml_and_their_labels_are_legal(graph in graph()) {
        for document in compiled(&graph).documents {
            let yaml = to_yaml(&document.body).unwrap();
            prop_assert_eq!(&serde_saphyr::from_str::<Value>(&yaml).unwrap(), &document.body, "{}", yaml);
            for (key, value) in labels(&document.body) {
                prop_assert!(is_label_value(&value), "{key}: {value}");
                prop_assert!(is_label_value(key.rsplit('/').next().unwrap()) && !key.is_empty(), "{key}");
            }
        }
    }

    #[test]
    fn the_same_graph_says_the_same_twice(graph in graph()) {
        let (first, second) = (compiled(&graph), compiled(&graph));
        let bytes = |compiled: &Compiled| {
            compiled.documents.iter().map(|document| serde_json::to_vec(&document.body).unwrap()).collect::<Vec<_>>()
        };
        prop_assert_eq!(bytes(&first), bytes(&second));
        prop_assert_eq!(&first.findings, &second.findings);
    }

    #[test]
    fn findings_name_their_node_and_fit_the_wire(graph in graph()) {
        for finding in compiled(&graph).findings {
            prop_assert!(finding.message.chars().count() <= 520);
            prop_assert!(!finding.message.contains('\n'));
            if let Some(id) = finding.node_id {
                prop_assert!(graph.nodes.iter().any(|node| node.id == id));
            }
        }
    }
}
