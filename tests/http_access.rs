//! Which operations there are, and who may call each of them.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use orchcli::clock::Clock;
use orchcli::connection::{ClusterShare, Role};
use orchcli::id::{ResourceId, ShareId};
use orchcli::live::resource::Resource;
use orchcli::server::routes::{Route, table};
use reqwest::Method;
use serde_json::json;
use support::{TestServer, User, contract};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

/// The callers, in the order of [`expected`]'s columns. The viewer and the deputy were given roles on the owner's
/// clusters; the admin administers the installation.
const CALLERS: [&str; 7] = ["nobody", "forger", "stranger", "viewer", "deputy", "owner", "admin"];

/// Let in: whatever the operation itself answers.
const IN: u16 = 0;

/// What a policy answers to each of [`CALLERS`]. A route with a policy that is not here fails the test.
fn expected(policy: &str) -> [u16; 7] {
    match policy {
        "public" | "exempt" => [IN; 7],
        "token_in_hand" | "signed_in" => [401, 401, IN, IN, IN, IN, IN],
        "admin" => [401, 401, 403, 403, 403, 403, IN],
        "own_workflow" => [401, 401, 403, 403, 403, IN, 403],
        "own_resource" => [401, 401, 404, 404, 404, IN, 404],
        "cluster_viewer" => [401, 401, 404, IN, IN, IN, 404],
        "cluster_admin" => [401, 401, 404, 403, IN, IN, 404],
        "cluster_owner" => [401, 401, 404, 403, 403, IN, 404],
        other => panic!("write down who the policy {other} lets in"),
    }
}

/// The row that holds for a route. Two public routes look at the token themselves, since an expired one will do.
fn row(route: &Route) -> &'static str {
    match route.path {
        "/v1/api/auth/refresh" | "/v1/api/auth/logout" => "token_in_hand",
        _ => route.policy,
    }
}

fn code(status: u16) -> &'static str {
    match status {
        401 => "unauthenticated",
        403 => "forbidden",
        _ => "not_found",
    }
}

/// A server on which the owner has one workflow, one cluster and a resource of it for each caller to try their hand at.
struct House {
    server: TestServer,
    tokens: Vec<Option<String>>,
    workflows: Vec<String>,
    resources: Vec<String>,
}

impl House {
    async fn build() -> Self {
        let server = TestServer::start().await;
        let admin = server.admin().await;
        let mut users = Vec::new();
        for name in ["stranger", "viewer", "deputy", "owner"] {
            users.push(server.sign_up(&format!("{name}@example.com"), Some(&admin)).await);
        }
        let [stranger, viewer, deputy, owner] = users.try_into().unwrap();
        let (mut workflows, mut shares, mut resources) = (Vec::new(), Vec::new(), Vec::new());
        for caller in CALLERS {
            let form = json!({"name": caller, "cluster_id": caller});
            let created = server.post("/v1/api/workflows", &owner, form).await.expect(201);
            workflows.push(created["id"].as_str().unwrap().to_owned());
            let form = json!({"name": caller, "server": NOWHERE, "authType": "token",
                "credentials": {"token": "t0ken", "insecure": true}});
            let added = server.post("/v1/api/clusters", &owner, form).await.expect(201);
            let cluster = added["cluster"]["id"].as_str().unwrap();
            resources.push(resource(&owner, cluster));
            shares.extend([share(cluster, &viewer, Role::Viewer), share(cluster, &deputy, Role::Admin)]);
        }
        let signed_in = [stranger, viewer, deputy, owner, admin].map(|user| Some(user.token));
        let mut tokens = vec![None, Some("eyJhbGciOiJub25lIn0.e30.".to_owned())];
        tokens.extend(signed_in);
        let ids = resources.iter().map(|resource| resource.id.to_string()).collect();
        let server = server.holding(&shares).await.holding(&resources).await;
        Self { server, tokens, workflows, resources: ids }
    }

    /// Calls `route` as one of [`CALLERS`], on the things that are theirs to try. The body is no JSON: whoever is let
    /// in changes nothing where there is a body to read.
    async fn call(&self, route: &Route, caller: usize) -> support::Answer {
        let path = route
            .path
            .replace("/workflows/{id}", &format!("/workflows/{}", self.workflows[caller]))
            .replace("{version}", "1")
            .replace("{name}", CALLERS[caller])
            .replace("/resources/{id}", &format!("/resources/{}", self.resources[caller]));
        assert!(!path.contains('{'), "name what {path} is tried on");
        let mut request = self.server.request(route.method.clone(), &path);
        if let Some(token) = &self.tokens[caller] {
            request = request.bearer_auth(token);
        }
        if route.method != Method::GET {
            request = request.body("{");
        }
        self.server.send(request).await
    }
}

/// What `user` saw in a cluster.
fn resource(user: &User, cluster: &str) -> Resource {
    let document = json!({
        "_id": ResourceId::new(), "userId": user.id, "clusterId": cluster, "clusterName": "dev",
        "name": "web", "namespace": "shop", "type": "Pod", "uid": "u", "resourceVersion": "1", "status": "running",
        "spec": {}, "metadata": {}, "createdAt": "2026-01-01T00:00:00.000Z",
        "lastSyncedAt": "2026-01-01T00:00:00.000Z", "lastSeenAt": "2026-01-01T00:00:00.000Z",
        "firstDiscoveredAt": "2026-01-01T00:00:00.000Z",
    });
    serde_json::from_value(document).unwrap()
}

fn share(cluster: &str, user: &User, role: Role) -> ClusterShare {
    ClusterShare {
        id: ShareId::new(),
        cluster_id: cluster.parse().unwrap(),
        user_id: user.id.parse().unwrap(),
        role,
        namespaces: Vec::new(),
        granted_by: user.id.parse().unwrap(),
        granted_at: Clock::system().now(),
    }
}

/// Every route; those that end what the others are tried on come last.
fn routes() -> Vec<Route> {
    let mut routes = table();
    routes.sort_by_key(|route| (route.path.ends_with("/logout"), route.method == Method::DELETE));
    routes
}

#[test]
fn the_router_and_openapi_list_the_same_operations() {
    let router: BTreeSet<String> =
        table().iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    let file: BTreeSet<String> =
        contract::operations().iter().map(|(method, path)| format!("{method} {path}")).collect();
    let missing: Vec<_> = file.difference(&router).collect();
    assert!(missing.is_empty(), "openapi.yaml describes what no route answers: {missing:#?}");
    let hidden: Vec<_> = router.difference(&file).collect();
    assert!(hidden.is_empty(), "routes that openapi.yaml does not describe: {hidden:#?}");
}

#[tokio::test]
async fn every_route_lets_in_whom_its_policy_names_and_nobody_else() {
    let house = House::build().await;
    for route in routes() {
        for (caller, status) in expected(row(&route)).into_iter().enumerate() {
            let who = CALLERS[caller];
            let answer = house.call(&route, caller).await;
            let came = answer.status.as_u16();
            let what = format!(
                "{} {} ({}) as {who}: {came} {}",
                route.method, route.path, route.policy, answer.text
            );
            if status == IN {
                assert!(![401, 403].contains(&came), "{what}");
                // What is there for those who are let in must not look missing to them.
                assert!(came != 404 || !route.path.contains('{'), "{what}");
            } else {
                assert_eq!((came, answer.json["code"].as_str()), (status, Some(code(status))), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_malformed_before_it_is_missing_and_after_the_token() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    for route in table().into_iter().filter(|route| route.path.contains("{id}")) {
        for (id, status, code) in [
            ("0123456789abcdef01234567", 404, "not_found"),
            ("0123456789ABCDEF01234567", 400, "invalid_id"),
            ("1", 400, "invalid_id"),
            ("%FF", 400, "invalid_id"),
        ] {
            let path = route.path.replace("{id}", id).replace("{version}", "1");
            let answer = server.call(route.method.clone(), &path, Some(&user.token), None).await;
            answer.refused(status, code);
            let answer = server.call(route.method.clone(), &path, None, None).await;
            answer.refused(401, "unauthenticated");
        }
    }
}
