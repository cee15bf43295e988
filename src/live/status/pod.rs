//! Pods.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::pods::Trouble;
use super::words::Health;
use crate::clock::Time;
use crate::live::read::{list, safe, text};

/// What is sent for a Pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PodPhase {
    /// Its phase as Kubernetes writes it.
    pub phase: String,
}

/// The status sent.
pub(super) fn status(object: &Value, now: Time) -> Status<Health, PodPhase> {
    let phase = text(object, "/status/phase");
    let containers = list(object, "/status/containerStatuses");
    let ready = |container: &Value| container.pointer("/ready").and_then(Value::as_bool).unwrap_or(false);
    let all_ready = !containers.is_empty() && containers.iter().all(ready);
    let trouble = Trouble::of(object);
    let failure = trouble.as_ref().and_then(|trouble| trouble.failure(now));
    let reason = match text(object, "/status/reason") {
        "" => phase,
        reason => reason,
    };
    let (state, message) = match (phase, failure) {
        ("Running", _) if all_ready => (Health::Healthy, reason),
        ("Succeeded", _) => (Health::Healthy, reason),
        ("Failed", _) => (Health::Error, reason),
        (_, Some(failure)) => (Health::Error, failure),
        (_, None) => (Health::Partial, reason),
    };
    Status::new((state, safe(message)), PodPhase { phase: phase.to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{said, sent};
    use super::super::{Around, Kind};

    fn pod(status: &Value) -> (String, String) {
        said(Kind::Pod, &json!({"status": status}), &Around::default())
    }

    fn is(state: &str, message: &str) -> (String, String) {
        (state.to_owned(), message.to_owned())
    }

    #[test]
    fn running_is_healthy_only_when_every_container_is_ready() {
        let half = json!({"phase": "Running", "containerStatuses": [{"ready": true}, {"ready": false}]});
        assert_eq!(pod(&half), is("partial", "Running"));
        let full = json!({"phase": "Running", "containerStatuses": [{"ready": true}, {"ready": true}]});
        assert_eq!(pod(&full), is("healthy", "Running"));
    }

    #[test]
    fn other_phases() {
        assert_eq!(pod(&json!({"phase": "Succeeded"})), is("healthy", "Succeeded"));
        assert_eq!(pod(&json!({"phase": "Failed", "reason": "Evicted"})), is("error", "Evicted"));
        assert_eq!(pod(&json!({"phase": "Pending"})), is("partial", "Pending"));
    }

    #[test]
    fn a_failure_says_its_reason() {
        let waiting = json!([{"ready": false, "state": {"waiting": {"reason": "ImagePullBackOff", "message": "not found"}}}]);
        for phase in ["Pending", "Running"] {
            let status = json!({"phase": phase, "containerStatuses": waiting});
            assert_eq!(pod(&status), is("error", "ImagePullBackOff: not found"), "{phase}");
        }
    }

    #[test]
    fn sends_its_phase() {
        let status = sent(Kind::Pod, &json!({"status": {"phase": "Pending"}}), &Around::default());
        assert_eq!(status, json!({"state": "partial", "message": "Pending", "phase": "Pending"}));
    }
}
