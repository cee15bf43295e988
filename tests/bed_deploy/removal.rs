//! What a graph drops, goes; what holds data stays until it is asked for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::drawing::{IMAGE, edge, graph, operations};
use crate::stage::{Stage, eventually};
use crate::whole::enable;

#[tokio::test]
async fn removed_and_renamed_nodes_go_and_their_data_stays() {
    let stage = Stage::new("drop").await;
    let nodes = [
        stage.web("web", json!({})),
        stage.node("svc", "service", json!({"port": 80})),
        stage.node("settings", "configmap", json!({"data": {"a": "1"}})),
        stage.node("login", "secret", json!({"keys": [{"id": "k", "name": "P"}]})),
        stage.node("disk", "persistentvolumeclaim", json!({"storage": "1Gi", "storageClassName": "nowhere"})),
        stage.node("wall", "networkpolicy", json!({"policyTypes": ["Ingress"]})),
    ];
    let id = stage.workflow(&graph(nodes, [edge("svc", "output", "web")])).await;
    stage.run(&id, json!({"secrets": {"login": {"P": "x"}}})).await;

    // `web` is renamed; everything else goes but the policy.
    let kept = stage.node("wall", "networkpolicy", json!({"policyTypes": ["Ingress"]}));
    let drawn = graph([stage.web("web", json!({"name": "shop"})), kept], []);
    let mut stream = stage.stream(&id).await;
    stage.save(&id, &drawn).await;
    for (node, message) in [
        ("web", "Deployment no longer exists in the cluster"),
        ("svc", "Service no longer exists in the cluster"),
        ("settings", "ConfigMap no longer exists in the cluster"),
    ] {
        stream.status(node, |status| status["message"] == message).await;
    }
    for (kind, name) in [("Deployment", "web"), ("Service", "svc"), ("ConfigMap", "settings")] {
        stage.until_gone(kind, name).await;
    }
    for (kind, name) in [("Secret", "login"), ("PersistentVolumeClaim", "disk"), ("NetworkPolicy", "wall")] {
        stage.found(kind, name).await;
    }
    assert!(stage.status(&id, "web").await.is_null(), "the renamed node is not deployed yet");

    stage.run(&id, json!({})).await;
    stage.until_state(&id, "web", &["healthy"]).await;
    stage.found("Secret", "login").await;
    stage.found("PersistentVolumeClaim", "disk").await;
    stage.clear().await;
}

#[tokio::test]
async fn a_restored_version_brings_its_graph_back_and_drops_the_rest() {
    let stage = Stage::new("restore").await;
    let settings = |name: &str| stage.node(name, "configmap", json!({"data": {"a": "1"}}));
    let id = stage.workflow(&graph([settings("old")], [])).await;
    let version = stage.run(&id, json!({})).await["version"].clone();
    stage.save(&id, &graph([settings("old"), settings("new")], [])).await;
    stage.run(&id, json!({})).await;

    let path = format!("/v1/api/workflows/{id}/versions/{version}/restore");
    stage.server.post(&path, &stage.user, json!({})).await.expect(200);
    stage.until_gone("ConfigMap", "new").await;
    stage.found("ConfigMap", "old").await;
    stage.clear().await;
}

#[tokio::test]
async fn a_run_deletes_what_a_clean_up_left_behind() {
    let stage = Stage::new("left").await;
    let id = stage.workflow(&graph([stage.node("c", "configmap", json!({}))], [])).await;
    stage.run(&id, json!({})).await;
    let mut labels = stage.found("ConfigMap", "c").await["metadata"]["labels"].clone();
    labels["app"] = json!("left");
    let left =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "left", "labels": labels}});
    stage.create(&left).await;

    let plan = stage.plan(&id, json!({})).await;
    assert_eq!(plan["summary"], json!({"create": 0, "update": 0, "replace": 0, "delete": 1, "unchanged": 1}));
    assert_eq!(
        (&plan["objects"][1]["name"], &plan["objects"][1]["action"]),
        (&json!("left"), &json!("delete"))
    );
    stage.found("ConfigMap", "left").await;
    let run = stage.run(&id, json!({})).await;
    assert!(run["logs"].to_string().contains("left: deleted"), "{run:#}");
    assert!(stage.live("ConfigMap", "left").await.is_none());
    stage.clear().await;
}

#[tokio::test]
async fn objects_of_the_reference_go_only_with_the_workflow_that_applied_them() {
    let stage = Stage::new("marker").await;
    let marked = |name: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": {"managed-by": "kubeorch"}}});
    stage.create(&marked("applied")).await;
    stage.create(&marked("others")).await;
    let id = stage.workflow(&graph([stage.node("applied", "configmap", json!({}))], [])).await;
    stage.run(&id, json!({})).await;
    // As if the reference had written over it since.
    stage.delete("ConfigMap", "applied").await;
    stage.create(&marked("applied")).await;

    stage.set_status(&id, json!({"status": "archived"})).await;
    stage.until_gone("ConfigMap", "applied").await;
    stage.found("ConfigMap", "others").await;
    stage.clear().await;
}

#[tokio::test]
async fn archiving_removes_everything_but_claims_and_secrets_and_deleting_can_take_those() {
    let stage = Stage::new("archive").await;
    let claims = json!([{"id": "v", "name": "data", "storage": "1Gi", "storageClassName": "nowhere"}]);
    let database = json!({"image": IMAGE, "imagePullPolicy": "IfNotPresent", "command": ["sleep", "3600"],
        "volumeClaimTemplates": claims});
    let drawn = graph(
        [
            stage.web("web", json!({})),
            stage.node("scaler", "hpa", json!({"maxReplicas": 2, "targetCPUUtilization": 80})),
            stage.node("wall", "networkpolicy", json!({"policyTypes": ["Ingress"]})),
            stage.node("login", "secret", json!({"keys": [{"id": "k", "name": "P"}]})),
            stage.node(
                "disk",
                "persistentvolumeclaim",
                json!({"storage": "1Gi", "storageClassName": "nowhere"}),
            ),
            stage.node("db", "statefulset", database),
            stage.node(
                "task",
                "job",
                json!({"image": IMAGE, "imagePullPolicy": "IfNotPresent", "command": ["true"]}),
            ),
        ],
        [edge("scaler", "output", "web")],
    );
    let id = stage.workflow(&drawn).await;
    stage.run(&id, json!({"secrets": {"login": {"P": "x"}}})).await;
    eventually("the claim of the template is made", async || {
        stage.live("PersistentVolumeClaim", "data-db-0").await.is_some()
    })
    .await;

    let n = &stage.namespace;
    let warning = stage.set_status(&id, json!({"status": "archived"})).await.unwrap();
    assert_eq!(
        warning,
        format!(
            "Kept 1 persistent volume claim: {n}/disk. Kept 1 secret: {n}/login. Kept 1 claim of a StatefulSet: {n}/data-db-0"
        )
    );
    for (kind, name) in [
        ("Deployment", "web"),
        ("HorizontalPodAutoscaler", "scaler"),
        ("NetworkPolicy", "wall"),
        ("StatefulSet", "db"),
        ("Service", "db-headless"),
        ("Job", "task"),
    ] {
        stage.until_gone(kind, name).await;
    }
    for (kind, name) in
        [("PersistentVolumeClaim", "disk"), ("PersistentVolumeClaim", "data-db-0"), ("Secret", "login")]
    {
        stage.found(kind, name).await;
    }

    // Back from the archive: the Secret is still known.
    stage.set_status(&id, json!({"status": "published"})).await;
    let run = stage.run(&id, json!({})).await;
    assert_eq!(run["node_states"]["login"]["message"], "Secret exists");
    assert_eq!(operations(&run)["PersistentVolumeClaim disk"], "unchanged");

    let path = format!("/v1/api/workflows/{id}?cleanup_storage=true");
    let answer = stage.server.delete(&path, &stage.user).await.expect(200);
    assert_eq!(answer["warning"], format!("Kept 1 claim of a StatefulSet: {n}/data-db-0"));
    for (kind, name) in [("PersistentVolumeClaim", "disk"), ("Secret", "login"), ("Deployment", "web")] {
        stage.until_gone(kind, name).await;
    }
    stage.found("PersistentVolumeClaim", "data-db-0").await;
    stage.clear().await;
}

#[tokio::test]
async fn objects_of_plugins_go_too_whatever_their_scope() {
    let stage = enable(enable(Stage::new("scopes").await, "certmanager").await, "keda").await;
    let issuer = stage.namespace.clone();
    let plugin = |id: &str, name: &str, data: Value| {
        let mut node = stage.node(id, "plugin", data);
        node["data"]["name"] = json!(name);
        node
    };
    let certificate = json!({"pluginId": "certmanager", "templateId": "certificate", "secretName": "tls",
        "issuerName": issuer, "dnsNames": "a.example.com"});
    let account =
        json!({"pluginId": "certmanager", "templateId": "clusterissuer", "email": "ops@example.com"});
    let scaled = json!({"pluginId": "keda", "templateId": "scaled-object", "scaleTargetRef": "web",
        "minReplicaCount": "1", "maxReplicaCount": 3, "triggerValue": "70"});
    let nodes = [
        plugin("cert", "cert", certificate.clone()),
        plugin("issuer", &issuer, account),
        plugin("scaled", "scaled", scaled),
    ];
    let id = stage.workflow(&graph(nodes, [])).await;
    let all = [("Certificate", "cert"), ("ClusterIssuer", issuer.as_str()), ("ScaledObject", "scaled")];
    let each = |operation: &str| {
        all.map(|(kind, name)| (format!("{kind} {name}"), operation.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>()
    };
    assert_eq!(operations(&stage.run(&id, json!({})).await), each("created"));
    assert_eq!(operations(&stage.run(&id, json!({})).await), each("unchanged"));

    // A kind that the graph does not even name any more.
    stage.save(&id, &graph([plugin("cert", "cert", certificate)], [])).await;
    stage.until_gone("ClusterIssuer", &issuer).await;
    stage.until_gone("ScaledObject", "scaled").await;
    stage.found("Certificate", "cert").await;
    stage.set_status(&id, json!({"status": "archived"})).await;
    stage.until_gone("Certificate", "cert").await;
    stage.clear().await;
}
