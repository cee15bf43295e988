//! `job` (engine.md 1.6).

use super::Pod;
use crate::graph::fields::{COUNT, Fields, POSITIVE, choices};

choices! {
    RestartPolicy { Never = "Never", OnFailure = "OnFailure" }
}

/// Also what a CronJob creates.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) completions: Option<i32>,
    pub(crate) parallelism: Option<i32>,
    pub(crate) backoff_limit: Option<i32>,
    pub(crate) active_deadline_seconds: Option<i64>,
    pub(crate) ttl_seconds_after_finished: Option<i32>,
    pub(crate) restart_policy: RestartPolicy,
    pub(crate) pod: Pod,
}

impl Job {
    pub(super) fn decode(fields: &Fields) -> Self {
        Self {
            completions: fields.int32("completions", POSITIVE),
            parallelism: fields.int32("parallelism", COUNT),
            ttl_seconds_after_finished: fields.int32("ttlSecondsAfterFinished", COUNT),
            ..Self::shared(fields, RestartPolicy::Never)
        }
    }

    /// The part a `cronjob` node has too.
    pub(super) fn shared(fields: &Fields, restart_policy: RestartPolicy) -> Self {
        Self {
            completions: None,
            parallelism: None,
            backoff_limit: fields.int32("backoffLimit", COUNT),
            active_deadline_seconds: fields.integer("activeDeadlineSeconds", 1..=i64::MAX),
            ttl_seconds_after_finished: None,
            restart_policy: fields.choice("restartPolicy").unwrap_or(restart_policy),
            pod: Pod::decode(fields),
        }
    }
}
