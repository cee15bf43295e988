//! A posted graph that is looked at without being kept: `validate` and `render`.

#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{TestServer, User};

const NAMES: [&str; 2] = ["validate", "render"];

/// A server with a user and a workflow whose stored graph is one job; the path of the workflow.
async fn house() -> (TestServer, User, String) {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let form = json!({"name": "shop", "cluster_id": "dev"});
    let created = server.post("/v1/api/workflows", &user, form).await.expect(201);
    let path = format!("/v1/api/workflows/{}", created["id"].as_str().unwrap());
    let graph = json!({"nodes": [node("stored", "job", &json!({"image": "busybox"}))], "edges": []});
    server.post(&format!("{path}/save"), &user, graph).await.expect(200);
    (server, user, path)
}

fn node(id: &str, kind: &str, data: &Value) -> Value {
    json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data})
}

#[tokio::test]
async fn without_a_graph_the_stored_one_is_looked_at() {
    let (server, user, workflow) = house().await;
    for body in [json!({}), json!({"nodes": null, "edges": null, "trigger_data": null})] {
        let answer = server.post(&format!("{workflow}/render"), &user, body).await.expect(200);
        assert_eq!(answer["documents"][0]["name"], "stored");
    }
}

#[tokio::test]
async fn a_posted_graph_is_trimmed_as_saving_would_and_nothing_is_stored() {
    let (server, user, workflow) = house().await;
    let data = json!({"name": " web ", "namespace": " shop\t", "image": " nginx:1 "});
    let body = json!({"nodes": [node("a", "deployment", &data)], "edges": []});
    let answer = server.post(&format!("{workflow}/render"), &user, body.clone()).await.expect(200);
    let manifest = &answer["documents"][0]["manifest"];
    assert_eq!(
        (&manifest["metadata"]["name"], &manifest["metadata"]["namespace"]),
        (&json!("web"), &json!("shop"))
    );
    assert_eq!(manifest["spec"]["template"]["spec"]["containers"][0]["image"], "nginx:1");
    server.post(&format!("{workflow}/validate"), &user, body).await.expect(200);
    let stored = server.post(&format!("{workflow}/render"), &user, json!({})).await.expect(200);
    assert_eq!(stored["documents"][0]["name"], "stored");
}

#[tokio::test]
async fn what_could_not_be_saved_is_refused_with_every_place() {
    let (server, user, workflow) = house().await;
    let twice = json!({"nodes": [node("a", "job", &json!({})), node("a", "job", &json!([]))], "edges": [7]});
    let large = json!({"nodes": [node("a", "job", &json!({"note": "x".repeat(64 << 10)}))], "edges": []});
    for (body, places) in [
        (json!({"nodes": []}), vec!["edges"]),
        (json!({"edges": []}), vec!["nodes"]),
        (json!({"nodes": {}, "edges": "none"}), vec!["nodes", "edges"]),
        (json!({"nodes": [{"id": "a", "type": "job", "data": {}}], "edges": []}), vec!["nodes[0].position"]),
        (twice, vec!["nodes[1].id", "nodes[1].data", "edges[0]"]),
        (large, vec!["nodes[0].data"]),
    ] {
        for name in NAMES {
            let answer = server.post(&format!("{workflow}/{name}"), &user, body.clone()).await;
            let details = answer.json["details"].clone();
            let words = answer.refused(400, "invalid_field");
            let named: Vec<&str> =
                details.as_array().unwrap().iter().map(|fault| fault["field"].as_str().unwrap()).collect();
            assert_eq!(named, places);
            assert!(words.starts_with(places[0]), "{words}");
        }
    }
}
