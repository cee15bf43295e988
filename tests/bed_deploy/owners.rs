//! Whose an object is decides what a run, and an archive, may do to it.

use serde_json::{Value, json};

use crate::drawing::{IMAGE, edge, graph, operations};
use crate::stage::Stage;

fn config_map(name: &str, labels: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": labels}, "data": {"old": "1"}})
}

fn error(node: &str, code: &str) -> (String, String) {
    (node.to_owned(), code.to_owned())
}

#[tokio::test]
async fn an_object_of_another_workflow_is_not_touched() {
    let stage = Stage::new("owned").await;
    let drawn = |value: &str| graph([stage.node("c", "configmap", json!({"data": {"a": value}}))], []);
    let owner = stage.workflow(&drawn("mine")).await;
    stage.run(&owner, json!({})).await;
    let before = stage.found("ConfigMap", "c").await;

    let other = stage.workflow(&drawn("theirs")).await;
    for trigger in [json!({}), json!({"adopt": true})] {
        let (errors, text) = stage.refused(&other, trigger).await;
        assert_eq!(errors, [error("c", "owned_by_workflow")]);
        assert!(text.contains(&format!("already managed by workflow {owner}")), "{text}");
    }
    stage.set_status(&other, json!({"status": "archived"})).await;
    assert_eq!(stage.found("ConfigMap", "c").await, before);
    stage.clear().await;
}

#[tokio::test]
async fn an_object_of_nobody_is_taken_over_only_when_asked() {
    let stage = Stage::new("nobody").await;
    let before = stage.create(&config_map("c", &json!({}))).await;
    let drawn =
        graph([stage.node("c", "configmap", json!({"data": {"a": "1"}})), stage.web("web", json!({}))], []);
    let id = stage.workflow(&drawn).await;

    let (errors, text) = stage.refused(&id, json!({})).await;
    assert_eq!(errors, [error("c", "not_managed")]);
    assert!(text.contains("is not managed by orchcli"), "{text}");
    assert_eq!(stage.found("ConfigMap", "c").await, before);
    assert!(stage.live("Deployment", "web").await.is_none(), "nothing else was applied either");

    let plan = stage.plan(&id, json!({"adopt": true})).await;
    let object = &plan["objects"][0];
    assert_eq!((&object["action"], &object["risks"][0]["code"]), (&json!("update"), &json!("adopt")));
    let run = stage.run(&id, json!({"adopt": true})).await;
    assert_eq!(operations(&run)["ConfigMap c"], "updated");
    assert!(run["logs"].to_string().contains("taking over"), "{run:#}");
    let taken = stage.found("ConfigMap", "c").await;
    assert_eq!(taken["metadata"]["labels"]["orchcli.dev/workflow-id"], id.as_str());
    assert_eq!(taken["data"], json!({"a": "1"}));
    assert_eq!(operations(&stage.run(&id, json!({})).await)["ConfigMap c"], "unchanged");
    assert_eq!(stage.last_run(&id).await["trigger_data"], json!({"user_id": stage.user.id}));
    stage.clear().await;
}

#[tokio::test]
async fn what_the_reference_made_is_taken_over_without_its_stale_fields_and_without_a_restart() {
    let stage = Stage::new("kubeorch").await;
    let pod = json!({"containers": [{"name": "web", "image": IMAGE, "imagePullPolicy": "IfNotPresent",
        "command": ["httpd", "-f", "-p", "8080"], "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "resources": {"requests": {"cpu": "10m"}}}]});
    let made = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "labels": {"app": "web", "managed-by": "kubeorch", "stale": "yes"},
            "annotations": {"kubeorch.io/node": "n"}, "finalizers": ["example.com/kept"]},
        "spec": {"replicas": 2, "paused": true, "minReadySeconds": 1, "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web", "version": "v1"}}, "spec": pod}},
    });
    stage.create(&made).await;
    // The reference reads, changes and replaces.
    stage.patch("Deployment", "web", json!({"spec": {"paused": false}})).await;
    let template = stage.found("Deployment", "web").await["spec"]["template"].clone();

    let scaler = json!({"minReplicas": 2, "maxReplicas": 3, "targetCPUUtilization": 80});
    let drawn = graph(
        [
            stage.web("web", json!({"resources": {"requests": {"cpu": "10m"}}})),
            stage.node("scaler", "hpa", scaler),
        ],
        [edge("scaler", "output", "web")],
    );
    let id = stage.workflow(&drawn).await;
    let run = stage.run(&id, json!({})).await;
    assert_eq!(operations(&run)["Deployment web"], "updated");

    let taken = stage.found("Deployment", "web").await;
    let labels = &taken["metadata"]["labels"];
    assert_eq!(labels["orchcli.dev/workflow-id"], id.as_str());
    assert!(labels.get("managed-by").is_none() && labels.get("stale").is_none(), "{labels:#}");
    assert!(taken["metadata"]["annotations"].get("kubeorch.io/node").is_none());
    assert!(
        taken["spec"].get("minReadySeconds").is_none() && taken["spec"].get("paused").is_none(),
        "{taken:#}"
    );
    assert_eq!(taken["spec"]["replicas"], 2, "the autoscaler finds the count as it was");
    assert_eq!(taken["spec"]["template"], template, "no pod restarts");
    assert_eq!(taken["metadata"]["finalizers"], json!(["example.com/kept"]), "other controllers' business");
    stage.patch("Deployment", "web", json!({"metadata": {"finalizers": null}})).await;
    assert_eq!(operations(&stage.run(&id, json!({})).await)["Deployment web"], "unchanged");
    stage.clear().await;
}

#[tokio::test]
async fn what_cannot_change_survives_a_take_over() {
    let stage = Stage::new("takeover").await;
    let marked = json!({"managed-by": "kubeorch"});
    let claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "disk", "labels": marked},
        "spec": {"storageClassName": "nowhere", "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    });
    let set = json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db", "labels": marked},
        "spec": {"replicas": 0, "serviceName": "db-headless", "podManagementPolicy": "Parallel",
            "selector": {"matchLabels": {"app": "db"}},
            "template": {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "db", "image": IMAGE}]}}},
    });
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "login", "labels": marked},
        "data": {"kept": "djE=", "given": "djE="}});
    for object in [&claim, &set, &secret] {
        stage.create(object).await;
    }
    let drawn = graph(
        [
            stage.node("login", "secret", json!({"keys": [{"id": "k", "name": "given"}]})),
            stage.node("disk", "persistentvolumeclaim", json!({"storage": "1Gi"})),
            stage.node(
                "db",
                "statefulset",
                json!({"image": IMAGE, "imagePullPolicy": "IfNotPresent",
                "command": ["sleep", "3600"], "replicas": 0}),
            ),
        ],
        [],
    );
    let id = stage.workflow(&drawn).await;
    let values = json!({"secrets": {"login": {"given": "v2"}}});
    let run = stage.run(&id, values.clone()).await;
    assert_eq!(operations(&run)["PersistentVolumeClaim disk"], "updated");
    assert_eq!(stage.found("PersistentVolumeClaim", "disk").await["spec"]["storageClassName"], "nowhere");
    assert_eq!(stage.found("StatefulSet", "db").await["spec"]["podManagementPolicy"], "Parallel");
    assert_eq!(stage.found("Secret", "login").await["data"], json!({"kept": "djE=", "given": "djI="}));

    // From now on it is ours: keys the node does not have go.
    stage.run(&id, values).await;
    assert_eq!(stage.found("Secret", "login").await["data"], json!({"given": "djI="}));
    stage.clear().await;
}

#[tokio::test]
async fn objects_of_the_cluster_are_protected() {
    let stage = Stage::new("system").await;
    let system = |name: &str, kind: &str, data: Value| {
        let mut node = stage.node(name, kind, data);
        node["data"]["namespace"] = json!("kube-system");
        node
    };
    let new = format!("{}-new", stage.namespace);
    let mut service = stage.node("kubernetes", "service", json!({"port": 443, "targetApp": "x"}));
    service["data"]["namespace"] = json!("default");
    let drawn = graph(
        [
            system("metrics-server", "service", json!({"port": 443, "targetApp": "x"})),
            system(&new, "configmap", json!({})),
        ],
        [],
    );
    let id = stage.workflow(&drawn).await;
    let (errors, _) = stage.refused(&id, json!({"adopt": true})).await;
    assert_eq!(errors, [error("metrics-server", "protected")]);

    let id = stage.workflow(&graph([service], [])).await;
    let (errors, _) = stage.refused(&id, json!({"adopt": true})).await;
    assert_eq!(errors, [error("kubernetes", "protected")]);

    let id = stage.workflow(&graph([system(&new, "configmap", json!({}))], [])).await;
    assert_eq!(operations(&stage.run(&id, json!({})).await)[&format!("ConfigMap {new}")], "created");
    stage.set_status(&id, json!({"status": "archived"})).await;
    stage.clear().await;
}

#[tokio::test]
async fn a_job_of_nobody_is_told_to_be_taken_over_and_made_anew() {
    let stage = Stage::new("theirjob").await;
    let pod = json!({"restartPolicy": "Never", "containers": [{"name": "task", "image": IMAGE, "imagePullPolicy": "IfNotPresent", "command": ["true"]}]});
    let theirs = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "task"}, "spec": {"template": {"spec": pod}}});
    stage.create(&theirs).await;
    let node = stage.node(
        "task",
        "job",
        json!({"image": IMAGE, "imagePullPolicy": "IfNotPresent", "command": ["true"]}),
    );
    let id = stage.workflow(&graph([node], [])).await;
    assert_eq!(stage.refused(&id, json!({})).await.0, [error("task", "not_managed")]);
    let plan = stage.plan(&id, json!({"adopt": true})).await;
    let risks: Vec<_> =
        plan["objects"][0]["risks"].as_array().unwrap().iter().map(|risk| &risk["code"]).collect();
    assert_eq!(risks, ["recreate", "adopt"]);
    let run = stage.run(&id, json!({"adopt": true})).await;
    assert_eq!(operations(&run)["Job task"], "created");
    assert!(run["logs"].to_string().contains("taking over"), "{run:#}");
    stage.until_state(&id, "task", &["completed"]).await;
    stage.clear().await;
}
