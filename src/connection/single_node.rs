//! Letting workloads run on the control plane, or not (engine.md 7.2).

use serde_json::{Value, json};

use crate::cluster::{Client, Error, Patch, Resource, Selector};

const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";
const MASTER: &str = "node-role.kubernetes.io/master";
/// A node changes often: its heartbeat alone can come between reading and writing it.
const TRIES: usize = 5;

/// On: takes the control-plane and master taints off every node. Off: puts the control-plane taint back on nodes that
/// are labelled as control plane.
pub(super) async fn set(client: &Client, on: bool) -> Result<(), Error> {
    let nodes = Resource::known("v1", "Node", "nodes", false);
    for node in client.list(&nodes, None, &Selector::default()).await?.items {
        let Some(name) = node.pointer("/metadata/name").and_then(Value::as_str) else { continue };
        let mut node = node.clone();
        for last in (0..TRIES).rev() {
            let Some(change) = change(&node, on) else { break };
            match client.patch(&nodes, None, name, &change, false).await {
                Ok(_) => break,
                // The test of the old value failed: somebody was faster.
                Err(Error::Invalid { .. } | Error::Conflict(_)) if last > 0 => {}
                Err(error) => return Err(error),
            }
            node = client.get(&nodes, None, name).await?;
        }
    }
    Ok(())
}

/// What makes the node as wanted, or nothing when it is.
fn change(node: &Value, on: bool) -> Option<Patch> {
    let old = node.pointer("/spec/taints").and_then(Value::as_array);
    let is_ours = |taint: &Value| matches!(taint["key"].as_str(), Some(CONTROL_PLANE | MASTER));
    let mut new: Vec<Value> = old.cloned().unwrap_or_default();
    if on {
        new.retain(|taint| !is_ours(taint));
    } else {
        let labelled =
            node.pointer("/metadata/labels").and_then(|labels| labels.get(CONTROL_PLANE)).is_some();
        if labelled
            && !new.iter().any(|taint| taint["key"] == CONTROL_PLANE && taint["effect"] == "NoSchedule")
        {
            new.push(json!({"key": CONTROL_PLANE, "effect": "NoSchedule"}));
        }
    }
    let change = match old {
        Some(old) if *old == new => return None,
        None if new.is_empty() => return None,
        Some(old) => json!([
            {"op": "test", "path": "/spec/taints", "value": old},
            {"op": "replace", "path": "/spec/taints", "value": new},
        ]),
        // A node without taints has no list to test; its version stands for it.
        None => json!([
            {"op": "test", "path": "/metadata/resourceVersion", "value": node["metadata"]["resourceVersion"]},
            {"op": "add", "path": "/spec/taints", "value": new},
        ]),
    };
    Some(Patch::Json(change))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(labels: &Value, taints: Option<Value>) -> Value {
        let mut node =
            json!({"metadata": {"name": "n", "resourceVersion": "7", "labels": labels}, "spec": {}});
        if let Some(taints) = taints {
            node["spec"]["taints"] = taints;
        }
        node
    }

    fn value_of(change: Option<Patch>) -> Value {
        let Some(Patch::Json(operations)) = change else { panic!("no change") };
        operations[1]["value"].clone()
    }

    #[test]
    fn on_takes_only_the_two_taints_off() {
        let other = json!({"key": "gpu", "effect": "NoSchedule"});
        let taints = json!([{"key": CONTROL_PLANE, "effect": "NoSchedule"}, other, {"key": MASTER, "effect": "NoExecute"}]);
        assert_eq!(value_of(change(&node(&json!({}), Some(taints)), true)), json!([other]));
        assert_eq!(change(&node(&json!({}), None), true), None);
    }

    #[test]
    fn off_taints_labelled_nodes_again() {
        let labels = json!({ CONTROL_PLANE: "" });
        let taint = json!({"key": CONTROL_PLANE, "effect": "NoSchedule"});
        assert_eq!(value_of(change(&node(&labels, None), false)), json!([taint]));
        assert_eq!(change(&node(&labels, Some(json!([taint]))), false), None);
        assert_eq!(change(&node(&json!({}), None), false), None);
    }

    #[test]
    fn a_change_tests_what_it_replaces() {
        let taints = json!([{"key": MASTER, "effect": "NoSchedule"}]);
        let Some(Patch::Json(operations)) = change(&node(&json!({}), Some(taints.clone())), true) else {
            panic!()
        };
        assert_eq!(operations[0], json!({"op": "test", "path": "/spec/taints", "value": taints}));
    }
}
