//! Job and CronJob (engine.md 1.6, 1.7, 3.4).

use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, Job, JobSpec, JobTemplateSpec};
use k8s_openapi::api::core::v1::PodTemplateSpec;

use crate::graph::decode::DecodedNode;
use crate::graph::fields::Choice as _;
use crate::graph::kinds;
use crate::manifest::context::Context;
use crate::manifest::preflight::{self, JobAction};
use crate::manifest::{Document, Replacement, Role, pod};

pub(super) fn object(context: &Context, at: usize, node: &DecodedNode, spec: &kinds::Job) -> Job {
    let template = pod::template(context, at, node, &spec.pod, &[], Some(spec.restart_policy.name()));
    Job { metadata: context.own_metadata(at), spec: Some(job_spec(spec, template)), status: None }
}

fn job_spec(spec: &kinds::Job, template: PodTemplateSpec) -> JobSpec {
    JobSpec {
        completions: spec.completions,
        parallelism: spec.parallelism,
        backoff_limit: spec.backoff_limit,
        active_deadline_seconds: spec.active_deadline_seconds,
        ttl_seconds_after_finished: spec.ttl_seconds_after_finished,
        template,
        ..JobSpec::default()
    }
}

pub(super) fn schedule(context: &Context, at: usize, node: &DecodedNode, spec: &kinds::CronJob) -> CronJob {
    let template = pod::template(context, at, node, &spec.job.pod, &[], Some(spec.job.restart_policy.name()));
    CronJob {
        metadata: context.own_metadata(at),
        spec: Some(CronJobSpec {
            schedule: spec.schedule.clone(),
            time_zone: spec.time_zone.clone(),
            concurrency_policy: spec.concurrency_policy.map(|policy| policy.name().into()),
            suspend: spec.suspend,
            successful_jobs_history_limit: spec.successful_jobs_history_limit,
            failed_jobs_history_limit: spec.failed_jobs_history_limit,
            starting_deadline_seconds: spec.starting_deadline_seconds,
            job_template: JobTemplateSpec { metadata: None, spec: Some(job_spec(&spec.job, template)) },
        }),
        status: None,
    }
}

/// A Job's pods cannot change: what is live goes first, if it must (engine.md 3.4). Called when the documents are final.
pub(in crate::manifest) fn replace_live(context: &mut Context) {
    let is_job = |document: &&Document| document.role == Role::Node && document.object.kind == "Job";
    let documents = context.built.documents.iter().map(|ranked| &ranked.document);
    let replacements = documents.filter(is_job).filter_map(|document| {
        let live = context.inputs.live.get(&document.object);
        match preflight::job_action(live, &preflight::spec_hash(&document.body)) {
            JobAction::Create | JobAction::Leave => None,
            JobAction::Replace { uid, active } => {
                let object = document.object.clone();
                Some(Replacement { node_id: document.node_id.clone()?, object, uid, active })
            }
        }
    });
    context.built.replacements = replacements.collect();
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::manifest::testing::{Case, named};

    fn single(kind: &str, more: Value) -> Case {
        Case::new([("n", kind, named("app", more))])
    }

    #[test]
    fn zero_is_a_value_and_unset_is_absent() {
        let data = json!({"completions": "2", "parallelism": 0, "backoffLimit": 0, "ttlSecondsAfterFinished": 0.0, "activeDeadlineSeconds": 1_000_000});
        let spec = single("job", data).spec("n");
        for (field, value) in [
            ("completions", 2),
            ("parallelism", 0),
            ("backoffLimit", 0),
            ("ttlSecondsAfterFinished", 0),
            ("activeDeadlineSeconds", 1_000_000),
        ] {
            assert_eq!(spec[field], value, "{field}");
        }
        assert_eq!(spec["template"]["spec"]["restartPolicy"], "Never");
        let bare = single("job", json!({"completions": null, "backoffLimit": ""})).spec("n");
        assert_eq!(bare.as_object().unwrap().keys().collect::<Vec<_>>(), ["template"]);
        assert_eq!(single("deployment", json!({"replicas": 0})).spec("n")["replicas"], 0);
        assert_eq!(single("statefulset", json!({"replicas": null})).spec("n")["replicas"], 1);
    }

    #[test]
    fn a_cronjob_maps_every_field() {
        let data = json!({"schedule": " 0 3 * * * ", "timeZone": "Europe/Berlin", "suspend": false, "successfulJobsHistoryLimit": 0,
            "failedJobsHistoryLimit": "0", "startingDeadlineSeconds": 0, "concurrencyPolicy": "Replace", "backoffLimit": 0, "activeDeadlineSeconds": 5});
        let mut spec = single("cronjob", data).spec("n");
        let job = spec.as_object_mut().unwrap().remove("jobTemplate").unwrap();
        assert_eq!(
            spec,
            json!({"schedule": "0 3 * * *", "timeZone": "Europe/Berlin", "suspend": false, "successfulJobsHistoryLimit": 0,
                "failedJobsHistoryLimit": 0, "startingDeadlineSeconds": 0, "concurrencyPolicy": "Replace"})
        );
        assert_eq!(
            (&job["spec"]["backoffLimit"], &job["spec"]["activeDeadlineSeconds"]),
            (&json!(0), &json!(5))
        );
        assert_eq!(job["spec"]["template"]["spec"]["restartPolicy"], "OnFailure");
    }

    #[test]
    fn deadlines_may_be_far_away() {
        let far = 10_000_000_000_i64;
        let data = json!({"schedule": "@daily", "startingDeadlineSeconds": far, "activeDeadlineSeconds": far.to_string()});
        let spec = single("cronjob", data).spec("n");
        assert_eq!(spec["startingDeadlineSeconds"], far);
        assert_eq!(spec["jobTemplate"]["spec"]["activeDeadlineSeconds"], far);
        let refused = json!({"schedule": "@daily", "startingDeadlineSeconds": -1, "activeDeadlineSeconds": 0, "backoffLimit": far});
        let expected = ["startingDeadlineSeconds", "backoffLimit", "activeDeadlineSeconds"];
        assert_eq!(Case::error_fields("cronjob", refused), expected);
    }

    #[test]
    fn schedules_and_zones_are_checked() {
        let fields = Case::error_fields(
            "cronjob",
            json!({"schedule": "TZ=UTC 0 0 * * *", "timeZone": "Mars/Olympus"}),
        );
        assert_eq!(fields, ["schedule", "timeZone"]);
        assert_eq!(Case::error_fields("cronjob", json!({"schedule": "  "})), ["schedule"]);
    }

    #[test]
    fn a_finished_job_is_replaced() {
        let live = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "app", "namespace": "default", "uid": "u"},
            "status": {"conditions": [{"type": "Failed", "status": "True"}]}});
        let replaced = single("job", json!({})).live(live).compile().replacements;
        assert_eq!((replaced.len(), replaced[0].uid.as_deref(), replaced[0].active), (1, Some("u"), false));
        assert!(single("job", json!({})).compile().replacements.is_empty());
    }
}
