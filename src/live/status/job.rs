//! Jobs.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::words::JobState;
use crate::live::read::{Condition, count, number, safe};

/// The counts sent for a Job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JobProgress {
    /// Pods running.
    pub active: i64,
    /// Pods that succeeded.
    pub succeeded: i64,
    /// Pods that failed.
    pub failed: i64,
    /// Pods that have to succeed.
    pub completions: i64,
}

/// The status sent. A pod that failed or one of several that succeeded decides nothing: the conditions do.
pub(super) fn status(object: &Value) -> Status<JobState, JobProgress> {
    let detail = JobProgress {
        active: count(object, "/status/active"),
        succeeded: count(object, "/status/succeeded"),
        failed: count(object, "/status/failed"),
        completions: number(object, "/spec/completions").unwrap_or(1),
    };
    let verdict = if let Some(failed) = Condition::with(object, "Failed", "True") {
        (JobState::Failed, failure(failed))
    } else if Condition::with(object, "Complete", "True").is_some() {
        (JobState::Completed, format!("Completed successfully ({} succeeded)", detail.succeeded))
    } else if detail.active > 0 {
        (JobState::Running, format!("Running ({} active)", detail.active))
    } else {
        (JobState::Pending, String::new())
    };
    Status::new(verdict, detail)
}

/// Reason and message.
fn failure(condition: Condition) -> String {
    let (reason, message) = (condition.reason(), condition.message());
    if reason.is_empty() || message == reason { message } else { safe(&format!("{reason}: {message}")) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{said, sent};
    use super::super::{Around, Kind};

    fn is(state: &str, message: &str) -> (String, String) {
        (state.to_owned(), message.to_owned())
    }

    fn job(status: &Value) -> (String, String) {
        said(Kind::Job, &json!({"spec": {"completions": 3}, "status": status}), &Around::default())
    }

    #[test]
    fn the_conditions_win() {
        let failed = json!({"active": 1, "failed": 7, "conditions": [
            {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit"},
        ]});
        assert_eq!(
            job(&failed),
            is("failed", "BackoffLimitExceeded: Job has reached the specified backoff limit")
        );
        let complete = json!({"succeeded": 3, "conditions": [{"type": "Complete", "status": "True"}]});
        assert_eq!(job(&complete), is("completed", "Completed successfully (3 succeeded)"));
    }

    #[test]
    fn a_retried_pod_or_one_of_several_completions_does_not_finish_it() {
        assert_eq!(job(&json!({"active": 1, "failed": 1})), is("running", "Running (1 active)"));
        assert_eq!(job(&json!({"active": 2, "succeeded": 1})), is("running", "Running (2 active)"));
    }

    #[test]
    fn suspended_or_not_started_is_pending() {
        assert_eq!(job(&json!({})), is("pending", ""));
        assert_eq!(job(&json!({"conditions": [{"type": "Suspended", "status": "True"}]})), is("pending", ""));
    }

    #[test]
    fn completions_left_out_mean_one() {
        assert_eq!(
            sent(Kind::Job, &json!({"status": {"active": 1}}), &Around::default()),
            json!({"state": "running", "message": "Running (1 active)", "active": 1, "succeeded": 0, "failed": 0, "completions": 1})
        );
    }
}
