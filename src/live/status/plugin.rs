//! Custom resources of plugins: what their conditions say.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::words::Health;
use crate::live::read::{Condition, list, safe, text};

/// Conditions that tell whether an object works, the most telling first.
const TELLING: [&str; 4] = ["Ready", "Available", "Healthy", "Synced"];

/// What is sent for a plugin's object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PluginPhase {
    /// Its `status.phase` or `status.state`; left out when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
}

/// The status sent.
pub(super) fn status(object: &Value) -> Status<Health, PluginPhase> {
    let phase = ["/status/phase", "/status/state"].map(|pointer| text(object, pointer));
    let phase = phase.into_iter().find(|phase| !phase.is_empty()).map(safe);
    let verdict = match TELLING.iter().find_map(|kind| Condition::find(object, kind)) {
        Some(condition) if condition.status() == "True" => (Health::Healthy, String::new()),
        Some(condition) => (Health::Partial, condition.message()),
        None if list(object, "/status/conditions").is_empty() => (Health::Healthy, String::new()),
        None => (Health::Partial, String::new()),
    };
    Status::new(verdict, PluginPhase { phase })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::sent;
    use super::super::{Around, Kind};

    fn plugin(status: &Value) -> Value {
        sent(Kind::Plugin, &json!({"status": status}), &Around::default())
    }

    #[test]
    fn the_first_telling_condition_decides() {
        let conditions = json!({"conditions": [
            {"type": "Synced", "status": "False", "message": "late"},
            {"type": "Ready", "status": "True", "message": "Certificate is up to date"},
        ]});
        assert_eq!(plugin(&conditions), json!({"state": "healthy", "message": ""}));
        for status in ["False", "Unknown"] {
            let conditions =
                json!({"conditions": [{"type": "Available", "status": status, "message": "no endpoints"}]});
            assert_eq!(plugin(&conditions), json!({"state": "partial", "message": "no endpoints"}));
        }
    }

    #[test]
    fn without_conditions_existing_is_enough_but_unknown_ones_are_not() {
        assert_eq!(plugin(&json!({})), json!({"state": "healthy", "message": ""}));
        let others = json!({"conditions": [{"type": "Issuing", "status": "True"}]});
        assert_eq!(plugin(&others), json!({"state": "partial", "message": ""}));
    }

    #[test]
    fn the_phase_is_copied() {
        assert_eq!(plugin(&json!({"phase": "Running"}))["phase"], "Running");
        assert_eq!(plugin(&json!({"state": "synced"}))["phase"], "synced");
        assert_eq!(plugin(&json!({"state": {"nested": 1}})), json!({"state": "healthy", "message": ""}));
    }
}
