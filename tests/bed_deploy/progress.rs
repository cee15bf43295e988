//! A run that takes its time: nothing else gets in between, and it does not depend on who started it.

use futures::FutureExt as _;
use serde_json::{Value, json};

use crate::drawing::{IMAGE, graph};
use crate::stage::{Stage, eventually};

fn task(stage: &Stage) -> Value {
    let job = json!({"image": IMAGE, "imagePullPolicy": "IfNotPresent", "command": ["true"]});
    stage.node("task", "job", job)
}

/// A workflow whose next run waits for its old Job, which somebody holds.
async fn held(stage: &Stage) -> String {
    let drawn = graph([stage.node("c", "configmap", json!({})), task(stage)], []);
    let id = stage.workflow(&drawn).await;
    stage.run(&id, json!({})).await;
    stage.until_state(&id, "task", &["completed"]).await;
    stage.patch("Job", "task", json!({"metadata": {"finalizers": ["example.com/held"]}})).await;
    id
}

async fn let_go(stage: &Stage) {
    stage.patch("Job", "task", json!({"metadata": {"finalizers": null}})).await;
}

/// Starts a run and goes away without waiting for its answer.
async fn start_and_leave(stage: &Stage, id: &str) {
    let mut asking = Box::pin(stage.ask(id, "run", json!({})));
    eventually("the run waits for the old Job", async || {
        assert!((&mut asking).now_or_never().is_none(), "it has nothing to wait for");
        stage.found("Job", "task").await["metadata"].get("deletionTimestamp").is_some()
    })
    .await;
}

#[tokio::test]
async fn nothing_else_happens_to_a_workflow_while_it_runs_and_the_run_outlives_its_caller() {
    let stage = Stage::new("busy").await;
    let id = held(&stage).await;
    start_and_leave(&stage, &id).await;

    stage.ask(&id, "run", json!({})).await.refused(409, "run_in_progress");
    stage.ask(&id, "plan", json!({})).await.refused(409, "run_in_progress");
    let path = format!("/v1/api/workflows/{id}/status");
    let archived = stage.server.put(&path, &stage.user, json!({"status": "archived"})).await;
    archived.refused(409, "run_in_progress");
    eventually("the record tells how far it is", async || {
        let run = stage.last_run(&id).await;
        assert_eq!(run["status"], "running");
        run["node_states"]["c"]["status"] == "completed" && !run["logs"].as_array().unwrap().is_empty()
    })
    .await;
    // What the graph drops meanwhile waits for its turn.
    stage.save(&id, &graph([task(&stage)], [])).await;
    stage.found("ConfigMap", "c").await;

    let_go(&stage).await;
    eventually("the run ends", async || stage.last_run(&id).await["status"] != "running").await;
    let run = stage.last_run(&id).await;
    assert_eq!(run["status"], "completed", "{run:#}");
    assert_eq!(run["node_states"]["task"]["status"], "completed");
    stage.until_gone("ConfigMap", "c").await;
    stage.until_state(&id, "task", &["completed"]).await;
    stage.clear().await;
}

#[tokio::test]
async fn a_run_that_a_stopped_server_left_is_closed_by_the_next() {
    let stage = Stage::new("restart").await;
    let id = held(&stage).await;
    start_and_leave(&stage, &id).await;

    let none: [orchcli::plugin::EnabledPlugin; 0] = [];
    let stage = stage.holding(&none).await;
    let run = stage.last_run(&id).await;
    assert_eq!(
        (&run["status"], &run["error"]),
        (&json!("failed"), &json!("interrupted by a server restart"))
    );
    let path = format!("/v1/api/workflows/{id}/versions/{}", run["version"]);
    let version = stage.server.get(&path, &stage.user).await.expect(200);
    assert_eq!((&version["run_id"], &version["run_status"]), (&run["id"], &Value::from("failed")));

    let_go(&stage).await;
    stage.until_gone("Job", "task").await;
    stage.run(&id, json!({})).await;
    let document = stage.document(&id).await;
    let counts = ["run_count", "success_count", "failure_count"].map(|count| document[count].clone());
    assert_eq!(counts, [3, 2, 1].map(Value::from));
    stage.clear().await;
}

#[tokio::test]
async fn what_somebody_makes_while_a_run_is_under_way_is_not_taken() {
    let stage = Stage::new("race").await;
    let id = held(&stage).await;
    let nightly = json!({"image": IMAGE, "schedule": "0 0 1 1 *", "suspend": true});
    let drawn = graph([task(&stage), stage.node("nightly", "cronjob", nightly)], []);
    stage.save(&id, &drawn).await;
    start_and_leave(&stage, &id).await;

    // The run has found nothing of that name, and applies it after the Job.
    let pod = json!({"restartPolicy": "Never", "containers": [{"name": "c", "image": IMAGE}]});
    let theirs = json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly"},
        "spec": {"schedule": "1 1 1 1 *", "suspend": true, "jobTemplate": {"spec": {"template": {"spec": pod}}}}});
    let before = stage.create(&theirs).await;
    let_go(&stage).await;
    eventually("the run ends", async || stage.last_run(&id).await["status"] != "running").await;

    let run = stage.last_run(&id).await;
    assert_eq!(run["status"], "failed", "{run:#}");
    assert!(
        run["error"].as_str().unwrap().contains("somebody made it while this run was under way"),
        "{run:#}"
    );
    let outcome = |node: &str| run["node_states"][node]["status"].clone();
    assert_eq!([outcome("task"), outcome("nightly")], ["completed", "failed"].map(Value::from));
    assert_eq!(stage.found("CronJob", "nightly").await, before);
    stage.clear().await;
}
