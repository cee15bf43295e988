//! `/v1/api/workflows` as clients see it, before anything is deployed.

#![allow(clippy::unwrap_used)]

mod support;

use reqwest::Method;
use serde_json::{Value, json};
use support::{TestServer, User};

async fn create(server: &TestServer, user: &User, name: &str) -> String {
    let body = json!({"name": name, "cluster_id": "dev"});
    let answer = server.post("/v1/api/workflows", user, body).await.expect(201);
    answer["id"].as_str().unwrap().to_owned()
}

fn node(id: &str) -> Value {
    json!({"id": id, "type": "deployment", "position": {"x": 1, "y": 2.5}, "width": 80, "selected": true,
        "data": {"name": format!(" {id} "), "image": "nginx", "replicas": 2, "custom": [1, null]}})
}

fn at(id: &str) -> String {
    format!("/v1/api/workflows/{id}")
}

async fn save(server: &TestServer, user: &User, id: &str, nodes: Value) -> Value {
    let body = json!({"nodes": nodes, "edges": []});
    server.post(&format!("{}/save", at(id)), user, body).await.expect(200)["workflow"].clone()
}

fn names(list: &Value) -> Vec<&str> {
    list["workflows"].as_array().unwrap().iter().map(|workflow| workflow["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_new_workflow_is_an_empty_draft_with_one_version() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let body = json!({"name": "  shop ", "description": "sells", "cluster_id": "dev", "tags": ["a", "b"]});
    let answer = server.post("/v1/api/workflows", &user, body).await.expect(201);
    assert!(answer["warning"].as_str().unwrap().contains("no cluster named dev"));
    let workflow = &answer["workflow"];
    assert_eq!(answer["id"], workflow["id"]);
    assert_eq!((&workflow["name"], &workflow["status"]), (&json!("shop"), &json!("draft")));
    assert_eq!((&workflow["tags"], &workflow["owner_id"]), (&json!(["a", "b"]), &json!(user.id)));
    let id = answer["id"].as_str().unwrap();
    assert_eq!(&server.get(&at(id), &user).await.expect(200), workflow);
    let versions = server.get(&format!("{}/versions", at(id)), &user).await.expect(200);
    assert_eq!((&versions["total"], &versions["versions"][0]["is_automatic"]), (&json!(1), &json!(true)));
}

#[tokio::test]
async fn what_is_said_about_a_workflow_is_held_to_its_rules() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    for (body, field) in [
        (json!({"cluster_id": "dev"}), "name"),
        (json!({"name": " ", "cluster_id": "dev"}), "name"),
        (json!({"name": "x".repeat(201), "cluster_id": "dev"}), "name"),
        (json!({"name": "x"}), "cluster_id"),
        (json!({"name": "x", "cluster_id": "dev", "description": "x".repeat(4001)}), "description"),
        (json!({"name": "x", "cluster_id": "dev", "tags": vec!["t"; 21]}), "tags"),
        (json!({"name": "x", "cluster_id": "dev", "tags": ["t", ""]}), "tags[1]"),
    ] {
        let words = server.post("/v1/api/workflows", &user, body).await.refused(400, "invalid_field");
        assert!(words.starts_with(&format!("{field}: ")), "{words}");
    }
    assert_eq!(server.get("/v1/api/workflows", &user).await.expect(200)["total"], 0);
}

#[tokio::test]
async fn a_list_is_whole_unless_a_page_is_asked_for() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let other = server.sign_up("other@example.com", Some(&user)).await;
    for name in ["beta", "alpha", "gamma"] {
        create(&server, &user, name).await;
    }
    create(&server, &other, "theirs").await;
    let list = async |query: &str| server.get(&format!("/v1/api/workflows{query}"), &user).await.expect(200);
    assert_eq!(names(&list("").await), ["gamma", "alpha", "beta"]);
    let page = list("?sort=name&order=asc&page=2&limit=2").await;
    assert_eq!((names(&page), &page["total"]), (vec!["gamma"], &json!(3)));
    assert_eq!(names(&list("?search=ALPH").await), ["alpha"]);
    assert_eq!(names(&list("?status=published").await), [""; 0]);
    for query in ["?page=0", "?limit=101", "?limit=x", "?sort=size", "?order=up", "?status=gone"] {
        let answer = server.get(&format!("/v1/api/workflows{query}"), &user).await;
        answer.refused(400, "invalid_query");
    }
}

#[tokio::test]
async fn a_saved_canvas_comes_back_trimmed_and_without_canvas_extras() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let id = create(&server, &user, "shop").await;
    let edge = json!({"id": "e", "source": "a", "target": "zzz", "sourceHandle": null, "animated": true});
    let body = json!({"nodes": [node("a")], "edges": [edge], "description": "drawn"});
    let answer = server.post(&format!("{}/save", at(&id)), &user, body).await.expect(200);
    let workflow = &answer["workflow"];
    let data = json!({"name": "a", "image": "nginx", "replicas": 2, "custom": [1, null]});
    assert_eq!(
        workflow["nodes"],
        json!([{"id": "a", "type": "deployment", "position": {"x": 1, "y": 2.5}, "data": data}])
    );
    assert_eq!(workflow["edges"], json!([{"id": "e", "source": "a", "target": "zzz"}]));
    assert_eq!(workflow["description"], "drawn");
    assert_eq!(&server.get(&at(&id), &user).await.expect(200), workflow);
}

#[tokio::test]
async fn a_canvas_that_cannot_be_kept_changes_nothing() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let id = create(&server, &user, "shop").await;
    save(&server, &user, &id, json!([node("a")])).await;
    let to = format!("{}/save", at(&id));
    for (body, place) in [
        (json!({"nodes": []}), "edges"),
        (json!({"nodes": null, "edges": []}), "nodes"),
        (json!({"nodes": [node("b"), node("b")], "edges": []}), "nodes[1].id"),
        (
            json!({"nodes": [{"id": "b", "type": "job", "position": {"x": 0, "y": 0}}], "edges": []}),
            "nodes[0].data",
        ),
    ] {
        let answer = server.post(&to, &user, body).await;
        assert_eq!(answer.json["details"][0]["field"], place);
        answer.refused(400, "invalid_field");
    }
    let large = json!({"nodes": [], "edges": [], "description": "x".repeat(4 << 20)});
    server.post(&to, &user, large).await.refused(413, "body_too_large");
    assert_eq!(server.get(&at(&id), &user).await.expect(200)["nodes"][0]["id"], "a");
}

#[tokio::test]
async fn an_update_changes_only_what_is_sent() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let id = create(&server, &user, "shop").await;
    save(&server, &user, &id, json!([node("a")])).await;
    let body = json!({"name": "store", "description": null, "cluster_id": "elsewhere"});
    let workflow = server.put(&at(&id), &user, body).await.expect(200);
    assert_eq!((&workflow["name"], &workflow["cluster_id"]), (&json!("store"), &json!("dev")));
    assert_eq!(workflow["nodes"][0]["id"], "a");
    let workflow =
        server.put(&at(&id), &user, json!({"nodes": [node("b")], "tags": ["t"]})).await.expect(200);
    assert_eq!((&workflow["nodes"][0]["id"], &workflow["tags"]), (&json!("b"), &json!(["t"])));
    server.put(&at(&id), &user, json!({"cluster_id": "x"})).await.refused(400, "nothing_to_change");
    server.put(&at(&id), &user, json!({"status": "gone"})).await.refused(400, "invalid_field");
}

#[tokio::test]
async fn an_archived_workflow_is_neither_saved_nor_run_until_it_is_taken_out_again() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let id = create(&server, &user, "shop").await;
    let set = async |status: &str| {
        server.put(&format!("{}/status", at(&id)), &user, json!({"status": status})).await.expect(200)
    };
    assert!(set("archived").await.get("warning").is_none(), "it never ran");
    let canvas = json!({"nodes": [], "edges": []});
    server.post(&format!("{}/save", at(&id)), &user, canvas.clone()).await.refused(409, "archived");
    server.put(&at(&id), &user, canvas.clone()).await.refused(409, "archived");
    server.post(&format!("{}/versions/1/restore", at(&id)), &user, json!({})).await.refused(409, "archived");
    server.post(&format!("{}/run", at(&id)), &user, json!({})).await.refused(400, "wrong_state");
    server.post(&format!("{}/plan", at(&id)), &user, json!({})).await.refused(409, "archived");
    set("draft").await;
    server.post(&format!("{}/save", at(&id)), &user, canvas).await.expect(200);
    server.put(&format!("{}/status", at(&id)), &user, json!({})).await.refused(400, "invalid_field");
}

#[tokio::test]
async fn a_deleted_workflow_is_gone_from_every_route() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let id = create(&server, &user, "shop").await;
    server.delete(&format!("{}?cleanup_storage=maybe", at(&id)), &user).await.refused(400, "invalid_query");
    server.delete(&at(&id), &user).await.expect(200);
    server.get(&at(&id), &user).await.refused(404, "not_found");
    server.delete(&at(&id), &user).await.refused(404, "not_found");
    server.get(&format!("{}/versions", at(&id)), &user).await.refused(404, "not_found");
    assert_eq!(server.get("/v1/api/workflows", &user).await.expect(200)["total"], 0);
}

#[tokio::test]
async fn a_clone_is_a_draft_of_its_own() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let id = create(&server, &user, "shop").await;
    save(&server, &user, &id, json!([node("a")])).await;
    let answer = server.post(&format!("{}/clone", at(&id)), &user, json!({"name": "copy"})).await.expect(201);
    assert_ne!(answer["id"], json!(id));
    let copy = &answer["workflow"];
    assert_eq!((&copy["name"], &copy["nodes"][0]["id"]), (&json!("copy"), &json!("a")));
    server.post(&format!("{}/clone", at(&id)), &user, json!({})).await.refused(400, "invalid_field");
}

#[tokio::test]
async fn versions_are_made_named_compared_and_restored() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let id = create(&server, &user, "shop").await;
    save(&server, &user, &id, json!([node("a")])).await;
    let versions = format!("{}/versions", at(&id));
    let made = server.call(Method::POST, &versions, Some(&user.token), None).await.expect(201);
    assert_eq!(made["version"]["version"], 2);
    let meta = json!({"name": "first", "tag": "v1"});
    let named = server.put(&format!("{versions}/2"), &user, meta).await.expect(200);
    assert_eq!((&named["version"]["name"], &named["version"]["tag"]), (&json!("first"), &json!("v1")));
    let long = json!({"tag": "x".repeat(51)});
    server.put(&format!("{versions}/2"), &user, long).await.refused(400, "invalid_field");

    save(&server, &user, &id, json!([node("a"), node("b")])).await;
    let restored = server.post(&format!("{versions}/2/restore"), &user, json!(null)).await.expect(200);
    assert_eq!(
        (&restored["version"]["version"], &restored["version"]["restored_from"]),
        (&json!(4), &json!(2))
    );
    assert_eq!(restored["workflow"]["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(restored["workflow"]["current_version"], 4);

    let compare = server.get(&format!("{versions}/compare?v1=3&v2=4"), &user).await.expect(200);
    assert_eq!((&compare["from_version"], &compare["removed_nodes"][0]["node_id"]), (&json!(3), &json!("b")));
    let page = server.get(&format!("{versions}?page=2&limit=3"), &user).await.expect(200);
    assert_eq!((&page["versions"][0]["version"], &page["total"]), (&json!(1), &json!(4)));
    let fallen = server.get(&format!("{versions}?page=x&limit=51"), &user).await.expect(200);
    assert_eq!((&fallen["page"], &fallen["limit"]), (&json!(1), &json!(10)));

    server.get(&format!("{versions}/9"), &user).await.refused(404, "not_found");
    server.get(&format!("{versions}/0"), &user).await.refused(400, "invalid_id");
    server.get(&format!("{versions}/last"), &user).await.refused(400, "invalid_id");
    server.get(&format!("{versions}/compare?v1=1"), &user).await.refused(400, "invalid_query");
    server.get(&format!("{versions}/compare?v1=1&v2=9"), &user).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_workflow_that_never_ran_has_no_runs() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let id = create(&server, &user, "shop").await;
    for query in ["", "?limit=1000", "?limit=x"] {
        assert_eq!(
            server.get(&format!("{}/runs{query}", at(&id)), &user).await.expect(200)["runs"],
            json!([])
        );
    }
}

#[tokio::test]
async fn a_run_on_an_unknown_cluster_is_recorded_as_failed() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let id = create(&server, &user, "shop").await;
    save(&server, &user, &id, json!([node("a")])).await;
    server.put(&format!("{}/status", at(&id)), &user, json!({"status": "published"})).await.expect(200);
    let answer = server.post(&format!("{}/run", at(&id)), &user, json!({})).await;
    let words = answer.refused(422, "run_refused");
    assert!(words.contains("cluster dev not found or not accessible"), "{words}");
    let runs = server.get(&format!("{}/runs", at(&id)), &user).await.expect(200);
    assert_eq!((&runs["runs"][0]["status"], &runs["runs"][0]["error"]), (&json!("failed"), &json!(words)));
    let workflow = server.get(&at(&id), &user).await.expect(200);
    assert_eq!((&workflow["run_count"], &workflow["failure_count"]), (&json!(1), &json!(1)));
    let version = server.get(&format!("{}/versions/2", at(&id)), &user).await.expect(200);
    assert_eq!((&version["run_status"], &version["run_id"]), (&json!("failed"), &runs["runs"][0]["id"]));
}
