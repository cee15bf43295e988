//! `cronjob` (engine.md 1.7).

use jiff::tz::TimeZoneDatabase;

use super::Job;
use super::job::RestartPolicy;
use crate::graph::fields::{COUNT, Fields, choices};
use crate::graph::report::quoted;
use crate::graph::schedule;

choices! {
    ConcurrencyPolicy { Allow = "Allow", Forbid = "Forbid", Replace = "Replace" }
}

#[derive(Debug)]
pub(crate) struct CronJob {
    pub(crate) schedule: String,
    pub(crate) time_zone: Option<String>,
    pub(crate) concurrency_policy: Option<ConcurrencyPolicy>,
    pub(crate) suspend: Option<bool>,
    pub(crate) successful_jobs_history_limit: Option<i32>,
    pub(crate) failed_jobs_history_limit: Option<i32>,
    pub(crate) starting_deadline_seconds: Option<i64>,
    pub(crate) job: Job,
}

impl CronJob {
    pub(super) fn decode(fields: &Fields) -> Self {
        if fields.set("schedule").is_none() {
            fields.required("schedule", ", for example 0 * * * *");
        }
        let schedule = fields.text("schedule").unwrap_or_default();
        if let Some(problem) = schedule::problem(schedule).filter(|_| !schedule.is_empty()) {
            fields.invalid("schedule", &format!("{} {problem}", quoted(schedule)));
        }
        Self {
            schedule: schedule.to_owned(),
            time_zone: time_zone(fields),
            concurrency_policy: fields.choice("concurrencyPolicy"),
            suspend: fields.boolean("suspend"),
            successful_jobs_history_limit: fields.int32("successfulJobsHistoryLimit", COUNT),
            failed_jobs_history_limit: fields.int32("failedJobsHistoryLimit", COUNT),
            starting_deadline_seconds: fields.integer("startingDeadlineSeconds", 0..=i64::MAX),
            job: Job::shared(fields, RestartPolicy::OnFailure),
        }
    }
}

/// A name of the IANA database, spelled as it is there: the bundled one, so that the answer is the same everywhere.
fn time_zone(fields: &Fields) -> Option<String> {
    let name = fields.text("timeZone")?;
    let known = TimeZoneDatabase::bundled().get(name).is_ok_and(|zone| zone.iana_name() == Some(name));
    if !known {
        fields.invalid("timeZone", &format!("{} is no IANA time zone such as Europe/Berlin", quoted(name)));
    }
    known.then(|| name.to_owned())
}
