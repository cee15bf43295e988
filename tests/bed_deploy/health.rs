//! Status after a run: red with the reason, and healed when the cluster comes back.

use serde_json::json;

use crate::drawing::graph;
use crate::stage::Stage;

#[tokio::test]
async fn a_failing_image_turns_the_node_red_with_the_reason() {
    let stage = Stage::new("image").await;
    // Nobody listens there.
    let id = stage.workflow(&graph([stage.web("web", json!({"image": "127.0.0.1:1/nothing:1"}))], [])).await;
    let mut stream = stage.stream(&id).await;
    stage.run(&id, json!({})).await;
    let status = stream.status("web", |status| status["state"] == "error").await;
    let message = status["message"].as_str().unwrap();
    assert!(message.starts_with("ErrImagePull: ") || message.starts_with("ImagePullBackOff: "), "{message}");

    stage.save(&id, &graph([stage.web("web", json!({}))], [])).await;
    stage.run(&id, json!({})).await;
    stage.until_state(&id, "web", &["healthy"]).await;
    stage.clear().await;
}

#[tokio::test]
async fn status_heals_after_the_api_server_was_away() {
    let stage = Stage::new("away").await;
    let id = stage.workflow(&graph([stage.web("web", json!({}))], [])).await;
    stage.run(&id, json!({})).await;
    stage.until_state(&id, "web", &["healthy"]).await;

    let mut stream = stage.stream(&id).await;
    let away = stage.bed.without_api();
    let down = stage.ask(&id, "run", json!({})).await.refused(500, "run_failed");
    assert!(down.contains("not reachable"), "{down}");
    stage.ask(&id, "plan", json!({})).await.refused(503, "cluster_unreachable");
    let checked = stage.ask(&id, "validate", json!({})).await.expect(200);
    assert_eq!(checked["cluster_checked"], false);
    drop(away);

    stage.patch("Deployment", "web", json!({"spec": {"replicas": 2}})).await;
    stream.status("web", |status| status["readyReplicas"] == 2).await;
    assert_eq!(stage.status(&id, "web").await["state"], "healthy");
    stage.run(&id, json!({})).await;
    stage.clear().await;
}
