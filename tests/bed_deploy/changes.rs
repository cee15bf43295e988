//! What changes in a graph changes in the cluster, and nothing else does.

use serde_json::{Value, json};

use crate::drawing::{IMAGE, edge, graph, operations};
use crate::stage::{Stage, eventually};

fn of<const N: usize>(done: [(&str, &str); N]) -> std::collections::BTreeMap<String, String> {
    done.map(|(object, operation)| (object.to_owned(), operation.to_owned())).into()
}

#[tokio::test]
async fn one_changed_count_is_one_update() {
    let stage = Stage::new("count").await;
    let drawn = |replicas: u32| {
        graph(
            [
                stage.node("svc", "service", json!({"port": 80})),
                stage.web("web", json!({"replicas": replicas})),
            ],
            [edge("svc", "output", "web")],
        )
    };
    let id = stage.workflow(&drawn(1)).await;
    stage.run(&id, json!({})).await;
    stage.until_state(&id, "web", &["healthy"]).await;

    stage.save(&id, &drawn(2)).await;
    let plan = stage.plan(&id, json!({})).await;
    assert_eq!(plan["summary"], json!({"create": 0, "update": 1, "replace": 0, "delete": 0, "unchanged": 1}));
    assert!(
        plan["objects"][1]["diff"].as_str().unwrap().contains("-  replicas: 1\n+  replicas: 2\n"),
        "{plan:#}"
    );
    assert_eq!(plan["objects"][1]["risks"], json!([]));
    let run = stage.run(&id, json!({})).await;
    assert_eq!(operations(&run), of([("Service svc", "unchanged"), ("Deployment web", "updated")]));
    let run = stage.run(&id, json!({})).await;
    let unchanged = of([("Service svc", "unchanged"), ("Deployment web", "unchanged")]);
    assert_eq!(operations(&run), unchanged, "while the pods come up");
    eventually("both pods are ready", async || stage.status(&id, "web").await["readyReplicas"] == 2).await;

    stage.save(&id, &drawn(1)).await;
    let plan = stage.plan(&id, json!({})).await;
    assert_eq!(plan["objects"][1]["risks"][0]["code"], "replica_drop");
    stage.clear().await;
}

#[tokio::test]
async fn fields_of_others_survive_a_run() {
    let stage = Stage::new("others").await;
    let drawn = |replicas: u32| graph([stage.web("web", json!({"replicas": replicas}))], []);
    let id = stage.workflow(&drawn(1)).await;
    stage.run(&id, json!({})).await;
    stage.patch("Deployment", "web", json!({"metadata": {"annotations": {"team": "blue"}}})).await;
    stage.patch("Deployment", "web", json!({"spec": {"replicas": 3}})).await;

    assert_eq!(operations(&stage.run(&id, json!({})).await), of([("Deployment web", "updated")]));
    let live = stage.found("Deployment", "web").await;
    assert_eq!(
        (&live["spec"]["replicas"], &live["metadata"]["annotations"]["team"]),
        (&json!(1), &json!("blue"))
    );
    stage.clear().await;
}

#[tokio::test]
async fn an_autoscaler_takes_the_count_over_as_it_is() {
    let stage = Stage::new("scale").await;
    let pod = json!({"replicas": 2, "resources": {"requests": {"cpu": "10m"}}});
    let id = stage.workflow(&graph([stage.web("web", pod.clone())], [])).await;
    stage.run(&id, json!({})).await;

    let scaler = json!({"minReplicas": 2, "maxReplicas": 3, "targetCPUUtilization": 80});
    let drawn = graph(
        [stage.web("web", pod), stage.node("scaler", "hpa", scaler)],
        [edge("scaler", "output", "web")],
    );
    stage.save(&id, &drawn).await;
    stage.run(&id, json!({})).await;
    let live = stage.found("Deployment", "web").await;
    assert_eq!(live["spec"]["replicas"], 2, "it was not reset to 1");
    let owners: Vec<&Value> = live["metadata"]["managedFields"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["fieldsV1"]["f:spec"].get("f:replicas").is_some())
        .map(|entry| &entry["manager"])
        .collect();
    assert_eq!(owners, ["orchcli-scale"]);
    assert_eq!(
        operations(&stage.run(&id, json!({})).await),
        of([("Deployment web", "unchanged"), ("HorizontalPodAutoscaler scaler", "unchanged")])
    );
    stage.clear().await;
}

#[tokio::test]
async fn a_job_runs_anew_when_it_has_ended_and_is_left_alone_while_it_runs() {
    let stage = Stage::new("job").await;
    let drawn = |seconds: &str| {
        let job = json!({"image": IMAGE, "imagePullPolicy": "IfNotPresent", "command": ["sleep", seconds], "backoffLimit": 0});
        graph([stage.node("task", "job", job)], [])
    };
    let uid = async || stage.found("Job", "task").await["metadata"]["uid"].clone();
    let id = stage.workflow(&drawn("3600")).await;
    stage.run(&id, json!({})).await;
    stage.until_state(&id, "task", &["running"]).await;

    let first = uid().await;
    assert_eq!(operations(&stage.run(&id, json!({})).await), of([("Job task", "unchanged")]));
    assert_eq!(uid().await, first);

    stage.save(&id, &drawn("0")).await;
    let plan = stage.plan(&id, json!({})).await;
    let object = &plan["objects"][0];
    assert_eq!((&object["action"], &object["risks"][0]["code"]), (&json!("replace"), &json!("recreate")));
    let diff = object["diff"].as_str().unwrap();
    assert!(diff.contains("+        - \"0\"\n") && !diff.contains("controller-uid"), "{diff}");
    let run = stage.run(&id, json!({})).await;
    assert_eq!(operations(&run), of([("Job task", "created")]));
    assert!(run["logs"].to_string().contains("replacing a running job"), "{run:#}");
    let second = uid().await;
    assert_ne!(second, first);

    stage.until_state(&id, "task", &["completed"]).await;
    let run = stage.run(&id, json!({})).await;
    assert_eq!(operations(&run), of([("Job task", "created")]));
    assert!(!run["logs"].to_string().contains("replacing a running job"), "{run:#}");
    assert_ne!(uid().await, second);
    stage.clear().await;
}

#[tokio::test]
async fn what_cannot_change_is_refused_before_anything_is_applied() {
    let stage = Stage::new("fixed").await;
    let drawn = |storage: &str, greeting: &str| {
        let claims = json!([{"id": "v", "name": "data", "storage": storage, "storageClassName": "nowhere"}]);
        let database = json!({"image": IMAGE, "imagePullPolicy": "IfNotPresent", "command": ["sleep", "3600"],
            "replicas": 0, "volumeClaimTemplates": claims});
        graph(
            [
                stage.node("c", "configmap", json!({"data": {"greeting": greeting}})),
                stage.node("db", "statefulset", database),
            ],
            [],
        )
    };
    let id = stage.workflow(&drawn("1Gi", "hello")).await;
    stage.run(&id, json!({})).await;
    assert_eq!(operations(&stage.run(&id, json!({})).await)["StatefulSet db"], "unchanged");

    stage.save(&id, &drawn("2Gi", "goodbye")).await;
    let (errors, text) = stage.refused(&id, json!({})).await;
    assert_eq!(errors, [("db".to_owned(), "immutable".to_owned())]);
    assert!(text.contains("volumeClaimTemplates") && text.contains("delete"), "{text}");
    assert_eq!(stage.found("ConfigMap", "c").await["data"]["greeting"], "hello");

    let run = stage.last_run(&id).await;
    assert_eq!((&run["status"], &run["output"]), (&json!("failed"), &json!({})));
    assert!(
        run["error"].as_str().unwrap().starts_with("Failed to execute workflow: statefulset \"db\": "),
        "{run:#}"
    );
    let document = stage.document(&id).await;
    assert_eq!((&document["run_count"], &document["failure_count"]), (&json!(3), &json!(1)));
    stage.clear().await;
}

#[tokio::test]
async fn a_claim_is_left_as_it_is_when_it_cannot_change() {
    let stage = Stage::new("claim").await;
    let drawn = |storage: &str, mode: &str| {
        let claim = json!({"storage": storage, "accessModes": [mode], "storageClassName": "nowhere"});
        graph([stage.node("disk", "persistentvolumeclaim", claim)], [])
    };
    let id = stage.workflow(&drawn("2Gi", "ReadWriteOnce")).await;
    stage.run(&id, json!({})).await;
    let before = stage.found("PersistentVolumeClaim", "disk").await["spec"].clone();
    for (storage, mode, field) in [
        ("1Gi", "ReadWriteOnce", "storage"),
        ("3Gi", "ReadWriteOnce", "storage"),
        ("2Gi", "ReadWriteMany", "accessModes"),
    ] {
        stage.save(&id, &drawn(storage, mode)).await;
        let run = stage.run(&id, json!({})).await;
        assert_eq!(operations(&run), of([("PersistentVolumeClaim disk", "unchanged")]));
        assert!(
            run["logs"].to_string().contains(&format!("Warning: {field} of an existing claim")),
            "{run:#}"
        );
        assert_eq!(stage.found("PersistentVolumeClaim", "disk").await["spec"], before);
    }
    stage.clear().await;
}

#[tokio::test]
async fn a_plan_tells_the_risks_of_its_changes() {
    let stage = Stage::new("risk").await;
    let mount = json!({"volumeMounts": [
        {"type": "persistentVolumeClaim", "name": "disk", "nodeId": "disk", "mountPath": "/data"}]});
    let disk =
        stage.node("disk", "persistentvolumeclaim", json!({"storage": "1Gi", "storageClassName": "nowhere"}));
    let drawn = graph(
        [stage.node("svc", "service", json!({"port": 80})), stage.web("web", mount), disk.clone()],
        [edge("svc", "output", "web"), edge("disk", "output", "web")],
    );
    let id = stage.workflow(&drawn).await;
    stage.run(&id, json!({})).await;

    let service = json!({"port": 80, "serviceType": "NodePort"});
    let changed = graph(
        [
            stage.node("svc", "service", service),
            stage.web("web", json!({})),
            stage.web("other", json!({})),
            disk,
        ],
        [edge("svc", "output", "other")],
    );
    stage.save(&id, &changed).await;
    let plan = stage.plan(&id, json!({})).await;
    let risks = |name: &str| {
        let object =
            plan["objects"].as_array().unwrap().iter().find(|object| object["name"] == name).unwrap();
        object["risks"].as_array().unwrap().iter().map(|risk| risk["code"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(risks("svc"), ["service_type", "selector_change"]);
    assert_eq!(risks("web"), ["volume_loss"]);
    let none: [&str; 0] = [];
    assert_eq!(risks("other"), none);
    stage.clear().await;
}

#[tokio::test]
async fn nodes_of_an_unknown_type_are_skipped() {
    let stage = Stage::new("unknown").await;
    let drawn =
        graph([stage.node("hook", "webhook", json!({})), stage.node("c", "configmap", json!({}))], []);
    let id = stage.workflow(&drawn).await;
    let run = stage.run(&id, json!({})).await;
    assert_eq!(run["node_states"]["hook"]["status"], "skipped");
    assert_eq!(operations(&run), of([("ConfigMap c", "created")]));
    stage.clear().await;
}
