//! Cron jobs.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::words::CronJobState;
use crate::live::read::{length, list, text};

/// What is sent for a CronJob.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// When it last started a job: RFC 3339, or `""`.
    pub last_schedule_time: String,
    /// When a job of it last succeeded: RFC 3339, or `""`.
    pub last_successful_time: String,
    /// Jobs running.
    pub active_jobs: i64,
}

/// The status sent.
pub(super) fn status(object: &Value) -> Status<CronJobState, Schedule> {
    let suspended = object.pointer("/spec/suspend").and_then(Value::as_bool).unwrap_or(false);
    let detail = Schedule {
        last_schedule_time: text(object, "/status/lastScheduleTime").to_owned(),
        last_successful_time: text(object, "/status/lastSuccessfulTime").to_owned(),
        active_jobs: length(list(object, "/status/active")),
    };
    let state = if suspended { CronJobState::Suspended } else { CronJobState::Active };
    let message = match detail.active_jobs {
        0 => String::new(),
        active => format!("{active} active job(s)"),
    };
    Status::new((state, message), detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::sent;
    use super::super::{Around, Kind};

    #[test]
    fn says_when_it_ran_and_how_many_jobs_run() {
        let object = json!({
            "spec": {"suspend": false},
            "status": {"active": [{}, {}], "lastScheduleTime": "2026-01-01T00:00:00Z"},
        });
        assert_eq!(
            sent(Kind::CronJob, &object, &Around::default()),
            json!({"state": "active", "message": "2 active job(s)", "lastScheduleTime": "2026-01-01T00:00:00Z",
                "lastSuccessfulTime": "", "activeJobs": 2})
        );
    }

    #[test]
    fn suspended_is_said() {
        let status = sent(Kind::CronJob, &json!({"spec": {"suspend": true}}), &Around::default());
        assert_eq!((&status["state"], &status["message"]), (&json!("suspended"), &json!("")));
    }
}
