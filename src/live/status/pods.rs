//! What fails in a workload's pods (engine.md 4.3, "Pod failure").

use std::time::Duration;

use serde_json::Value;

use crate::clock::Time;
use crate::live::read::{Condition, list, safe, text};

/// Waiting reasons that do not go away by waiting.
const FATAL: [&str; 7] = [
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
];

/// How long a pod may wait for a node before that counts as a failure.
const PATIENCE: Duration = Duration::from_mins(1);
/// Longest message quoted, in characters.
const QUOTE: usize = 200;

/// What keeps a pod from running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    text: String,
    /// For a pod that finds no node: when that becomes a failure.
    due: Option<Time>,
}

impl Trouble {
    /// What is wrong with a pod, the most telling thing first; `None` when nothing is.
    pub fn of(pod: &Value) -> Option<Self> {
        let containers = || {
            ["/status/initContainerStatuses", "/status/containerStatuses"]
                .into_iter()
                .flat_map(|path| list(pod, path))
        };
        let waiting = containers()
            .filter_map(|container| container.pointer("/state/waiting"))
            .find(|waiting| FATAL.contains(&text(waiting, "/reason")));
        let killed = || {
            containers()
                .flat_map(|container| {
                    [container.pointer("/state/terminated"), container.pointer("/lastState/terminated")]
                })
                .flatten()
                .find(|terminated| text(terminated, "/reason") == "OOMKilled")
        };
        if let Some(state) = waiting.or_else(killed) {
            return Some(Self { text: quote(text(state, "/reason"), text(state, "/message")), due: None });
        }
        let unscheduled = list(pod, "/status/conditions").iter().find(|condition| {
            text(condition, "/type") == "PodScheduled" && text(condition, "/reason") == "Unschedulable"
        })?;
        Condition::with(pod, "PodScheduled", "False")?;
        let since: Time = text(unscheduled, "/lastTransitionTime").parse().ok()?;
        Some(Self {
            text: quote("Unschedulable", text(unscheduled, "/message")),
            due: Some(since.plus(PATIENCE)),
        })
    }

    /// The failure to show, if it is one by now.
    pub fn failure(&self, now: Time) -> Option<&str> {
        match self.due {
            Some(due) if now <= due => None,
            Some(_) | None => Some(&self.text),
        }
    }

    /// When this becomes a failure, if it is none yet.
    pub fn due(&self, now: Time) -> Option<Time> {
        self.due.filter(|due| now <= *due)
    }
}

/// `<Reason>: <message>`: the first line, 200 characters.
fn quote(reason: &str, message: &str) -> String {
    let line: String = message.lines().next().unwrap_or_default().chars().take(QUOTE).collect();
    safe(&if line.is_empty() { reason.to_owned() } else { format!("{reason}: {line}") })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn failure(status: &Value, now: &str) -> Option<String> {
        let now = now.parse().unwrap();
        Trouble::of(&json!({"status": status}))?.failure(now).map(str::to_owned)
    }

    const NOW: &str = "2026-01-01T00:10:00Z";

    #[test]
    fn a_container_that_waits_for_a_fatal_reason_is_a_failure_in_words() {
        for reason in FATAL {
            let status = json!({"containerStatuses": [
                {"name": "fine", "state": {"running": {}}},
                {"name": "bad", "state": {"waiting": {"reason": reason, "message": "first line\nsecond"}}},
            ]});
            assert_eq!(failure(&status, NOW), Some(format!("{reason}: first line")));
        }
    }

    #[test]
    fn waiting_for_something_harmless_is_none() {
        for reason in ["ContainerCreating", "PodInitializing"] {
            let status = json!({"containerStatuses": [{"state": {"waiting": {"reason": reason}}}]});
            assert_eq!(failure(&status, NOW), None, "{reason}");
        }
    }

    #[test]
    fn an_init_container_counts_too() {
        let status =
            json!({"initContainerStatuses": [{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]});
        assert_eq!(failure(&status, NOW).unwrap(), "CrashLoopBackOff");
    }

    #[test]
    fn out_of_memory_is_a_failure_but_a_waiting_reason_says_more() {
        let mut status = json!({"containerStatuses": [
            {"state": {"running": {}}, "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}},
        ]});
        assert_eq!(failure(&status, NOW).unwrap(), "OOMKilled");
        status["containerStatuses"][0]["state"] =
            json!({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}});
        assert_eq!(failure(&status, NOW).unwrap(), "CrashLoopBackOff: back-off 10s");
    }

    #[test]
    fn a_container_that_ended_for_another_reason_is_none() {
        let status = json!({"containerStatuses": [{"lastState": {"terminated": {"reason": "Error"}}}]});
        assert_eq!(failure(&status, NOW), None);
    }

    #[test]
    fn finding_no_node_fails_only_after_a_minute() {
        let status = json!({"conditions": [{
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": "0/1 nodes are available", "lastTransitionTime": "2026-01-01T00:00:00Z",
        }]});
        assert_eq!(failure(&status, "2026-01-01T00:01:00Z"), None);
        assert_eq!(
            failure(&status, "2026-01-01T00:01:01Z").unwrap(),
            "Unschedulable: 0/1 nodes are available"
        );
        let trouble = Trouble::of(&json!({"status": status})).unwrap();
        let due: Time = "2026-01-01T00:01:00Z".parse().unwrap();
        assert_eq!(trouble.due("2026-01-01T00:00:30Z".parse().unwrap()), Some(due));
        assert_eq!(trouble.due("2026-01-01T00:02:00Z".parse().unwrap()), None);
    }

    #[test]
    fn a_scheduled_pod_is_none() {
        let status = json!({"conditions": [{"type": "PodScheduled", "status": "True"}]});
        assert_eq!(failure(&status, NOW), None);
        assert_eq!(failure(&json!({}), NOW), None);
    }

    #[test]
    fn long_messages_are_cut_and_secrets_taken_out() {
        let message = format!("pull https://bob:hunter2@example.test/x {}", "y".repeat(400));
        let status = json!({"containerStatuses": [{"state": {"waiting": {"reason": "ErrImagePull", "message": message}}}]});
        let failure = failure(&status, NOW).unwrap();
        assert!(!failure.contains("hunter2"), "{failure}");
        assert!(failure.chars().count() <= "ErrImagePull: ".len() + QUOTE + 10);
    }
}
