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
use super::service::named_port;
use super::{FieldManager, ObjectRef, Role, pod, preflight};
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
            replace_live_job(context, at);
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

/// A Job's pods cannot change: what is live goes first, if it must (engine.md 3.4).
fn replace_live_job(context: &mut Context, at: usize) {
    let live = context.live(at);
    let Some(document) = context.built.documents.last().filter(|last| last.position == at) else { return };
    let action = preflight::job_action(live, &preflight::spec_hash(&document.document.body));
    let (preflight::JobAction::Replace { uid, active }, node_id) =
        (action, context.decoded.id(at).to_owned())
    else {
        return;
    };
    let object = document.document.object.clone();
    context.built.replacements.push(super::Replacement { node_id, object, uid, active });
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
