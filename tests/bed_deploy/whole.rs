//! A graph with every node type: every pod comes up, every node says so, and a second run writes nothing.

use std::collections::BTreeMap;

use orchcli::clock::Clock;
use orchcli::id::EnabledPluginId;
use orchcli::plugin::EnabledPlugin;
use serde_json::{Value, json};

use crate::drawing::{IMAGE, edge, graph, merge, operations};
use crate::stage::{Stage, until_all};

/// Enables a plugin of the catalogue for the user of the stage.
pub async fn enable(stage: Stage, plugin: &str) -> Stage {
    let enabled = EnabledPlugin {
        id: EnabledPluginId::new(),
        user_id: stage.user.id.parse().unwrap(),
        plugin_id: plugin.to_owned(),
        created_at: Clock::system().now(),
    };
    stage.holding(&[enabled]).await
}

/// All thirteen types, each with what it needs to be useful.
fn every_type(stage: &Stage) -> Value {
    let pod = |more: Value| {
        let mut pod =
            json!({"image": IMAGE, "imagePullPolicy": "IfNotPresent", "command": ["sleep", "3600"]});
        merge(&mut pod, more);
        pod
    };
    let login = json!({"keys": [{"id": "k1", "name": "PASSWORD"}]});
    let web = json!({
        "resources": {"requests": {"cpu": "10m"}},
        "readinessProbe": {"tcpSocket": {"port": 8080}, "initialDelaySeconds": 1, "periodSeconds": 1},
        "volumeMounts": [
            {"type": "persistentVolumeClaim", "name": "disk", "nodeId": "disk", "mountPath": "/data"},
            {"type": "configMap", "name": "settings", "nodeId": "settings", "mountPath": "/etc/settings"},
        ],
    });
    let settings = json!({"data": {"GREETING": "hello"}, "mountPath": "/etc/settings"});
    let claim = json!({"storage": "1Gi", "storageClassName": "standard"});
    let database = pod(json!({"port": 5432, "volumeClaimTemplates": [
        {"id": "v", "name": "data", "storage": "1Gi", "storageClassName": "standard", "accessModes": ["ReadWriteOnce"]}]}));
    let certificate = json!({"pluginId": "certmanager", "templateId": "certificate", "displayName": "Certificate",
        "secretName": "shop-tls", "issuerName": "ca", "dnsNames": "shop.example.com"});
    graph(
        [
            stage.node(
                "front",
                "ingress",
                json!({"host": "shop.example.com", "paths": [{"id": "p1", "path": "/"}]}),
            ),
            stage.node("web-svc", "service", json!({"port": 80})),
            stage.web("web", web),
            stage.node(
                "scaler",
                "hpa",
                json!({"minReplicas": 1, "maxReplicas": 2, "targetCPUUtilization": 80}),
            ),
            stage.node(
                "wall",
                "networkpolicy",
                json!({"policyTypes": ["Ingress"], "ingressRules": [
                {"id": "r1", "ports": [{"id": "q1", "protocol": "TCP", "port": 8080}]}]}),
            ),
            stage.node("settings", "configmap", settings),
            stage.node("login", "secret", login),
            stage.node("disk", "persistentvolumeclaim", claim),
            stage.node("db", "statefulset", database),
            stage.node("agent", "daemonset", pod(json!({}))),
            stage.node("migrate", "job", pod(json!({"command": ["true"]}))),
            stage.node("nightly", "cronjob", pod(json!({"schedule": "0 3 1 1 *"}))),
            stage.node("cert", "plugin", certificate),
        ],
        [
            edge("front", "p1", "web-svc"),
            edge("web-svc", "output", "web"),
            edge("scaler", "output", "web"),
            edge("wall", "output", "web"),
            edge("settings", "output", "web"),
            edge("login", "output", "web"),
            edge("disk", "output", "web"),
        ],
    )
}

/// The kinds and names of what the graph becomes.
const OBJECTS: [(&str, &str); 14] = [
    ("Secret", "login"),
    ("ConfigMap", "settings"),
    ("PersistentVolumeClaim", "disk"),
    ("Certificate", "cert"),
    ("NetworkPolicy", "wall"),
    ("Service", "web-svc"),
    ("Service", "db-headless"),
    ("StatefulSet", "db"),
    ("DaemonSet", "agent"),
    ("Deployment", "web"),
    ("Job", "migrate"),
    ("CronJob", "nightly"),
    ("HorizontalPodAutoscaler", "scaler"),
    ("Ingress", "front"),
];

/// The states the nodes reach.
const FINAL: [(&str, &[&str]); 13] = [
    ("login", &["created"]),
    ("settings", &["created"]),
    ("disk", &["Bound"]),
    ("cert", &["healthy"]),
    ("wall", &["active"]),
    ("web-svc", &["healthy"]),
    ("db", &["healthy"]),
    ("agent", &["healthy"]),
    ("web", &["healthy"]),
    ("migrate", &["completed"]),
    ("nightly", &["active"]),
    ("scaler", &["stable", "limited"]),
    ("front", &["healthy"]),
];

/// The objects as they are, without what controllers write and without the finished Job, which runs again.
async fn written(stage: &Stage) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for (kind, name) in OBJECTS.into_iter().filter(|(kind, _)| *kind != "Job") {
        let mut object = stage.found(kind, name).await;
        // The autoscaler writes its status every few seconds, and that alone moves its version.
        if kind == "HorizontalPodAutoscaler" {
            object["metadata"]["resourceVersion"] = Value::Null;
            object["metadata"]["managedFields"]
                .as_array_mut()
                .unwrap()
                .retain(|entry| entry["manager"] == "orchcli");
        }
        object.as_object_mut().unwrap().remove("status");
        all.insert(format!("{kind} {name}"), object);
    }
    all
}

#[tokio::test]
async fn every_node_type_comes_up_and_a_second_run_writes_nothing() {
    let stage = enable(Stage::new("whole").await, "certmanager").await;
    let id = stage.workflow(&every_type(&stage)).await;
    let values = json!({"secrets": {"login": {"PASSWORD": "correct horse"}}});

    let mut stream = stage.stream(&id).await;
    let first = stage.run(&id, values).await;
    let created: BTreeMap<_, _> =
        OBJECTS.iter().map(|(kind, name)| (format!("{kind} {name}"), "created".to_owned())).collect();
    assert_eq!(operations(&first), created);
    let order = "Execution order: [login, settings, disk, cert, wall, web-svc, db, agent, web, migrate, nightly, scaler, front]";
    assert!(first["logs"][0].as_str().unwrap().ends_with(order), "{:#}", first["logs"]);

    // No controller of this cluster gives an ingress its address.
    let address =
        json!([{"op": "add", "path": "/status/loadBalancer", "value": {"ingress": [{"ip": "192.0.2.7"}]}}]);
    stage.patch_status("Ingress", "front", address).await;
    let last = until_all(&mut stream, &FINAL).await;
    for (node, _) in FINAL {
        assert_eq!(stage.status(&id, node).await["state"], last[node]["state"], "{node}");
    }
    assert_eq!(stage.status(&id, "web").await["readyReplicas"], 1);
    assert_eq!(stage.http_status("web", 8080).await, 404, "the pod answers");

    let listed = format!("/v1/api/resources?namespace={}&type=Deployment", stage.namespace);
    let listed = stage.server.get(&listed, &stage.user).await.expect(200);
    let record = format!("/v1/api/resources/{}", listed["resources"][0]["id"].as_str().unwrap());
    let record = stage.server.get(&record, &stage.user).await.expect(200);
    let resource = &record["resource"];
    assert_eq!((&resource["name"], &resource["workflowId"]), (&json!("web"), &json!(id)), "{record:#}");

    let (before, job) = (written(&stage).await, stage.found("Job", "migrate").await);
    let second = stage.run(&id, json!({})).await;
    let mut unchanged: BTreeMap<_, _> =
        OBJECTS.iter().map(|(kind, name)| (format!("{kind} {name}"), "unchanged".to_owned())).collect();
    unchanged.insert("Job migrate".to_owned(), "created".to_owned());
    assert_eq!(operations(&second), unchanged);
    assert_eq!(written(&stage).await, before, "nothing was written");
    assert_ne!(
        stage.found("Job", "migrate").await["metadata"]["uid"],
        job["metadata"]["uid"],
        "it runs anew"
    );
    stage.until_state(&id, "migrate", &["completed"]).await;

    let plan = stage.plan(&id, json!({})).await;
    assert_eq!(
        plan["summary"],
        json!({"create": 0, "update": 0, "replace": 1, "delete": 0, "unchanged": 13})
    );
    stage.clear().await;
}
