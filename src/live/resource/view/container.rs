//! Containers, of pods and of workload templates (openapi `ResourceContainer`).

use serde_json::Value;

use super::View;
use crate::live::read::{count, list, text};

/// The containers of a pod specification at `spec`, with their states at `/status/containerStatuses`.
pub(super) fn all(object: &Value, spec: &str) -> Value {
    let states = list(object, "/status/containerStatuses");
    list(object, &format!("{spec}/containers"))
        .iter()
        .map(|container| {
            let name = text(container, "/name");
            one(container, states.iter().find(|state| text(state, "/name") == name).unwrap_or(&Value::Null))
        })
        .collect()
}

fn one(container: &Value, state: &Value) -> Value {
    let resources = View::default()
        .text("requestsCPU", container, "/resources/requests/cpu")
        .text("requestsMemory", container, "/resources/requests/memory")
        .text("limitsCPU", container, "/resources/limits/cpu")
        .text("limitsMemory", container, "/resources/limits/memory");
    let ports: Value = list(container, "/ports").iter().map(port).collect();
    let last = phase(state.pointer("/lastState"));
    let view = View::default()
        .value("name", Some(text(container, "/name").into()))
        .value("image", Some(text(container, "/image").into()))
        .copy("command", container, "/command")
        .copy("args", container, "/args")
        .value("ports", Some(ports))
        .value("restartCount", Some(count(state, "/restartCount").into()))
        .value("ready", Some(state.pointer("/ready").and_then(Value::as_bool).unwrap_or(false).into()))
        .value("state", Some(phase(state.pointer("/state")).into()))
        .value("lastState", (!last.is_empty()).then(|| last.into()))
        .text("terminationReason", state, termination(state));
    let mut container = view.0;
    container.insert("resources".to_owned(), resources.0.into());
    container.into()
}

fn port(port: &Value) -> Value {
    let protocol = match text(port, "/protocol") {
        "" => "TCP",
        protocol => protocol,
    };
    let named = View::default().text("name", port, "/name");
    named
        .value("containerPort", Some(count(port, "/containerPort").into()))
        .value("protocol", Some(protocol.into()))
        .0
        .into()
}

/// `running`, `waiting: <reason>`, `terminated: <reason>`, or nothing.
fn phase(state: Option<&Value>) -> String {
    let Some(state) = state else { return String::new() };
    if state.get("running").is_some() {
        return "running".to_owned();
    }
    ["waiting", "terminated"]
        .into_iter()
        .find_map(|phase| Some(format!("{phase}: {}", text(state.get(phase)?, "/reason"))))
        .unwrap_or_default()
}

/// Where the reason of the newest termination is.
fn termination(state: &Value) -> &'static str {
    if state.pointer("/state/terminated").is_some() {
        "/state/terminated/reason"
    } else {
        "/lastState/terminated/reason"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn states_are_said_in_one_line() {
        for (state, said) in [
            (json!({"running": {"startedAt": "x"}}), "running"),
            (json!({"waiting": {"reason": "ContainerCreating"}}), "waiting: ContainerCreating"),
            (json!({"terminated": {"reason": "OOMKilled"}}), "terminated: OOMKilled"),
            (json!({}), ""),
        ] {
            assert_eq!(phase(Some(&state)), said);
        }
    }

    #[test]
    fn environment_values_are_not_said() {
        let object = json!({"spec": {"containers": [
            {"name": "web", "image": "nginx", "env": [{"name": "PASSWORD", "value": "hunter2"}]},
        ]}});
        assert_eq!(
            all(&object, "/spec"),
            json!([{"name": "web", "image": "nginx", "restartCount": 0, "ready": false, "state": "", "resources": {}}])
        );
    }

    #[test]
    fn a_pods_containers_have_their_states() {
        let object = json!({
            "spec": {"containers": [{
                "name": "web", "image": "nginx", "command": ["nginx"], "args": ["-g"],
                "ports": [{"name": "http", "containerPort": 80}],
                "resources": {"requests": {"cpu": "10m"}, "limits": {"memory": "1Gi"}},
            }]},
            "status": {"containerStatuses": [{
                "name": "web", "restartCount": 3, "ready": true, "state": {"running": {}},
                "lastState": {"terminated": {"reason": "OOMKilled"}},
            }]},
        });
        assert_eq!(
            all(&object, "/spec"),
            json!([{
                "name": "web", "image": "nginx", "command": ["nginx"], "args": ["-g"],
                "ports": [{"name": "http", "containerPort": 80, "protocol": "TCP"}],
                "restartCount": 3, "ready": true, "state": "running", "lastState": "terminated: OOMKilled",
                "terminationReason": "OOMKilled", "resources": {"requestsCPU": "10m", "limitsMemory": "1Gi"},
            }])
        );
    }
}
