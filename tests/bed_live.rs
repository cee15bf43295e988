//! What a real cluster shows of what was deployed: records of its objects, and nodes that follow theirs again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

#[path = "support/bed.rs"]
mod bed;
#[path = "support/drawing.rs"]
mod drawing;
#[path = "support/stage.rs"]
mod stage;
mod support;

use std::collections::BTreeMap;

use drawing::{edge, graph};
use orchcli::clock::Clock;
use orchcli::id::EnabledPluginId;
use orchcli::plugin::EnabledPlugin;
use serde_json::{Value, json};
use stage::Stage;

/// The records of the stage's namespace, as `Type name` with their status.
async fn records(stage: &Stage, query: &str) -> BTreeMap<String, String> {
    let path = format!("/v1/api/resources?limit=100&namespace={}&{query}", stage.namespace);
    let list = stage.server.get(&path, &stage.user).await.expect(200);
    let text = |row: &Value, member: &str| row[member].as_str().unwrap().to_owned();
    let rows = list["resources"].as_array().unwrap().iter();
    rows.map(|row| (format!("{} {}", text(row, "type"), text(row, "name")), text(row, "status"))).collect()
}

/// One record of the stage's namespace, with its history.
async fn record(stage: &Stage, kind: &str) -> Value {
    let path = format!("/v1/api/resources?namespace={}&type={kind}", stage.namespace);
    let list = stage.server.get(&path, &stage.user).await.expect(200);
    let id = list["resources"][0]["id"].as_str().expect("a record");
    stage.server.get(&format!("/v1/api/resources/{id}"), &stage.user).await.expect(200)
}

#[tokio::test]
async fn what_runs_is_listed_with_its_pods_and_says_which_workflow_made_it() {
    let stage = Stage::new("live-sync").await;
    let login = stage.node("login", "secret", json!({"keys": [{"id": "k", "name": "PASSWORD"}]}));
    let nodes =
        [stage.web("web", json!({"replicas": 2})), stage.node("svc", "service", json!({"port": 80})), login];
    let id =
        stage.workflow(&graph(nodes, [edge("svc", "output", "web"), edge("login", "output", "web")])).await;
    let values = json!({"secrets": {"login": {"PASSWORD": "hunter2-hunter2"}}});
    stage.run(&id, values).await;
    stage.until_state(&id, "web", &["healthy"]).await;

    // What the run applied is there at once; its pods and their set are found by a sync.
    let applied = records(&stage, "").await;
    for object in ["Deployment web", "Service svc", "Secret login"] {
        assert!(applied.contains_key(object), "{applied:?}");
    }
    stage::eventually("the pods are listed", async || {
        let all = records(&stage, "sync=true").await;
        let pods =
            all.iter().filter(|(what, status)| what.starts_with("Pod web-") && *status == "running").count();
        pods == 2 && all.keys().any(|what| what.starts_with("ReplicaSet web-"))
    })
    .await;

    let deployment = record(&stage, "Deployment").await["resource"].clone();
    assert_eq!((&deployment["workflowId"], &deployment["clusterName"]), (&json!(id), &json!("bed")));
    assert_eq!(deployment["labels"]["orchcli.dev/workflow-id"], id);
    let pod = record(&stage, "Pod").await;
    let reasons: Vec<&str> = pod["resource"]["metadata"]["events"]
        .as_array()
        .expect("the cluster tells what it did")
        .iter()
        .map(|event| event["reason"].as_str().unwrap())
        .collect();
    assert!(reasons.contains(&"Scheduled") && reasons.contains(&"Started"), "{pod:#}");
    assert_eq!(pod["history"][0]["action"], "created");
    let secret = record(&stage, "Secret").await.to_string();
    assert!(!secret.contains("hunter2") && !secret.contains("aHVudGVyMi1odW50ZXIy"), "{secret}");

    // What is deleted behind the workflow's back leaves the list, and its record tells when.
    stage.delete("Deployment", "web").await;
    stage::eventually("the deployment leaves the list", async || {
        !records(&stage, "").await.contains_key("Deployment web")
    })
    .await;
    stage.clear().await;
}

#[tokio::test]
async fn after_a_restart_published_nodes_follow_by_themselves_and_drafts_when_somebody_looks() {
    let stage = Stage::new("live-wake").await;
    let enabled = |plugin: &str| EnabledPlugin {
        id: EnabledPluginId::new(),
        user_id: stage.user.id.parse().unwrap(),
        plugin_id: plugin.to_owned(),
        created_at: Clock::system().now(),
    };
    let plugins = [enabled("certmanager")];
    let stage = stage.holding(&plugins).await;
    let certificate = json!({"pluginId": "certmanager", "templateId": "certificate", "displayName": "Certificate",
        "secretName": "tls", "issuerName": "ca", "dnsNames": "shop.example.com"});
    let published = stage.workflow(&graph([stage.web("web", json!({}))], [])).await;
    let draft = stage.workflow(&graph([stage.node("cert", "plugin", certificate)], [])).await;
    for id in [&published, &draft] {
        stage.run(id, json!({})).await;
    }
    stage.until_state(&published, "web", &["healthy"]).await;
    stage.set_status(&draft, json!({"status": "draft"})).await;

    let nothing: [EnabledPlugin; 0] = [];
    let stage = stage.holding(&nothing).await;
    stage.patch("Deployment", "web", json!({"spec": {"replicas": 2}})).await;
    stage::eventually("the status tells of both pods", async || {
        stage.status(&published, "web").await["message"] == "All 2 pods ready"
    })
    .await;

    let not_ready = json!([{"op": "add", "path": "/status", "value": {"conditions": [
        {"type": "Ready", "status": "False", "reason": "Pending", "message": "no issuer",
         "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}]);
    stage.patch_status("Certificate", "cert", not_ready).await;
    let mut stream = stage.stream(&draft).await;
    let status = stream.status("cert", |status| status["state"] == "partial").await;
    assert_eq!(status["message"], "no issuer");

    // Put away, nothing of it is missed: the objects go, and no watch says so.
    for id in [&published, &draft] {
        stage.set_status(id, json!({"status": "archived"})).await;
    }
    stage.until_gone("Deployment", "web").await;
    assert_eq!(stage.status(&published, "web").await, Value::Null);
    stage.clear().await;
}
