//! Jobs and what starts them.

use serde_json::Value;

use super::View;
use crate::live::read::{length, list};

/// Of a Job.
pub(super) fn job(object: &Value) -> View {
    View::default()
        .known("completions", object, "/spec/completions")
        .known("parallelism", object, "/spec/parallelism")
        .known("backoffLimit", object, "/spec/backoffLimit")
        .positive("jobSucceeded", object, "/status/succeeded")
        .positive("jobFailed", object, "/status/failed")
        .positive("jobActive", object, "/status/active")
        .text("startTime", object, "/status/startTime")
        .text("completionTime", object, "/status/completionTime")
}

/// Of a CronJob.
pub(super) fn cron_job(object: &Value) -> View {
    let active = length(list(object, "/status/active"));
    View::default()
        .text("schedule", object, "/spec/schedule")
        .copy("suspend", object, "/spec/suspend")
        .text("concurrencyPolicy", object, "/spec/concurrencyPolicy")
        .text("lastScheduleTime", object, "/status/lastScheduleTime")
        .text("lastSuccessfulTime", object, "/status/lastSuccessfulTime")
        .value("activeJobs", (active > 0).then(|| active.into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::ResourceKind;
    use super::super::tests::said;

    #[test]
    fn a_job_says_how_far_it_is() {
        let object = json!({
            "spec": {"completions": 2, "parallelism": 0, "backoffLimit": 0},
            "status": {"succeeded": 1, "active": 0, "startTime": "2026-01-01T00:00:00Z"},
        });
        assert_eq!(
            said(ResourceKind::Job, &object),
            json!({"completions": 2, "parallelism": 0, "backoffLimit": 0, "jobSucceeded": 1, "startTime": "2026-01-01T00:00:00Z"})
        );
    }

    #[test]
    fn a_cron_job_says_when_it_runs() {
        let object = json!({
            "spec": {"schedule": "0 * * * *", "suspend": false, "concurrencyPolicy": "Forbid"},
            "status": {"active": [{}]},
        });
        assert_eq!(
            said(ResourceKind::CronJob, &object),
            json!({"schedule": "0 * * * *", "suspend": false, "concurrencyPolicy": "Forbid", "activeJobs": 1})
        );
    }
}
