//! What the rules of deployments, stateful sets, replica sets and daemon sets have in common.

use super::words::Health;

/// What is known around an object besides the object itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    /// The failure of one of its pods.
    pub failure: Option<&'a str>,
    /// Whether pods of it were ready before.
    pub was_ready: bool,
    /// How many pods a policy selects.
    pub selected_pods: i64,
}

/// How far the pods of a workload are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rollout {
    /// The word for the workload in "Starting …".
    pub(super) noun: &'static str,
    /// What to say when no pod is wanted.
    pub(super) idle: &'static str,
    pub(super) desired: i64,
    pub(super) ready: i64,
    /// The controller has seen the newest generation and every pod is of it.
    pub(super) settled: bool,
    /// A condition that says the roll-out failed.
    pub(super) trouble: Option<String>,
}

impl Rollout {
    /// The state and its message; first match wins.
    pub(super) fn verdict(&self, around: &Around) -> (Health, String) {
        let Self { noun, idle, desired, ready, settled, trouble } = self;
        if *desired == 0 {
            return (Health::Healthy, (*idle).to_owned());
        }
        if let Some(trouble) = trouble {
            return (Health::Error, trouble.clone());
        }
        match (around.failure, ready) {
            (Some(failure), _) if ready < desired => (Health::Error, failure.to_owned()),
            (_, 0) if around.was_ready => (Health::Error, "No pods are ready".to_owned()),
            (_, 0) => (Health::Partial, format!("Starting {noun}...")),
            _ if !settled || ready < desired => (Health::Partial, format!("{ready}/{desired} pods ready")),
            _ => (Health::Healthy, format!("All {desired} pods ready")),
        }
    }

    /// Whether pods were ready once, given whether they were before: forgotten when none is wanted any more.
    pub(super) fn was_ready(&self, before: bool) -> bool {
        self.desired != 0 && (before || self.ready > 0)
    }
}
