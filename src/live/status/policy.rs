//! Network policies.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::rollout::Around;
use super::words::PolicyState;
use crate::live::read::{list, text};

/// What is sent for a NetworkPolicy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AffectedPods {
    /// How many pods it selects.
    pub affected_pods: i64,
}

/// The status sent.
pub(super) fn status(around: &Around) -> Status<PolicyState, AffectedPods> {
    Status::new((PolicyState::Active, String::new()), AffectedPods { affected_pods: around.selected_pods })
}

/// The policy's pod selector as the API's `labelSelector` parameter; `""` selects every pod.
pub(super) fn selector(object: &Value) -> String {
    let labels = object.pointer("/spec/podSelector/matchLabels").and_then(Value::as_object);
    let equal = labels
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()));
    let expressions = list(object, "/spec/podSelector/matchExpressions").iter().filter_map(|expression| {
        let key = text(expression, "/key");
        let values =
            list(expression, "/values").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",");
        match text(expression, "/operator") {
            "In" => Some(format!("{key} in ({values})")),
            "NotIn" => Some(format!("{key} notin ({values})")),
            "Exists" => Some(key.to_owned()),
            "DoesNotExist" => Some(format!("!{key}")),
            _ => None,
        }
    });
    equal.chain(expressions).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::sent;
    use super::super::{Around, Kind};
    use super::*;

    #[test]
    fn existing_is_active() {
        let around = Around { selected_pods: 4, ..Around::default() };
        assert_eq!(
            sent(Kind::NetworkPolicy, &json!({}), &around),
            json!({"state": "active", "message": "", "affectedPods": 4})
        );
    }

    #[test]
    fn the_selector_is_what_the_api_understands() {
        let policy = json!({"spec": {"podSelector": {
            "matchLabels": {"app": "web", "tier": "front"},
            "matchExpressions": [
                {"key": "env", "operator": "In", "values": ["prod", "stage"]},
                {"key": "team", "operator": "NotIn", "values": ["red"]},
                {"key": "live", "operator": "Exists"},
                {"key": "old", "operator": "DoesNotExist"},
            ],
        }}});
        assert_eq!(selector(&policy), "app=web,tier=front,env in (prod,stage),team notin (red),live,!old");
        assert_eq!(selector(&json!({"spec": {"podSelector": {}}})), "");
    }
}
