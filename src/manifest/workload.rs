//! Deployment, StatefulSet, DaemonSet, Job and CronJob (engine.md 1.3 to 1.7).

use k8s_openapi::api::apps::v1::{
    DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy, Deployment, DeploymentSpec, RollingUpdateDaemonSet,
    StatefulSet, StatefulSetSpec,
};
use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, Job, JobSpec, JobTemplateSpec};
use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, PodTemplateSpec, Service, ServiceSpec, Toleration,
    VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value;

use super::context::{Context, app_selector, filled};
use super::preflight::{self, JobAction};
use super::service::named_port;
use super::{Document, FieldManager, ObjectRef, Replacement, Role, pod};
use crate::graph::decode::DecodedNode;
use crate::graph::fields::{Choice as _, Port};
use crate::graph::kinds::{self, ClaimTemplate, MaxUnavailable, Spec, TolerationOperator};
use crate::graph::{Code, NodeKind};

pub(super) fn build(context: &mut Context, at: usize) {
    let Some(node) = context.node(at) else { return };
    if !context.links_are_addressable(at) {
        return;
    }
    match &node.spec {
        Spec::Deployment(spec) => {
            check_claims(context, at, spec.replicas);
            let object = deployment(context, at, node, spec);
            context.push(at, Role::Node, &object);
        }
        Spec::StatefulSet(spec) => {
            check_claims(context, at, spec.replicas);
            let headless = headless(context, at, node, spec);
            let object = stateful_set(context, at, node, spec);
            push_stateful_set(context, at, headless.as_ref(), &object);
        }
        Spec::DaemonSet(spec) => {
            let object = daemon_set(context, at, node, spec);
            context.push(at, Role::Node, &object);
        }
        Spec::Job(spec) => {
            let template = pod::template(context, at, node, &spec.pod, &[], Some(spec.restart_policy.name()));
            let object =
                Job { metadata: context.own_metadata(at), spec: Some(job(spec, template)), status: None };
            context.push(at, Role::Node, &object);
        }
        Spec::CronJob(spec) => {
            let object = cron_job(context, at, node, spec);
            context.push(at, Role::Node, &object);
        }
        Spec::Service(_)
        | Spec::Ingress(_)
        | Spec::ConfigMap(_)
        | Spec::Secret(_)
        | Spec::Claim(_)
        | Spec::Hpa(_)
        | Spec::NetworkPolicy(_)
        | Spec::Plugin(_) => {}
    }
}

/// Several replicas cannot share a claim that one node can mount (engine.md 2.5).
fn check_claims(context: &Context, at: usize, replicas: i32) {
    for (_, claim) in context.linked(at, NodeKind::PersistentVolumeClaim).filter(|_| replicas > 1) {
        if matches!(&claim.spec, Spec::Claim(spec) if spec.is_single_node()) {
            let words =
                format!("replicas {replicas} share claim {}, which only one node can mount", claim.name);
            context.report(at).warning(Code::AccessMode, "replicas", &words);
        }
    }
}

/// The replica count, unless it belongs to an autoscaler (engine.md 2.6).
fn replicas(context: &Context, at: usize, replicas: i32) -> Option<i32> {
    (!context.scaled.contains(&at)).then_some(replicas)
}

fn deployment(context: &Context, at: usize, node: &DecodedNode, spec: &kinds::Deployment) -> Deployment {
    let version = [("version", spec.version.as_str())];
    Deployment {
        metadata: context.metadata(at, &node.name, &version),
        spec: Some(DeploymentSpec {
            replicas: replicas(context, at, spec.replicas),
            selector: app_selector(&node.name),
            template: pod::template(context, at, node, &spec.pod, &version, None),
            ..DeploymentSpec::default()
        }),
        status: None,
    }
}

fn stateful_set(context: &Context, at: usize, node: &DecodedNode, spec: &kinds::StatefulSet) -> StatefulSet {
    let version = [("version", spec.version.as_str())];
    StatefulSet {
        metadata: context.metadata(at, &node.name, &version),
        spec: Some(StatefulSetSpec {
            service_name: Some(spec.service_name.clone()),
            replicas: replicas(context, at, spec.replicas),
            selector: app_selector(&node.name),
            template: pod::template(context, at, node, &spec.pod, &version, None),
            volume_claim_templates: filled(spec.claims.iter().map(claim_template).collect::<Vec<_>>()),
            ..StatefulSetSpec::default()
        }),
        status: None,
    }
}

fn claim_template(claim: &ClaimTemplate) -> PersistentVolumeClaim {
    let storage = [("storage".to_owned(), Quantity(claim.storage.clone()))];
    PersistentVolumeClaim {
        metadata: ObjectMeta { name: Some(claim.name.clone()), ..ObjectMeta::default() },
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(claim.access_modes.iter().map(|mode| mode.name().into()).collect()),
            storage_class_name: claim.storage_class.clone(),
            resources: Some(VolumeResourceRequirements { requests: Some(storage.into()), limits: None }),
            ..PersistentVolumeClaimSpec::default()
        }),
        status: None,
    }
}

fn push_stateful_set(context: &mut Context, at: usize, headless: Option<&Service>, object: &StatefulSet) {
    let mut body = serde_json::to_value(object).unwrap_or_default();
    let templates = body.pointer_mut("/spec/volumeClaimTemplates").and_then(Value::as_array_mut);
    for template in templates.into_iter().flatten().filter_map(Value::as_object_mut) {
        // The typed form repeats what a template does not say.
        template.retain(|key, _| key != "apiVersion" && key != "kind");
    }
    if let Some(live) = context.live(at) {
        let node = context.report(at);
        for finding in preflight::immutable_stateful_set(&body, live) {
            node.take(finding);
        }
    }
    if let Some(service) = headless {
        context.push(at, Role::Headless, service);
    }
    context.push_body(at, Role::Node, "statefulsets".into(), body, FieldManager::Orchcli);
}

/// The address of the Service a StatefulSet node brings along, when it does.
pub(super) fn headless_address(context: &Context, node: &DecodedNode) -> Option<ObjectRef> {
    let Spec::StatefulSet(spec) = &node.spec else { return None };
    let key = (node.namespace.clone()?, spec.service_name.clone());
    (!context.services.contains_key(&key)).then(|| ObjectRef {
        api_version: "v1".into(),
        kind: "Service".into(),
        plural: "services".into(),
        namespace: Some(key.0),
        name: key.1,
    })
}

/// The Service that gives pods their names, unless somebody else provides it (engine.md 1.4).
fn headless(context: &Context, at: usize, node: &DecodedNode, spec: &kinds::StatefulSet) -> Option<Service> {
    let Some(address) = headless_address(context, node) else {
        let key = (node.namespace.clone()?, spec.service_name.clone());
        let service = context.services.get(&key).and_then(|service| context.node(*service))?;
        if let Spec::Service(found) = &service.spec
            && !found.headless
        {
            let words = "serviceName names a service that is not headless: names of single pods will not resolve; set its clusterIP to None";
            context.report(at).warning(Code::NotHeadless, "serviceName", words);
        }
        return None;
    };
    if context
        .inputs
        .live
        .get(&address)
        .is_some_and(|live| !preflight::is_owned(live, context.inputs.workflow))
    {
        return None;
    }
    let ports = spec.pod.port.map(|port| vec![named_port("http", "TCP", port, &Port::Number(port))]);
    Some(Service {
        metadata: context.metadata(at, &spec.service_name, &[("orchcli.dev/role", "headless")]),
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".into()),
            publish_not_ready_addresses: Some(true),
            selector: app_selector(&node.name).match_labels,
            ports,
            ..ServiceSpec::default()
        }),
        status: None,
    })
}

fn daemon_set(context: &Context, at: usize, node: &DecodedNode, spec: &kinds::DaemonSet) -> DaemonSet {
    let mut template = pod::template(context, at, node, &spec.pod, &[], None);
    if let Some(pod) = &mut template.spec {
        pod.node_selector = filled(spec.node_selector.clone());
        pod.tolerations = filled(spec.tolerations.iter().map(toleration).collect::<Vec<_>>());
        pod.host_network = spec.host_network.then_some(true);
        pod.dns_policy = spec.host_network.then(|| "ClusterFirstWithHostNet".into());
        pod.host_pid = spec.host_pid.then_some(true);
    }
    let max_unavailable = spec.max_unavailable.as_ref().map(|most| match most {
        MaxUnavailable::Pods(pods) => IntOrString::Int(*pods),
        MaxUnavailable::Share(share) => IntOrString::String(share.clone()),
    });
    let strategy = DaemonSetUpdateStrategy {
        type_: spec.update_strategy.map(|strategy| strategy.name().into()),
        rolling_update: max_unavailable.map(|most| RollingUpdateDaemonSet {
            max_unavailable: Some(most),
            ..RollingUpdateDaemonSet::default()
        }),
    };
    DaemonSet {
        metadata: context.own_metadata(at),
        spec: Some(DaemonSetSpec {
            selector: app_selector(&node.name),
            update_strategy: (strategy != DaemonSetUpdateStrategy::default()).then_some(strategy),
            template,
            ..DaemonSetSpec::default()
        }),
        status: None,
    }
}

fn toleration(toleration: &kinds::Toleration) -> Toleration {
    let operator: TolerationOperator = toleration.operator;
    Toleration {
        key: toleration.key.clone(),
        operator: Some(operator.name().into()),
        value: toleration.value.clone(),
        effect: toleration.effect.map(|effect| effect.name().into()),
        toleration_seconds: toleration.seconds,
    }
}

fn job(spec: &kinds::Job, template: PodTemplateSpec) -> JobSpec {
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

/// A Job's pods cannot change: what is live goes first, if it must (engine.md 3.4). Called when the documents are final.
pub(super) fn replace_live_jobs(context: &mut Context) {
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

fn cron_job(context: &Context, at: usize, node: &DecodedNode, spec: &kinds::CronJob) -> CronJob {
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
            job_template: JobTemplateSpec { metadata: None, spec: Some(job(&spec.job, template)) },
        }),
        status: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::graph::Code;
    use crate::manifest::Role;
    use crate::manifest::testing::{Case, named, with};

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
    fn schedules_and_zones_are_checked() {
        let fields = Case::error_fields(
            "cronjob",
            json!({"schedule": "TZ=UTC 0 0 * * *", "timeZone": "Mars/Olympus"}),
        );
        assert_eq!(fields, ["schedule", "timeZone"]);
        assert_eq!(Case::error_fields("cronjob", json!({"schedule": "  "})), ["schedule"]);
    }

    #[test]
    fn a_daemonset_rolls_as_told() {
        let strategy = |more| single("daemonset", more).spec("n").get("updateStrategy").cloned();
        assert_eq!(strategy(json!({})), None);
        let one = json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}});
        assert_eq!(strategy(json!({"updateStrategy": "RollingUpdate"})), Some(one));
        assert_eq!(
            strategy(json!({"updateStrategy": "OnDelete", "maxUnavailable": "junk"})),
            Some(json!({"type": "OnDelete"}))
        );
        assert_eq!(
            strategy(json!({"maxUnavailable": "2"})),
            Some(json!({"rollingUpdate": {"maxUnavailable": 2}}))
        );
    }

    #[test]
    fn node_fields_of_a_daemonset() {
        let tolerations = json!([{"operator": "Exists"}, {"key": "a", "value": "b", "effect": "NoExecute", "tolerationSeconds": 0}]);
        let pod = single("daemonset", json!({"tolerations": tolerations, "hostNetwork": false, "hostPID": true, "nodeSelector": {"a": true}})).pod("n");
        let expected = json!([{"operator": "Exists"}, {"key": "a", "operator": "Equal", "value": "b", "effect": "NoExecute", "tolerationSeconds": 0}]);
        assert_eq!(pod["tolerations"], expected);
        assert_eq!((&pod["hostPID"], &pod["nodeSelector"]), (&json!(true), &json!({"a": "true"})));
        assert!(pod.get("hostNetwork").is_none() && pod.get("dnsPolicy").is_none());
        let bad = json!({"maxUnavailable": "0%", "tolerations": [{"value": "x"}, {"key": "a", "tolerationSeconds": 1}]});
        assert_eq!(
            Case::error_fields("daemonset", bad),
            ["maxUnavailable", "tolerations[0].key", "tolerations[1].tolerationSeconds"]
        );
    }

    #[test]
    fn a_statefulset_brings_its_headless_service_unless_there_is_one() {
        let roles =
            |case: &Case| case.compile().documents.iter().map(|document| document.role).collect::<Vec<_>>();
        assert_eq!(roles(&single("statefulset", json!({}))), [Role::Headless, Role::Node]);
        let with_service = |more: Value| {
            let service = with(named("app-headless", json!({"port": 80})), more);
            Case::new([("n", "statefulset", named("app", json!({}))), ("s", "service", service)])
                .edges([("s", "", "n")])
        };
        assert_eq!(roles(&with_service(json!({"clusterIP": "None"}))), [Role::Node, Role::Node]);
        assert_eq!(with_service(json!({"clusterIP": "None"})).warnings(), []);
        assert_eq!(with_service(json!({})).warnings(), [("n".to_owned(), Code::NotHeadless)]);
        let found = |owner: &str| {
            let metadata = json!({"name": "app-headless", "namespace": "default", "labels": {"orchcli.dev/workflow-id": owner}});
            single("statefulset", json!({}))
                .live(json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata}))
        };
        assert_eq!(roles(&found("0123456789abcdef01234567")), [Role::Node]);
        assert_eq!(roles(&found(&"0".repeat(24))), [Role::Headless, Role::Node]);
    }

    #[test]
    fn a_headless_service_selects_the_pods_and_has_ports_only_with_a_port() {
        let documents = single("statefulset", json!({"labels": {"tier": "db"}, "serviceName": "app"}))
            .compile()
            .documents;
        let service = &documents[0].body;
        assert_eq!(
            service["spec"],
            json!({"clusterIP": "None", "publishNotReadyAddresses": true, "selector": {"app": "app"}})
        );
        let labels = service["metadata"]["labels"].as_object().unwrap();
        assert_eq!((&labels["orchcli.dev/role"], &labels["tier"]), (&json!("headless"), &json!("db")));
        assert!(!labels.contains_key("version"), "only deployment and statefulset objects have one");
    }

    #[test]
    fn what_cannot_change_of_a_statefulset_stops_the_run() {
        let live = |service: &str| {
            json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "app", "namespace": "default"}, "spec": {
            "serviceName": service, "selector": {"matchLabels": {"app": "app"}}, "volumeClaimTemplates": [{"apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data"}, "status": {"phase": "Pending"},
            "spec": {"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem", "resources": {"requests": {"storage": "1024Mi"}}}}]}})
        };
        let case = |size: &str, service: &str| {
            single("statefulset", json!({"volumeClaimTemplates": [{"name": "data", "storage": size}]}))
                .live(live(service))
        };
        assert_eq!(case("1Gi", "app-headless").errors(), []);
        let fields: Vec<_> = case("2Gi", "other").errors().into_iter().map(|(_, field)| field).collect();
        assert_eq!(fields, ["serviceName", "volumeClaimTemplates"]);
    }

    #[test]
    fn claim_templates_are_checked() {
        let templates = json!([{"name": "a", "storage": "1Gi"}, {"name": "a", "storage": "0", "mountPath": "/b"}, {"mountPath": "x"}, {"name": "B", "storage": "x", "accessModes": ["y"]}]);
        let mut fields = Case::error_fields("statefulset", json!({"volumeClaimTemplates": templates}));
        fields.sort();
        let entry = |rest: &str| format!("volumeClaimTemplates{rest}");
        let expected = [
            "[1].name",
            "[1].storage",
            "[2].mountPath",
            "[2].name",
            "[2].storage",
            "[3].accessModes",
            "[3].name",
            "[3].storage",
        ];
        assert_eq!(fields, expected.map(entry));
    }

    #[test]
    fn replicas_cannot_share_a_claim_of_one_node() {
        let case = |replicas: i32, modes: Value| {
            Case::new([
                ("n", "deployment", named("app", json!({"replicas": replicas}))),
                ("p", "persistentvolumeclaim", named("p", json!({"storage": "1Gi", "accessModes": modes}))),
            ])
            .edges([("p", "", "n")])
        };
        assert_eq!(case(2, json!([])).warnings(), [("n".to_owned(), Code::AccessMode)]);
        assert_eq!(case(1, json!([])).warnings(), []);
        assert_eq!(case(2, json!(["ReadWriteMany"])).warnings(), []);
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
