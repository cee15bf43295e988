//! `GET /v1/api/templates`: what the canvas offers to its user.

#![allow(clippy::unwrap_used)]

mod support;

use orchcli::clock::Clock;
use orchcli::id::EnabledPluginId;
use orchcli::plugin::EnabledPlugin;
use reqwest::Method;
use serde_json::{Value, json};
use support::{TestServer, User};

const PATH: &str = "/v1/api/templates";

const BUILT_IN: [&str; 12] = [
    "core/configmap",
    "core/cronjob",
    "core/daemonset",
    "core/deployment",
    "core/hpa",
    "core/ingress",
    "core/job",
    "core/networkpolicy",
    "core/persistentvolumeclaim",
    "core/secret",
    "core/service",
    "core/statefulset",
];

fn enabled(user: &User, plugin: &str) -> EnabledPlugin {
    EnabledPlugin {
        id: EnabledPluginId::new(),
        user_id: user.id.parse().unwrap(),
        plugin_id: plugin.to_owned(),
        created_at: Clock::system().now(),
    }
}

async fn palette(server: &TestServer, user: &User) -> Vec<Value> {
    server.get(PATH, user).await.expect(200)["templates"].as_array().unwrap().clone()
}

fn ids(palette: &[Value]) -> Vec<&str> {
    palette.iter().map(|template| template["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_new_user_sees_the_built_in_kinds_by_id() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    assert_eq!(ids(&palette(&server, &user).await), BUILT_IN);
    server.call(Method::GET, PATH, None, None).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn node_types_of_enabled_plugins_follow_by_plugin_name() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let other = server.sign_up("other@example.com", Some(&user)).await;
    // One that left the catalogue is no reason to show nothing.
    let chosen = ["keda", "certmanager", "no-such-plugin"].map(|plugin| enabled(&user, plugin));
    let server = server.holding(&chosen).await;

    let palette = palette(&server, &user).await;
    assert_eq!(ids(&palette)[12..], ["certificate", "clusterissuer", "scaled-object"]);
    assert_eq!(ids(&self::palette(&server, &other).await), BUILT_IN, "everybody has their own plugins");
}

#[tokio::test]
async fn a_plugin_entry_is_what_the_canvas_builds_a_node_from() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let server = server.holding(&[enabled(&user, "keda")]).await;
    let palette = palette(&server, &user).await;
    let mut entry = palette.last().unwrap().clone();
    let parameters = entry.as_object_mut().unwrap().remove("parameters").unwrap();
    assert_eq!(
        entry,
        json!({
            "id": "scaled-object", "name": "scaled-object", "displayName": "Scaled Object", "category": "scaling",
            "description": "Scale a deployment between two bounds.", "icon": "Puzzle", "version": "1.0.0",
            "tags": ["plugin", "scaling", "keda"], "usageFrequency": "medium", "difficulty": "medium",
            "dependencies": [], "isPlugin": true, "pluginId": "keda",
        })
    );
    let named =
        |name: &str| parameters.as_array().unwrap().iter().find(|field| field["name"] == name).unwrap();
    assert_eq!(
        named("name"),
        &json!({"name": "name", "label": "Name", "description": "my-scaledobject", "type": "text", "required": true})
    );
    let options = json!([{"value": "cpu", "label": "cpu"}, {"value": "memory", "label": "memory"}]);
    assert_eq!(
        named("triggerType"),
        &json!({"name": "triggerType", "label": "Trigger", "description": "", "type": "select", "required": false,
            "default": "cpu", "options": options})
    );
    assert_eq!(named("specYaml")["type"], "textarea");
}
