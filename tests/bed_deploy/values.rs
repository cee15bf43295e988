//! Values that come with a run: used, kept, removed, and stored nowhere but in the cluster.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::drawing::{graph, operations};
use crate::stage::Stage;

async fn data(stage: &Stage) -> Value {
    let secret = stage.found("Secret", "login").await;
    let decoded = secret["data"].as_object().unwrap().iter().map(|(key, value)| {
        let bytes = STANDARD.decode(value.as_str().unwrap()).unwrap();
        (key.clone(), Value::from(String::from_utf8(bytes).unwrap()))
    });
    Value::Object(decoded.collect())
}

fn with_keys(stage: &Stage, names: &[&str]) -> Value {
    let keys: Value = names.iter().map(|name| json!({"id": name, "name": name})).collect();
    graph([stage.node("login", "secret", json!({"keys": keys}))], [])
}

fn values(login: Value) -> Value {
    let secrets = Value::from_iter([("login", login)]);
    Value::from_iter([("secrets", secrets)])
}

#[tokio::test]
async fn secrets_keep_what_is_not_sent_and_lose_what_is_not_declared() {
    let stage = Stage::new("secret").await;
    let id = stage.workflow(&with_keys(&stage, &["user", "password"])).await;

    let run = stage.run(&id, json!({})).await;
    assert_eq!(run["node_states"]["login"]["status"], "warning");
    assert!(stage.live("Secret", "login").await.is_none());
    let status = json!({"state": "pending", "message": "Secret not created - no values provided", "secretCreated": false});
    assert_eq!(stage.status(&id, "login").await, status);

    let run = stage.run(&id, values(json!({"user": "anna", "password": "first one", "_new_1": "x"}))).await;
    assert_eq!(operations(&run)["Secret login"], "created");
    assert_eq!(data(&stage).await, json!({"user": "anna", "password": "first one"}));

    // One value of two, and one the node does not declare.
    stage.run(&id, values(json!({"password": "second one", "extra": "z"}))).await;
    assert_eq!(data(&stage).await, json!({"user": "anna", "password": "second one", "extra": "z"}));

    // Blank rows of a reloaded console keep what is live; what is neither declared nor sent goes.
    stage.run(&id, values(json!({"user": "", "password": ""}))).await;
    assert_eq!(data(&stage).await, json!({"user": "anna", "password": "second one"}));

    // Without values nothing happens to the data, whoever wrote it.
    stage.patch("Secret", "login", json!({"data": {"by-hand": "aGFuZA=="}})).await;
    let before = stage.found("Secret", "login").await["metadata"]["resourceVersion"].clone();
    let run = stage.run(&id, json!({})).await;
    assert_eq!(run["node_states"]["login"]["message"], "Secret exists");
    assert_eq!(stage.last_run(&id).await["output"]["login"]["exists"], true);
    assert_eq!(stage.found("Secret", "login").await["metadata"]["resourceVersion"], before);

    // A key that is renamed goes under its old name, also one somebody else put there.
    stage.save(&id, &with_keys(&stage, &["password"])).await;
    let plan = stage.plan(&id, values(json!({"password": "second one"}))).await;
    assert_eq!(plan["summary"]["update"], 1);
    assert!(!plan.to_string().contains("second one") && !plan.to_string().contains("aGFuZA=="), "{plan:#}");
    stage.run(&id, values(json!({"password": "second one"}))).await;
    assert_eq!(data(&stage).await, json!({"password": "second one"}));
    let again = stage.run(&id, values(json!({"password": "second one"}))).await;
    assert_eq!(operations(&again)["Secret login"], "unchanged");
    stage.clear().await;
}

#[tokio::test]
async fn variables_are_carried_over_from_the_live_object() {
    let stage = Stage::new("env").await;
    let keys = json!([{"id": "1", "name": "TOKEN"}, {"id": "2", "name": "LEVEL"}]);
    let drawn = graph([stage.web("web", json!({"env": {"STATIC": "1"}, "envKeys": keys}))], []);
    let id = stage.workflow(&drawn).await;
    let env = async || {
        stage.found("Deployment", "web").await["spec"]["template"]["spec"]["containers"][0]["env"].clone()
    };
    let send = |web: Value| json!({"envVars": {"web": web}});

    stage.run(&id, send(json!({"TOKEN": "tok-one", "LEVEL": "debug"}))).await;
    let first = json!([{"name": "LEVEL", "value": "debug"}, {"name": "STATIC", "value": "1"}, {"name": "TOKEN", "value": "tok-one"}]);
    assert_eq!(env().await, first);
    assert_eq!(operations(&stage.run(&id, json!({})).await)["Deployment web"], "unchanged");

    let plan = stage.plan(&id, send(json!({"TOKEN": "tok-two", "LEVEL": ""}))).await;
    let diff = plan["objects"][0]["diff"].as_str().unwrap();
    assert!(diff.contains("*** (changed)") && !diff.contains("tok-"), "{diff}");
    stage.run(&id, send(json!({"TOKEN": "tok-two", "LEVEL": ""}))).await;
    let second = json!([{"name": "LEVEL", "value": "debug"}, {"name": "STATIC", "value": "1"}, {"name": "TOKEN", "value": "tok-two"}]);
    assert_eq!(env().await, second);
    stage.clear().await;
}

#[tokio::test]
async fn values_are_nowhere_on_the_server() {
    let stage = Stage::new("nowhere").await;
    let drawn = graph(
        [
            stage.node(
                "login",
                "secret",
                json!({"keys": [{"id": "k", "name": "P"}], "data": {"P": "typed-into-the-node"}}),
            ),
            stage.web("web", json!({"envKeys": [{"id": "1", "name": "TOKEN"}]})),
        ],
        [],
    );
    let id = stage.workflow(&drawn).await;
    let sent = json!({"secrets": {"login": {"P": "swordfish-of-the-day"}}, "envVars": {"web": {"TOKEN": "token-of-the-day"}}});
    let run = stage.run(&id, sent.clone()).await;
    let rendered = stage.ask(&id, "render", sent).await.expect(200);
    let texts = [run, rendered, stage.last_run(&id).await, stage.document(&id).await];
    let namespace = stage.namespace.clone();
    stage.remove_namespace(&namespace).await;
    let data = stage.server.stop().await;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(data.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            files.push(String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned());
        }
    }
    assert!(files.iter().any(|file| file.contains(&id)), "the store was looked at");
    for text in texts.iter().map(Value::to_string).chain(files) {
        for value in [
            "swordfish-of-the-day",
            "token-of-the-day",
            "typed-into-the-node",
            &STANDARD.encode("swordfish-of-the-day"),
        ] {
            assert!(!text.contains(value), "{value} is stored or told");
        }
    }
}
