//! The door to Kubernetes against a real cluster: every way in, every way to be kept out, and what is done inside.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/bed.rs"]
mod bed;
#[path = "support/issuer.rs"]
mod issuer;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bed::{Bed, credentials};
use futures::StreamExt;
use issuer::Issuer;
use orchcli::cluster::{
    Apply, AuthType, Client, Credentials, Endpoint, Error, Event, Key, Patch, Precondition, Resource,
    Selector, connect,
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

fn config_maps() -> Resource {
    Resource::known("v1", "ConfigMap", "configmaps", true)
}

fn config_map(name: &str, data: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": data})
}

const APPLY: Apply<'static> = Apply { manager: "orchcli-test", force: true, dry_run: false };

async fn version(bed: &Bed, auth_type: AuthType, given: &Credentials) -> Result<String, Error> {
    bed.connect(auth_type, &bed.server(), given)?.version().await
}

#[tokio::test]
async fn a_kubeconfig_connects() {
    assert!(Bed::new().admin().version().await.unwrap().starts_with("v1.34."));
}

#[tokio::test]
async fn a_client_certificate_connects() {
    let bed = Bed::new();
    let (certificate, key) = bed.certificate();
    let authority = bed.authority();
    let given =
        [(Key::ClientCertData, certificate.as_str()), (Key::ClientKeyData, &key), (Key::CaData, &authority)];
    assert!(version(&bed, AuthType::Certificate, &credentials(given)).await.is_ok());
}

#[tokio::test]
async fn a_service_account_token_connects_as_both_token_types() {
    let bed = Bed::new();
    let token = format!(" {}\n", bed.service_account_token("default", "default").await);
    let given = credentials([(Key::Token, token.as_str()), (Key::CaData, &bed.authority())]);
    for auth_type in [AuthType::Token, AuthType::ServiceAccount] {
        assert!(version(&bed, auth_type, &given).await.is_ok(), "{auth_type:?}");
    }
}

#[tokio::test]
async fn a_refresh_token_connects_and_is_handed_back_when_it_is_replaced() {
    let bed = Bed::new();
    let issuer = Issuer::start(&bed.dir).await;
    let kept: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut doors = bed.doors();
    let keeper = Arc::clone(&kept);
    doors.keep_refresh_token = Arc::new(move |token| {
        keeper.lock().unwrap().push(token.expose_secret().to_owned());
        Box::pin(std::future::ready(()))
    });
    let given = credentials([
        (Key::OidcIssuerUrl, issuer.url()),
        (Key::OidcClientId, "orchcli"),
        (Key::OidcClientSecret, "s3cret"),
        (Key::OidcRefreshToken, "refresh-1"),
        (Key::CaData, &bed.authority()),
    ]);
    let client = connect(Endpoint::resolve(AuthType::Oidc, &bed.server(), &given).unwrap(), &doors).unwrap();

    // The API server asks a new issuer for its keys every ten seconds only.
    let mut answer = client.version().await;
    for _ in 0..60 {
        if answer.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        answer = client.version().await;
    }
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(*kept.lock().unwrap(), [issuer.refresh_token()], "redeemed once, the identity token is kept");

    let client = connect(Endpoint::resolve(AuthType::Oidc, &bed.server(), &given).unwrap(), &doors).unwrap();
    let Error::SignInRefused(told) = client.version().await.unwrap_err() else {
        panic!("the old token was taken")
    };
    assert_eq!(told, "invalid_grant: token=*** is not valid");
}

#[tokio::test]
async fn a_wrong_token_is_not_accepted() {
    let bed = Bed::new();
    let given = credentials([(Key::Token, "wr0ng"), (Key::CaData, &bed.authority())]);
    let error = version(&bed, AuthType::Token, &given).await.unwrap_err();
    assert!(matches!(error, Error::Unauthorized(_)), "{error:?}");
}

#[tokio::test]
async fn another_authority_is_not_trusted_unless_insecure() {
    let bed = Bed::new();
    let token = bed.service_account_token("default", "default").await;
    let other = rcgen::generate_simple_self_signed(["other".to_owned()]).unwrap().cert.pem();
    let mut given = credentials([(Key::Token, token.as_str()), (Key::CaData, &other)]);
    let error = version(&bed, AuthType::Token, &given).await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
    given.insecure = true;
    assert!(version(&bed, AuthType::Token, &given).await.is_ok());
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_name_are_unreachable() {
    let bed = Bed::new();
    let given = credentials([(Key::Token, "t0ken")]);
    for server in ["https://127.0.0.1:1", "https://no-such-host.invalid"] {
        let client = bed.connect(AuthType::Token, server, &given).unwrap();
        let error = client.version().await.unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{server}: {error:?}");
    }
}

#[tokio::test]
async fn metadata_tells_what_the_cluster_is() {
    let metadata = Bed::new().admin().metadata().await.unwrap();
    assert!(metadata.version.starts_with("v1.34."));
    assert_eq!((metadata.platform.as_str(), metadata.node_count), ("linux", 1));
    assert!(metadata.namespaces.contains(&"kube-system".to_owned()));
    assert!(metadata.storage_classes.contains(&"standard".to_owned()));
    assert!(metadata.capabilities.contains(&"metrics-server".to_owned()));
    assert!(!metadata.cpu_capacity.is_empty() && !metadata.memory_capacity.is_empty());
}

#[tokio::test]
async fn metadata_is_partly_empty_where_rights_are_missing() {
    let bed = Bed::new();
    let token = bed.service_account_token("default", "default").await;
    let given = credentials([(Key::Token, token.as_str()), (Key::CaData, &bed.authority())]);
    let metadata = bed.connect(AuthType::Token, &bed.server(), &given).unwrap().metadata().await.unwrap();
    assert!(metadata.version.starts_with("v1.34."));
    assert_eq!((metadata.node_count, metadata.namespaces.len()), (0, 0));
}

#[tokio::test]
async fn kinds_are_discovered() {
    let client = Bed::new().admin();
    let ingress = client.resource("networking.k8s.io/v1", "Ingress").await.unwrap();
    assert_eq!((ingress.plural.as_str(), ingress.namespaced), ("ingresses", true));
    assert!(!client.resource("v1", "Node").await.unwrap().namespaced);
    for (api_version, kind) in [("v1", "Nope"), ("nope.example/v1", "Nope")] {
        let error = client.resource(api_version, kind).await.unwrap_err();
        assert!(matches!(error, Error::UnknownKind { .. }), "{error:?}");
    }
    assert_eq!(client.versions("apps").await.unwrap(), ["v1"]);
    assert!(client.versions("nope.example").await.unwrap().is_empty());
}

#[tokio::test]
async fn an_object_is_applied_read_changed_and_deleted() {
    let client = Bed::new().admin();
    let (kind, at, name) = (config_maps(), Some("default"), "door-life");
    let dry = Apply { dry_run: true, ..APPLY };
    client.apply(&kind, at, name, &config_map(name, &json!({"a": "1"})), dry).await.unwrap();
    assert_eq!(client.find(&kind, at, name).await.unwrap(), None);

    let applied = client.apply(&kind, at, name, &config_map(name, &json!({"a": "1"})), APPLY).await.unwrap();
    let merged =
        client.patch(&kind, at, name, &Patch::Merge(json!({"data": {"b": "2"}})), false).await.unwrap();
    assert_eq!(merged["data"], json!({"a": "1", "b": "2"}));
    let test = Patch::Json(json!([{"op": "test", "path": "/data/a", "value": "other"}]));
    let error = client.patch(&kind, at, name, &test, false).await.unwrap_err();
    assert!(matches!(error, Error::Invalid { .. }), "{error:?}");

    let other = Precondition::Uid("00000000-0000-0000-0000-000000000000");
    let error = client.delete(&kind, at, name, other).await.unwrap_err();
    assert!(matches!(error, Error::Conflict(_)), "{error:?}");
    let uid = applied["metadata"]["uid"].as_str().unwrap();
    client.delete(&kind, at, name, Precondition::Uid(uid)).await.unwrap();
    client.delete(&kind, at, name, Precondition::None).await.unwrap();
    assert!(client.get(&kind, at, name).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn what_the_api_server_refuses_names_the_fields() {
    let client = Bed::new().admin();
    let deployment = client.resource("apps/v1", "Deployment").await.unwrap();
    let body = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "door-bad"}, "spec": {
        "selector": {"matchLabels": {"app": "a"}},
        "template": {"metadata": {"labels": {"app": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}}});
    let error = client.apply(&deployment, Some("default"), "door-bad", &body, APPLY).await.unwrap_err();
    let Error::Invalid { causes, .. } = error else { panic!("{error:?}") };
    assert_eq!(causes[0].field, "spec.template.metadata.labels");
}

#[tokio::test]
async fn a_list_comes_in_pages_and_whole() {
    let client = Bed::new().admin();
    let kind = config_maps();
    let body = |index: usize| {
        let mut object = config_map(&format!("door-page-{index}"), &json!({}));
        object["metadata"]["labels"] = json!({"door": "page"});
        object
    };
    futures::stream::iter(0..520)
        .for_each_concurrent(50, |index| {
            let (client, kind) = (&client, &kind);
            let name = format!("door-page-{index}");
            async move {
                client.apply(kind, Some("default"), &name, &body(index), APPLY).await.unwrap();
            }
        })
        .await;
    let list = client.list(&kind, Some("default"), &Selector::labels("door=page")).await.unwrap();
    assert_eq!(list.items.len(), 520);
    assert_eq!(list.items[0]["kind"], "ConfigMap");
    assert!(list.items[0]["metadata"].get("managedFields").is_none());
    clean_up(&client, "door=page").await;
}

async fn clean_up(client: &Client, labels: &str) {
    let request =
        http::Request::delete(format!("/api/v1/namespaces/default/configmaps?labelSelector={labels}"));
    let _: Value = client.kube().request(request.body(Vec::new()).unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_watch_tells_what_happens_to_one_object() {
    let client = Bed::new().admin();
    let (kind, at, name) = (config_maps(), Some("default"), "door-watch");
    client.delete(&kind, at, name, Precondition::None).await.unwrap();
    let list = client.list(&kind, at, &Selector::default()).await.unwrap();
    let mut events = client.watch_object(&kind, at, name, &list.resource_version).await.unwrap();

    client.apply(&kind, at, "door-other", &config_map("door-other", &json!({})), APPLY).await.unwrap();
    client.apply(&kind, at, name, &config_map(name, &json!({"a": "1"})), APPLY).await.unwrap();
    client.apply(&kind, at, name, &config_map(name, &json!({"a": "2"})), APPLY).await.unwrap();
    client.delete(&kind, at, name, Precondition::None).await.unwrap();
    client.delete(&kind, at, "door-other", Precondition::None).await.unwrap();

    let mut seen = Vec::new();
    while seen.len() < 3 {
        match events.next().await.unwrap().unwrap() {
            Event::Added(object) => seen.push(("added", object)),
            Event::Modified(object) => seen.push(("modified", object)),
            Event::Deleted(object) => seen.push(("deleted", object)),
            Event::Bookmark { .. } => {}
        }
    }
    let told: Vec<_> =
        seen.iter().map(|(what, object)| (*what, object["data"]["a"].as_str().unwrap())).collect();
    assert_eq!(told, [("added", "1"), ("modified", "2"), ("deleted", "2")]);
    assert!(seen.iter().all(|(_, object)| object["metadata"].get("managedFields").is_none()));
}

#[tokio::test]
async fn a_watch_that_may_not_be_is_forbidden() {
    let bed = Bed::new();
    let token = bed.service_account_token("default", "default").await;
    let given = credentials([(Key::Token, token.as_str()), (Key::CaData, &bed.authority())]);
    let stranger = bed.connect(AuthType::Token, &bed.server(), &given).unwrap();
    let error = stranger.watch_object(&config_maps(), Some("default"), "x", "0").await.err().unwrap();
    assert!(matches!(error, Error::Forbidden(_)), "{error:?}");
}

#[tokio::test]
async fn a_watch_from_before_what_the_api_server_remembers_is_gone() {
    let bed = Bed::new();
    // It remembers from its start on; that of a fresh cluster was at version 1.
    bed.restart_api();
    let client = bed.admin();
    let watch = async || client.watch_object(&config_maps(), Some("default"), "x", "1").await;
    let mut begun = watch().await;
    for _ in 0..60 {
        // What is asked of a memory that is not filled yet is to be asked again.
        if !begun.as_ref().is_err_and(Error::is_temporary) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        begun = watch().await;
    }
    let error = begun.unwrap().next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Gone(_)), "{error:?}");
}
