//! Whatever a graph holds: compiling ends, says the same twice, and what comes out is legal and reads back.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use orchcli::graph::{Graph, NodeKind};
use orchcli::manifest::{
    Compiled, Document, EnabledPlugins, Inputs, LiveObjects, Login, Registry, RegistryType, Role, RunValues,
    compile, to_yaml,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Fields of every kind.
const FIELDS: &str = "name namespace labels image port env envKeys resources volumeMounts imagePullPolicy imagePullSecrets \
    serviceAccountName command args livenessProbe readinessProbe securityContext replicas version \
    serviceName volumeClaimTemplates updateStrategy maxUnavailable nodeSelector tolerations hostNetwork \
    hostPID completions parallelism backoffLimit activeDeadlineSeconds ttlSecondsAfterFinished \
    restartPolicy schedule timeZone concurrencyPolicy suspend startingDeadlineSeconds serviceType \
    targetApp selector targetPort ports sessionAffinity externalTrafficPolicy loadBalancerSourceRanges \
    clusterIP annotations host paths tlsEnabled tlsHosts data mountPath secretType keys storage \
    accessModes storageClassName volumeMode scaleTargetKind scaleTargetName minReplicas podSelector \
    policyTypes ingressRules egressRules specYaml";

/// Members of their lists and objects.
const MEMBERS: &str = "id name type nodeId mountPath subPath readOnly hostPath hostPathType port targetPort nodePort \
    protocol limits requests cpu memory from to ports podSelector namespaceSelector ipBlock cidr except \
    _linkedWorkload _linkedService serviceName servicePort path pathType storage accessModes exec \
    command tcpSocket key operator effect capabilities";

/// Words that mean something to YAML or to the compiler.
const TEXTS: &str = "web yes null 1e6 0x1f 12:30 ~ # é ' {} Opaque kubernetes.io/tls Ingress RollingUpdate LoadBalancer \
    80 1Gi node-0 node-1 node-2 configMap persistentVolumeClaim hostPath podSelector Exists UDP \
    10.0.0.0/8 / /data @daily";

fn one_of(words: &str) -> impl Strategy<Value = String> + use<> {
    proptest::sample::select(words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
}

/// Texts that look like something else, or break out of what is not quoted.
fn text() -> impl Strategy<Value = String> {
    let odd = ["", " ", "a\nb", "- x", "x: y", "\u{0}", "\u{7f}", "\u{85}", "\u{feff}", "\""];
    prop_oneof![3 => one_of(TEXTS), 1 => proptest::sample::select(odd.to_vec()).prop_map(str::to_owned), 2 => ".{0,12}"]
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
    let key = prop_oneof![one_of(MEMBERS), text()];
    scalar().prop_recursive(4, 24, 4, move |value| {
        prop_oneof![
            proptest::collection::vec(value.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key.clone(), value), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A list of objects, as most nested fields are.
fn entries() -> impl Strategy<Value = Value> {
    let member = (one_of(MEMBERS), prop_oneof![4 => scalar(), 1 => value()]);
    let entry = proptest::collection::vec(member, 0..6);
    let object = |members: Vec<(String, Value)>| Value::Object(members.into_iter().collect());
    proptest::collection::vec(entry.prop_map(object), 0..4).prop_map(Value::from)
}

/// Data with the fields a node needs more often legal than not, so that documents come out.
fn data() -> impl Strategy<Value = Value> {
    let fields = proptest::collection::vec((one_of(FIELDS), prop_oneof![value(), entries()]), 0..6);
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
    let kinds: Vec<_> = NodeKind::ALL.iter().map(|kind| kind.name()).chain(["webhook"]).collect();
    let kinds = kinds.join(" ");
    let node = (one_of(&kinds), data());
    let edge = (0usize..6, 0usize..6, proptest::option::of(text()));
    (proptest::collection::vec(node, 0..6), proptest::collection::vec(edge, 0..8)).prop_map(|(nodes, edges)| {
        let nodes = nodes.into_iter().enumerate().map(|(at, (kind, data))| json!({"id": format!("node-{at}"), "type": kind, "data": data}));
        let edges = edges.into_iter().enumerate().map(|(at, (source, target, handle))| {
            json!({"id": format!("e{at}"), "source": format!("node-{source}"), "target": format!("node-{target}"), "sourceHandle": handle})
        });
        serde_json::from_value(json!({"nodes": nodes.collect::<Value>(), "edges": edges.collect::<Value>()})).unwrap()
    })
}

/// A workload with sources to mount, all legal but for what they do to one another.
fn mounting() -> impl Strategy<Value = Case> {
    let entry = (
        one_of("configMap secret persistentVolumeClaim hostPath"),
        proptest::option::of(one_of("c s p gone")),
        one_of("a b a.b long-long-long-long-long-long-long-long-long-long-long"),
        proptest::option::of(one_of("/x /y /z /data/a /etc/config")),
    );
    let template = (one_of("a a-volume b"), proptest::option::of(one_of("/x /t")));
    let linked = proptest::collection::vec(one_of("c s p"), 0..4);
    let lists = (proptest::collection::vec(entry, 0..6), proptest::collection::vec(template, 0..3));
    (one_of("deployment statefulset daemonset job"), lists, linked).prop_map(|(kind, (entries, templates), linked)| {
        let entry = |(kind, node, name, path)| json!({"type": kind, "nodeId": node, "name": name, "mountPath": path, "hostPath": "/h"});
        let template = |(name, path)| json!({"name": name, "storage": "1Gi", "mountPath": path});
        let mounts: Value = entries.into_iter().map(entry).collect();
        let templates: Value = templates.into_iter().map(template).collect();
        let edge = |(at, source)| json!({"id": format!("e{at}"), "source": source, "target": "w"});
        let edges: Value = linked.into_iter().enumerate().map(edge).collect();
        let nodes = json!([
            {"id": "w", "type": kind, "data": {"image": "nginx", "volumeMounts": mounts, "volumeClaimTemplates": templates}},
            {"id": "c", "type": "configmap", "data": {"name": "a"}},
            {"id": "s", "type": "secret", "data": {"name": "a", "mountPath": "/x"}},
            {"id": "p", "type": "persistentvolumeclaim", "data": {"name": "a", "storage": "1Gi", "volumeMode": "Block"}},
        ]);
        let graph = serde_json::from_value(json!({"nodes": nodes, "edges": edges})).unwrap();
        Case { graph, live: Vec::new(), served: None }
    })
}

/// What a node's object may look like in the cluster: anything.
fn live() -> impl Strategy<Value = Vec<Value>> {
    let kinds = [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("batch/v1", "Job"),
        ("batch/v1", "CronJob"),
        ("v1", "Service"),
        ("v1", "Secret"),
        ("v1", "PersistentVolumeClaim"),
    ];
    let object = (proptest::sample::select(kinds.to_vec()), "[a-z]{1,2}", value(), value(), value());
    let object = object.prop_map(|((api_version, kind), name, spec, data, status)| {
        json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": "default"},
            "spec": {"template": {"spec": {"containers": [spec.clone(), {"env": spec.clone()}]}}, "resources": spec, "volumeClaimTemplates": data.clone()},
            "data": data, "status": status})
    });
    proptest::collection::vec(object, 0..6)
}

/// A graph and the cluster it is compiled for.
#[derive(Debug)]
struct Case {
    graph: Graph,
    live: Vec<Value>,
    /// The version of cert-manager that is served; `None` asks nobody.
    served: Option<String>,
}

fn case() -> impl Strategy<Value = Case> {
    let served = proptest::option::of(proptest::sample::select(vec!["v1".to_owned(), "v2".to_owned()]));
    (graph(), live(), served).prop_map(|(graph, live, served)| Case { graph, live, served })
}

fn compiled(Case { graph, live, served }: &Case) -> Compiled {
    let mut values = RunValues::default();
    for node in &graph.nodes {
        values.secrets.insert(node.id.clone(), [("K".to_owned(), "v".to_owned())].into());
        values.env_vars.insert(node.id.clone(), [("E".to_owned(), String::new())].into());
    }
    let login = Login { username: "u".into(), password: "p".into() };
    let registries =
        [(RegistryType::Dockerhub, Ok(login)), (RegistryType::Ghcr, Err("no token\n".to_owned()))];
    let registries = registries.map(|(kind, login)| Registry {
        id: format!("{kind:?}").to_lowercase(),
        kind,
        url: String::new(),
        is_default: false,
        created_at: String::new(),
        login,
    });
    let discovery = served.as_ref().map(|version| {
        let kinds = json!([{"kind": "Certificate", "resource": "certs", "namespaced": true}]);
        serde_json::from_value(
            json!([{"group": "cert-manager.io", "preferredVersion": version, "kinds": kinds}]),
        )
        .unwrap()
    });
    compile(&Inputs {
        graph,
        workflow: None,
        values: &values,
        live: &live.iter().cloned().collect::<LiveObjects>(),
        registries: &registries,
        discovery: discovery.as_ref(),
        plugins: EnabledPlugins::Every,
        cluster: "dev",
        allow_insecure_db_defaults: true,
    })
}

/// The pod spec of a workload.
fn pod(body: &Value) -> Option<&Value> {
    body.pointer("/spec/template/spec/containers")
        .and_then(|_| body.pointer("/spec/template/spec"))
        .or_else(|| body.pointer("/spec/jobTemplate/spec/template/spec"))
}

/// The names in a list of objects.
fn names(list: Option<&Value>, pointer: &str) -> Vec<String> {
    let entries = list.and_then(Value::as_array).into_iter().flatten();
    entries.map(|entry| entry.pointer(pointer).unwrap().as_str().unwrap().to_owned()).collect()
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
    fn documents_read_back_from_yaml_and_their_labels_are_legal(case in case()) {
        for document in compiled(&case).documents {
            let yaml = to_yaml(&document.body).unwrap();
            prop_assert_eq!(&serde_saphyr::from_str::<Value>(&yaml).unwrap(), &document.body, "{}", yaml);
            for (key, value) in labels(&document.body) {
                prop_assert!(is_label_value(&value), "{key}: {value}");
                prop_assert!(is_label_value(key.rsplit('/').next().unwrap()) && !key.is_empty(), "{key}");
            }
        }
    }

    #[test]
    fn the_same_graph_says_the_same_twice(case in case()) {
        let (first, second) = (compiled(&case), compiled(&case));
        let bytes = |compiled: &Compiled| {
            compiled.documents.iter().map(|document| serde_json::to_vec(&document.body).unwrap()).collect::<Vec<_>>()
        };
        prop_assert_eq!(bytes(&first), bytes(&second));
        prop_assert_eq!(&first.findings, &second.findings);
    }

    #[test]
    fn findings_name_their_node_and_fit_the_wire(case in case()) {
        for finding in compiled(&case).findings {
            prop_assert!(finding.message.chars().count() <= 520);
            prop_assert!(!finding.message.contains('\n'));
            if let Some(id) = finding.node_id {
                prop_assert!(case.graph.nodes.iter().any(|node| node.id == id));
            }
        }
    }

    #[test]
    fn documents_come_by_rank_and_no_two_are_one_object(case in case()) {
        let rank = |document: &Document| match document.role {
            Role::PullSecret => 0,
            Role::Headless => NodeKind::Service.rank(),
            Role::Node => {
                let id = document.node_id.as_ref().unwrap();
                case.graph.nodes.iter().find(|node| node.id == *id).unwrap().kind().unwrap().rank()
            }
        };
        let documents = compiled(&case).documents;
        prop_assert!(documents.iter().map(rank).is_sorted());
        let identities: HashSet<_> = documents.iter().map(|document| &document.object).collect();
        prop_assert_eq!(identities.len(), documents.len());
    }

    #[test]
    fn every_mount_has_its_volume_and_every_path_one_mount(case in mounting()) {
        for document in compiled(&case).documents.iter().filter(|document| document.role == Role::Node) {
            let body = &document.body;
            let Some(pod) = pod(body) else { continue };
            let container = &pod["containers"][0];
            let mut volumes = names(pod.get("volumes"), "/name");
            volumes.extend(names(body.pointer("/spec/volumeClaimTemplates"), "/metadata/name"));
            let unique: HashSet<_> = volumes.iter().collect();
            prop_assert_eq!(unique.len(), volumes.len(), "{:?}", volumes);
            for (list, path) in [("volumeMounts", "/mountPath"), ("volumeDevices", "/devicePath")] {
                for name in names(container.get(list), "/name") {
                    prop_assert!(volumes.contains(&name), "{name}: {volumes:?}");
                }
                let paths = names(container.get(list), path);
                prop_assert_eq!(paths.iter().collect::<HashSet<_>>().len(), paths.len());
            }
        }
    }
}
