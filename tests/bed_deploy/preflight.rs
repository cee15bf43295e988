//! What is found out before anything is written, and what stops half-way.

use orchcli::clock::Clock;
use orchcli::id::RegistryId;
use orchcli::manifest::RegistryType;
use orchcli::registry::{Credentials, Registry};
use orchcli::store::seal::{Context, Sealer};
use serde_json::{Value, json};

use crate::drawing::{IMAGE, errors, graph, operations, resource};
use crate::stage::Stage;
use crate::whole::enable;

fn error(node: &str, code: &str) -> (String, String) {
    (node.to_owned(), code.to_owned())
}

/// A Service whose port on the nodes is taken already, which only the API server knows.
async fn with_taken_port(stage: &Stage) -> Value {
    let taken = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "taken"},
        "spec": {"type": "NodePort", "ports": [{"port": 80}], "selector": {"app": "x"}}});
    let port = stage.create(&taken).await["spec"]["ports"][0]["nodePort"].clone();
    let ports = json!([{"port": 80, "nodePort": port}]);
    stage.node("svc", "service", json!({"serviceType": "NodePort", "targetApp": "web", "ports": ports}))
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_and_nothing_is_applied() {
    let stage = Stage::new("wrong").await;
    let mut away = stage.node("away", "statefulset", json!({"image": IMAGE, "port": 80}));
    away["data"]["namespace"] = json!("deploy-not-there");
    let scaled = json!({"pluginId": "keda", "templateId": "scaled-object", "scaleTargetRef": "web"});
    let drawn = graph([stage.node("c", "configmap", json!({})), with_taken_port(&stage).await, away], []);
    let id = stage.workflow(&drawn).await;
    let (errors_found, text) = stage.refused(&id, json!({})).await;
    assert_eq!(errors_found, [error("svc", "refused"), error("away", "namespace_missing")]);
    assert!(text.contains("port is already allocated") && text.contains("create_namespaces"), "{text}");
    assert!(stage.live("ConfigMap", "c").await.is_none());

    let plan = stage.plan(&id, json!({})).await;
    assert_eq!((&plan["runnable"], errors(&plan)), (&json!(false), errors_found));
    let checked = stage.ask(&id, "validate", json!({})).await.expect(200);
    assert_eq!((&checked["valid"], &checked["cluster_checked"]), (&json!(false), &json!(true)));

    let id = stage.workflow(&graph([stage.node("k", "plugin", scaled)], [])).await;
    assert_eq!(stage.refused(&id, json!({})).await.0, [error("k", "plugin_disabled")]);
    stage.clear().await;
}

#[tokio::test]
async fn a_plugin_that_is_not_installed_is_refused_by_name() {
    let stage = enable(Stage::new("plugin").await, "external-secrets").await;
    let secret = json!({"pluginId": "external-secrets", "templateId": "externalsecret", "displayName": "External Secret",
        "secretStoreRef": "vault", "remoteKey": "k"});
    let id = stage.workflow(&graph([stage.node("x", "plugin", secret)], [])).await;
    let (errors, text) = stage.refused(&id, json!({})).await;
    assert_eq!(errors, [error("x", "kind_not_installed")]);
    assert!(text.contains("external-secrets.io is not installed in cluster bed"), "{text}");
    stage.clear().await;
}

#[tokio::test]
async fn missing_namespaces_are_made_when_asked_and_kept_by_an_archive() {
    let stage = Stage::new("space").await;
    let fresh = format!("{}-new", stage.namespace);
    let mut node = stage.node("c", "configmap", json!({"data": {"a": "1"}}));
    node["data"]["namespace"] = json!(fresh);
    let id = stage.workflow(&graph([node], [])).await;
    let plan = stage.plan(&id, json!({"create_namespaces": true})).await;
    assert_eq!((&plan["runnable"], &plan["summary"]["create"]), (&json!(true), &json!(2)));

    stage.run(&id, json!({"create_namespaces": true})).await;
    let made = stage.client.get(&resource("Namespace"), None, &fresh).await.unwrap();
    assert_eq!(made["metadata"]["labels"]["app.kubernetes.io/managed-by"], "orchcli");
    assert!(made["metadata"]["labels"].get("orchcli.dev/workflow-id").is_none());
    assert_eq!(operations(&stage.run(&id, json!({})).await)["ConfigMap c"], "unchanged");

    stage.set_status(&id, json!({"status": "archived"})).await;
    let kept = stage.client.get(&resource("Namespace"), None, &fresh).await.unwrap();
    assert_eq!(kept["status"]["phase"], "Active");
    stage.remove_namespace(&fresh).await;
    stage.clear().await;
}

#[tokio::test]
async fn the_first_node_that_fails_while_applying_stops_the_run() {
    let stage = Stage::new("stop").await;
    let fresh = format!("{}-new", stage.namespace);
    // In a namespace that the run makes itself, nothing can be tried beforehand.
    let drawn =
        [stage.node("c", "configmap", json!({})), with_taken_port(&stage).await, stage.web("web", json!({}))];
    let drawn = drawn.map(|mut node| {
        node["data"]["namespace"] = json!(fresh);
        node
    });
    let id = stage.workflow(&graph(drawn, [])).await;
    let answer = stage.ask(&id, "run", json!({"create_namespaces": true})).await;
    let states = answer.json["node_states"].clone();
    let words = answer.refused(500, "run_failed");
    assert!(words.contains("Service") && words.contains("port is already allocated"), "{words}");
    let outcome = |node: &str| states[node]["status"].clone();
    assert_eq!(
        [outcome("c"), outcome("svc"), outcome("web")],
        ["completed", "failed", "skipped"].map(Value::from)
    );
    let red = stage.status(&id, "svc").await;
    assert_eq!(red["state"], "error");
    assert!(red["message"].as_str().unwrap().contains("port is already allocated"), "{red}");
    assert_eq!(stage.last_run(&id).await["status"], "failed");
    stage.remove_namespace(&fresh).await;
    stage.clear().await;
}

#[tokio::test]
async fn validate_warns_of_classes_that_are_missing_and_stores_nothing() {
    let stage = Stage::new("class").await;
    let id = stage.workflow(&graph([], [])).await;
    let claims = json!([{"id": "v", "name": "data", "storage": "1Gi", "storageClassName": "fast"}]);
    let drawn = graph(
        [
            stage.node(
                "disk",
                "persistentvolumeclaim",
                json!({"storage": "1Gi", "storageClassName": "standard"}),
            ),
            stage.node("db", "statefulset", json!({"image": IMAGE, "volumeClaimTemplates": claims})),
            stage.node(
                "front",
                "ingress",
                json!({"ingressClassName": "nginx", "serviceName": "web", "servicePort": 80}),
            ),
        ],
        [],
    );
    let path = format!("/v1/api/workflows/{id}/validate");
    let checked = stage.server.post(&path, &stage.user, drawn).await.expect(200);
    let warned: Vec<(&str, &str)> = checked["issues"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|issue| issue["code"] == "class_missing")
        .map(|issue| (issue["node_id"].as_str().unwrap(), issue["field"].as_str().unwrap()))
        .collect();
    assert_eq!(warned, [("db", "volumeClaimTemplates[0].storageClassName"), ("front", "ingressClassName")]);
    assert_eq!((&checked["valid"], &checked["cluster_checked"]), (&json!(true), &json!(true)));
    assert_eq!(stage.document(&id).await["nodes"], json!([]));
    assert!(stage.live("PersistentVolumeClaim", "disk").await.is_none());
    stage.clear().await;
}

#[tokio::test]
async fn a_private_registry_gets_a_pull_secret_that_no_workflow_owns() {
    let stage = Stage::new("pull").await;
    let id = RegistryId::new();
    let sealer = Sealer::new(&"a secret that seals the credentials of tests".into(), &[]).unwrap();
    let secret = |field, value: &str| Some(sealer.seal(&value.into(), Context::new(id, field)).unwrap());
    let registry = Registry {
        id,
        name: "ours".to_owned(),
        registry_type: RegistryType::Custom,
        registry_url: "https://registry.test:5000".to_owned(),
        credentials: Credentials {
            username: secret("username", "robot"),
            password: secret("password", "hunter-two"),
            ..Credentials::default()
        },
        is_default: false,
        created_at: Clock::system().now(),
        updated_at: Clock::system().now(),
    };
    let stage = stage.holding(&[registry]).await;

    let drawn = graph(
        [
            stage.web("web", json!({"image": "registry.test:5000/shop/web:1", "replicas": 0})),
            stage.node(
                "task",
                "cronjob",
                json!({"image": "registry.test:5000/shop/task:1", "schedule": "0 0 1 1 *"}),
            ),
        ],
        [],
    );
    let workflow = stage.workflow(&drawn).await;
    let run = stage.run(&workflow, json!({})).await;
    let name = format!("orchcli-registry-{id}");
    assert!(
        run["logs"].to_string().contains(&format!("Secret {}/{name}: created", stage.namespace)),
        "{run:#}"
    );
    let secret = stage.found("Secret", &name).await;
    assert_eq!(secret["type"], "kubernetes.io/dockerconfigjson");
    let labels = json!({"app.kubernetes.io/managed-by": "orchcli", "orchcli.dev/registry-id": id.to_string(),
        "orchcli.dev/registry-type": "custom"});
    assert_eq!(secret["metadata"]["labels"], labels);
    for (kind, node, pod) in [("Deployment", "web", "/spec"), ("CronJob", "task", "/spec/jobTemplate/spec")] {
        let object = stage.found(kind, node).await;
        let secrets = object.pointer(&format!("{pod}/template/spec/imagePullSecrets")).unwrap();
        assert_eq!(secrets, &json!([{"name": name}]), "{kind}");
    }

    // A second workflow shares it, and neither removes it.
    let other = stage
        .workflow(&graph([stage.web("other", json!({"image": "registry.test:5000/x:1", "replicas": 0}))], []))
        .await;
    let run = stage.run(&other, json!({})).await;
    assert!(run["logs"].to_string().contains(&format!("{name}: unchanged")), "{run:#}");
    for workflow in [&workflow, &other] {
        stage.set_status(workflow, json!({"status": "archived", "cleanup_storage": true})).await;
    }
    stage.found("Secret", &name).await;
    stage.clear().await;
}

#[tokio::test]
async fn what_the_clusters_user_may_not_do_is_told_for_each_node() {
    let stage = Stage::bare("limited").await;
    stage
        .create(&json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "reader"}}))
        .await;
    let rules = json!([
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch", "create", "patch"]},
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get"]},
    ]);
    stage
        .create(&json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "some"}, "rules": rules}))
        .await;
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "some"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "some"},
        "subjects": [{"kind": "ServiceAccount", "name": "reader", "namespace": stage.namespace}],
    });
    stage.create(&binding).await;
    let token = stage.bed.service_account_token(&stage.namespace, "reader").await;
    stage
        .add_cluster("bed", "serviceaccount", json!({"token": token, "caData": stage.bed.authority()}))
        .await;

    let allowed = stage.node("c", "configmap", json!({}));
    let drawn = graph(
        [
            allowed.clone(),
            stage.web("web", json!({})),
            stage.node("s", "service", json!({"port": 80, "targetApp": "x"})),
        ],
        [],
    );
    let id = stage.workflow(&drawn).await;
    let (errors, text) = stage.refused(&id, json!({})).await;
    assert_eq!(errors, [error("web", "refused"), error("s", "refused")]);
    assert!(text.contains("cannot patch resource") && text.contains("cannot get resource"), "{text}");
    assert!(stage.live("ConfigMap", "c").await.is_none());

    stage.save(&id, &graph([allowed], [])).await;
    assert_eq!(operations(&stage.run(&id, json!({})).await)["ConfigMap c"], "created");
    stage.clear().await;
}
