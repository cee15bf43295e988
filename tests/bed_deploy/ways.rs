//! The five ways to connect a cluster, each used for a run.

use orchcli::cluster::Precondition;
use serde_json::{Value, json};

use crate::issuer::Issuer;
use crate::stage::{Stage, graph, operations, resource};

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
