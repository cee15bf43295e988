//! The five ways to connect a cluster, each used for a run.

use orchcli::clock::Clock;
use orchcli::cluster::Precondition;
use orchcli::connection::{ClusterShare, Role};
use orchcli::id::ShareId;
use serde_json::{Value, json};

use crate::drawing::{graph, operations, resource};
use crate::issuer::Issuer;
use crate::stage::Stage;
use crate::support::User;

/// A service account that may do everything.
async fn service_account(stage: &Stage) -> String {
    stage
        .create(&json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "deployer"}}))
        .await;
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": stage.namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": "deployer", "namespace": stage.namespace}],
    });
    stage.create(&binding).await;
    stage.bed.service_account_token(&stage.namespace, "deployer").await
}

#[tokio::test]
async fn a_cluster_that_was_added_by_any_of_the_five_ways_is_deployed_to() {
    let stage = Stage::bare("ways").await;
    let issuer = Issuer::start(&stage.bed.dir).await;
    let authority = stage.bed.authority();
    let (certificate, key) = stage.bed.certificate();
    let token = service_account(&stage).await;
    let ways: [(&str, &str, Value); 5] = [
        ("by-kubeconfig", "kubeconfig", json!({"kubeconfig": stage.bed.kubeconfig})),
        ("by-token", "token", json!({"token": token, "caData": authority})),
        ("by-account", "serviceaccount", json!({"token": token, "caData": authority})),
        (
            "by-certificate",
            "certificate",
            json!({"clientCertData": certificate, "clientKeyData": key, "caData": authority}),
        ),
        (
            "by-oidc",
            "oidc",
            json!({"oidcIssuerUrl": issuer.url(), "oidcClientId": "orchcli", "oidcClientSecret": "s3cret",
                "oidcRefreshToken": issuer.refresh_token(), "caData": authority}),
        ),
    ];
    for (name, auth_type, credentials) in ways {
        stage.add_cluster(name, auth_type, credentials).await;
        let settings = stage.node("settings", "configmap", json!({"name": name, "data": {"way": name}}));
        let id =
            stage.workflow_on(name, &graph([settings, stage.web("web", json!({"name": name}))], [])).await;
        let run = stage.run(&id, json!({})).await;
        assert_eq!(
            operations(&run),
            [
                (format!("ConfigMap {name}"), "created".to_owned()),
                (format!("Deployment {name}"), "created".to_owned())
            ]
            .into()
        );
        assert_eq!(stage.found("ConfigMap", name).await["data"]["way"], name);
        stage.until_state(&id, "web", &["healthy"]).await;
    }
    let bindings = resource("ClusterRoleBinding");
    stage.client.delete(&bindings, None, &stage.namespace, Precondition::None).await.unwrap();
    stage.clear().await;
}

#[tokio::test]
async fn whom_a_cluster_is_shared_with_deploys_as_far_as_the_share_goes() {
    let stage = Stage::new("share").await;
    let owner = stage.user.clone();
    let invite = async |email: &str| stage.server.sign_up(email, Some(&owner)).await;
    let (viewer, editor) = (invite("viewer@example.com").await, invite("editor@example.com").await);
    let cluster = stage.server.get("/v1/api/clusters/bed", &owner).await.expect(200);
    let share = |user: &User, role| ClusterShare {
        id: ShareId::new(),
        cluster_id: cluster["id"].as_str().unwrap().parse().unwrap(),
        user_id: user.id.parse().unwrap(),
        role,
        namespaces: vec![stage.namespace.clone()],
        granted_by: owner.id.parse().unwrap(),
        granted_at: Clock::system().now(),
    };
    let shares = [share(&viewer, Role::Viewer), share(&editor, Role::Editor)];
    let drawn = graph([stage.node("c", "configmap", json!({}))], []);

    let stage = stage.played_by(viewer);
    let id = stage.workflow(&drawn).await;
    let (errors, text) = stage.refused(&id, json!({})).await;
    assert_eq!(errors, [(String::new(), "cluster_not_found".to_owned())]);
    assert!(text.contains("cluster bed not found or not accessible"), "{text}");

    let stage = stage.holding(&shares).await;
    let words = stage.ask(&id, "run", json!({})).await.refused(403, "forbidden");
    assert!(words.contains("viewer"), "{words}");
    assert_eq!(stage.document(&id).await["run_count"], 1, "no run is recorded");
    assert!(stage.live("ConfigMap", "c").await.is_none());

    let stage = stage.played_by(editor);
    let id = stage.workflow(&drawn).await;
    assert_eq!(operations(&stage.run(&id, json!({})).await)["ConfigMap c"], "created");

    // A Secret elsewhere is not even looked at.
    let mut away = stage.node("away", "secret", json!({"keys": [{"id": "k", "name": "P"}]}));
    away["data"]["namespace"] = json!("default");
    let id = stage.workflow(&graph([away], [])).await;
    let (errors, _) = stage.refused(&id, json!({})).await;
    assert_eq!(errors, [("away".to_owned(), "cluster_forbidden".to_owned())]);
    stage.clear().await;
}
