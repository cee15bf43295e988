//! A graph to manifests, as `render`, `plan` and `run` compile it, and on to YAML.
//!
//!     cargo bench --bench compile
#![allow(clippy::expect_used, reason = "a bench that cannot start has nobody to tell")]

use divan::Bencher;
use divan::counter::ItemsCount;
use orchcli::graph::Graph;
use orchcli::manifest::{Compiled, EnabledPlugins, Inputs, LiveObjects, RunValues, compile, to_yaml};
use serde_json::{Value, json};

fn main() {
    divan::main();
}

/// Shops of ten nodes each: what a person draws for one service with its configuration, claim, scaling and entrance.
fn graph(nodes: usize) -> Graph {
    let (mut drawn, mut edges) = (Vec::new(), Vec::new());
    for shop in 0..nodes.div_ceil(10) {
        let id = |kind: &str| format!("{kind}-{shop}");
        let mut add = |kind: &str, mut data: Value| {
            data["name"] = id(kind).into();
            data["namespace"] = "shop".into();
            drawn.push(json!({"id": id(kind), "type": kind, "position": {"x": 0, "y": 0}, "data": data}));
        };
        let resources = json!({"requests": {"cpu": "100m", "memory": "64Mi"}});
        add("configmap", json!({"data": {"LOG_LEVEL": "info", "app.yaml": "a: 1\nb: 2\n"}}));
        add("secret", json!({"keys": [{"id": "k", "name": "PASSWORD"}]}));
        add("persistentvolumeclaim", json!({"storage": "10Gi", "accessModes": ["ReadWriteOnce"]}));
        add(
            "deployment",
            json!({"image": "nginx:1.27", "port": 8080, "replicas": 2, "resources": resources}),
        );
        add("service", json!({"serviceType": "ClusterIP", "port": 80}));
        add(
            "ingress",
            json!({"host": format!("shop-{shop}.example.com"), "paths": [{"id": "p", "path": "/"}]}),
        );
        add("hpa", json!({"minReplicas": 1, "maxReplicas": 5, "targetCPUUtilization": 80}));
        add("statefulset", json!({"image": "redis:7", "port": 6379}));
        add("cronjob", json!({"image": "busybox:1", "schedule": "0 * * * *", "command": ["true"]}));
        add("networkpolicy", json!({"policyTypes": ["Ingress"], "ingressRules": [{"id": "r"}]}));
        for (source, target) in [
            ("configmap", "deployment"),
            ("secret", "deployment"),
            ("persistentvolumeclaim", "statefulset"),
            ("service", "deployment"),
            ("ingress", "service"),
            ("hpa", "deployment"),
            ("networkpolicy", "deployment"),
        ] {
            let handle = (source == "ingress").then_some("p");
            edges.push(
                json!({"id": format!("{source}-{shop}-{target}"), "source": id(source), "target": id(target),
                "sourceHandle": handle}),
            );
        }
    }
    serde_json::from_value(json!({"nodes": drawn, "edges": edges})).expect("a graph")
}

fn compiled(graph: &Graph, values: &RunValues) -> Compiled {
    let compiled = compile(&Inputs {
        graph,
        workflow: None,
        values,
        live: &LiveObjects::default(),
        registries: &[],
        discovery: None,
        plugins: EnabledPlugins::Every,
        cluster: "dev",
        allow_insecure_db_defaults: false,
    });
    assert!(!compiled.findings.iter().any(orchcli::graph::Finding::is_error), "{:?}", compiled.findings);
    compiled
}

#[divan::bench(args = [10, 100, 1_000])]
fn graph_to_documents(bencher: Bencher, nodes: usize) {
    let (graph, values) = (graph(nodes), RunValues::default());
    bencher.counter(ItemsCount::new(nodes)).bench_local(|| compiled(&graph, &values));
}

#[divan::bench(args = [10, 100, 1_000])]
fn graph_to_yaml(bencher: Bencher, nodes: usize) {
    let (graph, values) = (graph(nodes), RunValues::default());
    bencher.counter(ItemsCount::new(nodes)).bench_local(|| {
        let documents = compiled(&graph, &values).documents;
        documents.iter().map(|document| to_yaml(&document.body).expect("YAML").len()).sum::<usize>()
    });
}
