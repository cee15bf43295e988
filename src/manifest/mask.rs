//! Manifests as HTTP shows them (engine.md 3.12): no Secret data, no run-time variables.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Document;

const MASK: &str = "***";
const MASK_CHANGED: &str = "*** (changed)";
/// `kubectl apply` keeps a copy of the whole object there.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

impl Document {
    /// The body with its secret values masked.
    pub fn masked(&self) -> Value {
        let mut body = self.body.clone();
        mask(&mut body, &self.masked_env);
        body
    }
}

/// Masks a manifest or live object: every value of a Secret, and the variables of those names in its containers.
pub fn mask(object: &mut Value, env: &BTreeSet<String>) {
    for_each_secret(object, env, &mut |_, value| *value = MASK.into());
}

/// Masks both sides of a comparison; what differs says so on the new side.
pub fn mask_both(old: &mut Value, new: &mut Value, env: &BTreeSet<String>) {
    let mut before = std::collections::HashMap::new();
    for_each_secret(old, env, &mut |path, value| {
        before.insert(path.to_owned(), std::mem::replace(value, MASK.into()));
    });
    for_each_secret(new, env, &mut |path, value| {
        let changed = before.get(path).is_some_and(|old| old != value);
        *value = if changed { MASK_CHANGED.into() } else { MASK.into() };
    });
}

fn for_each_secret(object: &mut Value, env: &BTreeSet<String>, visit: &mut dyn FnMut(&str, &mut Value)) {
    let annotations = object.pointer_mut("/metadata/annotations");
    if let Some(copy) = annotations.and_then(|annotations| annotations.get_mut(LAST_APPLIED)) {
        visit(LAST_APPLIED, copy);
    }
    if object.get("kind").and_then(Value::as_str) == Some("Secret") {
        for part in ["data", "stringData"] {
            let members = object.get_mut(part).and_then(Value::as_object_mut);
            members.into_iter().flatten().for_each(|(key, value)| visit(&format!("{part}/{key}"), value));
        }
    }
    for pod in ["/spec/template/spec", "/spec/jobTemplate/spec/template/spec"] {
        for list in ["containers", "initContainers"] {
            let containers =
                object.pointer_mut(pod).and_then(|pod| pod.get_mut(list)).and_then(Value::as_array_mut);
            for (number, container) in containers.into_iter().flatten().enumerate() {
                let variables = container.get_mut("env").and_then(Value::as_array_mut);
                for variable in variables.into_iter().flatten() {
                    let Some(name) = variable.get("name").and_then(Value::as_str).map(str::to_owned) else {
                        continue;
                    };
                    if let Some(value) = variable.get_mut("value").filter(|_| env.contains(&name)) {
                        visit(&format!("{list}/{number}/{name}"), value);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secret_data_never_shows() {
        let mut secret = json!({"kind": "Secret", "data": {"a": "c2VjcmV0"}, "stringData": {"b": "x"}, "metadata": {
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "c2VjcmV0"}}});
        mask(&mut secret, &BTreeSet::new());
        assert!(!secret.to_string().contains("c2VjcmV0"));
        assert_eq!(secret["data"], json!({"a": "***"}));
        let mut config = json!({"kind": "ConfigMap", "data": {"a": "shown"}});
        mask(&mut config, &BTreeSet::new());
        assert_eq!(config["data"]["a"], "shown");
    }

    #[test]
    fn only_run_time_variables_are_masked() {
        let workload = |value: &str| {
            json!({"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": [
            {"env": [{"name": "TOKEN", "value": value}, {"name": "MODE", "value": value}]}]}}}}}})
        };
        let (mut old, mut new) = (workload("a"), workload("b"));
        mask_both(&mut old, &mut new, &BTreeSet::from(["TOKEN".to_owned()]));
        let env = |object: &Value| {
            object.pointer("/spec/jobTemplate/spec/template/spec/containers/0/env").unwrap().clone()
        };
        assert_eq!(env(&old), json!([{"name": "TOKEN", "value": "***"}, {"name": "MODE", "value": "a"}]));
        assert_eq!(
            env(&new),
            json!([{"name": "TOKEN", "value": "*** (changed)"}, {"name": "MODE", "value": "b"}])
        );
    }
}
