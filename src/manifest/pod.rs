//! The pod template of a workload (engine.md 1.1).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Capabilities, Container, ContainerPort, ExecAction, HTTPGetAction, LocalObjectReference, PodSpec,
    PodTemplateSpec, Probe, ResourceRequirements, SecurityContext, TCPSocketAction,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::context::{Context, filled};
use super::service::int_or_string;
use super::{environment, volumes};
use crate::graph::decode::DecodedNode;
use crate::graph::fields::Choice as _;
use crate::graph::kinds::{self, Pod, ProbeAction};

/// Labels are `app`, the given ones and the user's; ownership labels would restart adopted pods (engine.md 0.4).
pub(super) fn template(
    context: &Context,
    at: usize,
    node: &DecodedNode,
    pod: &Pod,
    extra_labels: &[(&str, &str)],
    restart_policy: Option<&str>,
) -> PodTemplateSpec {
    let mut labels = node.labels.clone();
    labels.insert("app".into(), node.name.clone());
    labels.extend(extra_labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    let environment = environment::build(context, at, node, pod);
    let volumes = volumes::build(context, at, node, pod);
    let pull_secrets = pod.pull_secrets.iter().cloned().chain(environment.pull_secrets).fold(
        Vec::new(),
        |mut names, name| {
            if !names.contains(&name) {
                names.push(name);
            }
            names
        },
    );
    let container = Container {
        name: node.name.clone(),
        image: Some(pod.image.clone()),
        image_pull_policy: pod.pull_policy.map(|policy| policy.name().into()),
        command: filled(pod.command.clone()),
        args: filled(pod.args.clone()),
        ports: pod.port.map(|port| vec![container_port(port)]),
        env: filled(environment.variables),
        env_from: filled(environment.sources),
        resources: resources(pod),
        volume_mounts: filled(volumes.mounts),
        volume_devices: filled(volumes.devices),
        liveness_probe: pod.liveness.as_ref().map(probe),
        readiness_probe: pod.readiness.as_ref().map(probe),
        security_context: pod.security.as_ref().map(security_context),
        ..Container::default()
    };
    PodTemplateSpec {
        metadata: Some(ObjectMeta { labels: Some(labels), ..ObjectMeta::default() }),
        spec: Some(PodSpec {
            containers: vec![container],
            restart_policy: restart_policy.map(str::to_owned),
            service_account_name: pod.service_account.clone(),
            image_pull_secrets: filled(
                pull_secrets.into_iter().map(|name| LocalObjectReference { name }).collect::<Vec<_>>(),
            ),
            volumes: filled(volumes.volumes),
            ..PodSpec::default()
        }),
    }
}

fn container_port(port: i32) -> ContainerPort {
    ContainerPort {
        container_port: port,
        protocol: Some("TCP".into()),
        name: Some("http".into()),
        ..ContainerPort::default()
    }
}

fn resources(pod: &Pod) -> Option<ResourceRequirements> {
    let quantities = |amounts: &BTreeMap<String, String>| {
        filled(
            amounts
                .iter()
                .map(|(name, amount)| (name.clone(), Quantity(amount.clone())))
                .collect::<BTreeMap<_, _>>(),
        )
    };
    let (limits, requests) = (quantities(&pod.limits), quantities(&pod.requests));
    let written = limits.is_some() || requests.is_some();
    written.then(|| ResourceRequirements { limits, requests, ..ResourceRequirements::default() })
}

fn probe(probe: &kinds::Probe) -> Probe {
    let action = match &probe.action {
        ProbeAction::Exec(command) => {
            Probe { exec: Some(ExecAction { command: Some(command.clone()) }), ..Probe::default() }
        }
        ProbeAction::Tcp(port) => {
            let socket = TCPSocketAction { port: int_or_string(port), host: None };
            Probe { tcp_socket: Some(socket), ..Probe::default() }
        }
        ProbeAction::Http { path, port } => {
            let get = HTTPGetAction {
                path: Some(path.clone()),
                port: int_or_string(port),
                ..HTTPGetAction::default()
            };
            Probe { http_get: Some(get), ..Probe::default() }
        }
    };
    Probe {
        initial_delay_seconds: Some(probe.initial_delay_seconds),
        period_seconds: Some(probe.period_seconds),
        timeout_seconds: probe.timeout_seconds,
        failure_threshold: probe.failure_threshold,
        success_threshold: probe.success_threshold,
        ..action
    }
}

fn security_context(context: &kinds::SecurityContext) -> SecurityContext {
    let add = filled(context.capabilities.clone());
    SecurityContext {
        privileged: context.privileged,
        run_as_user: context.run_as_user,
        capabilities: add.map(|add| Capabilities { add: Some(add), drop: None }),
        ..SecurityContext::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::manifest::testing::{Case, named};

    fn container(more: Value) -> Value {
        Case::new([("d", "deployment", named("d", more))]).container("d")
    }

    #[test]
    fn what_is_unset_is_not_written() {
        let data = json!({"port": 0, "command": [], "args": null, "resources": {"limits": {"cpu": ""}}, "securityContext": {}, "env": {}});
        assert_eq!(container(data), json!({"name": "d", "image": "example/app:1"}));
    }

    #[test]
    fn texts_are_kept_byte_for_byte() {
        let data = json!({"image": " nginx ", "command": ["", " a\n"], "args": ["yes", "1e6"], "imagePullPolicy": "Never"});
        let expected = json!({"name": "d", "image": "nginx", "imagePullPolicy": "Never", "command": ["", " a\n"], "args": ["yes", "1e6"]});
        assert_eq!(container(data), expected);
    }

    #[test]
    fn probes_by_what_they_hold() {
        let probes = |liveness: Value, port: Value| {
            container(json!({"livenessProbe": liveness, "port": port}))["livenessProbe"].clone()
        };
        let http = json!({"httpGet": {"path": "/health", "port": 8080}, "initialDelaySeconds": 30, "periodSeconds": 10});
        assert_eq!(probes(json!({}), Value::Null), http);
        assert_eq!(probes(json!({"port": "web"}), json!(80))["httpGet"]["port"], "web");
        let tcp = json!({"tcpSocket": {"port": 5432}, "initialDelaySeconds": 0, "periodSeconds": 10, "timeoutSeconds": 3, "failureThreshold": 5});
        let given = json!({"tcpSocket": {"port": "5432"}, "initialDelaySeconds": 0, "timeoutSeconds": 3, "failureThreshold": 5, "exec": {"command": []}});
        assert_eq!(probes(given, json!(80)), tcp);
    }

    #[test]
    fn a_pod_that_runs_to_its_end_has_neither_port_nor_probes() {
        let data = || {
            named(
                "j",
                json!({"port": 70_000, "livenessProbe": {}, "readinessProbe": "x", "schedule": "@daily"}),
            )
        };
        let case = Case::new([("j", "job", data()), ("c", "cronjob", data())]);
        let bare = json!({"name": "j", "image": "example/app:1"});
        assert_eq!(case.container("j"), bare);
        assert_eq!(case.spec("c")["jobTemplate"]["spec"]["template"]["spec"]["containers"], json!([bare]));
    }

    #[test]
    fn resources_are_quantities_and_requests_fit_the_limits() {
        let data = json!({"resources": {"limits": {"cpu": 1, "memory": "1Gi"}, "requests": {"cpu": "1000m", "memory": 1_000_000}}});
        let expected = json!({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1000m", "memory": "1000000"}});
        assert_eq!(container(data)["resources"], expected);
        let bad = json!({"resources": {"limits": {"cpu": "-1", "memory": "1Gi"}, "requests": {"cpu": "many", "memory": "2Gi"}}});
        let expected = ["resources.limits.cpu", "resources.requests.cpu", "resources.requests.memory"];
        assert_eq!(Case::error_fields("deployment", bad), expected);
    }

    #[test]
    fn security_context_keeps_false_and_zero() {
        let data =
            json!({"securityContext": {"privileged": false, "runAsUser": 0, "capabilities": ["NET_ADMIN"]}});
        let expected = json!({"privileged": false, "runAsUser": 0, "capabilities": {"add": ["NET_ADMIN"]}});
        assert_eq!(container(data)["securityContext"], expected);
    }

    #[test]
    fn problems_are_found_together() {
        let data = json!({"image": "a b", "port": 65536, "command": "sh", "args": [1], "imagePullPolicy": "Sometimes", "serviceAccountName": "A",
            "imagePullSecrets": ["A"], "securityContext": {"privileged": "yes"}, "readinessProbe": "x", "livenessProbe": {"periodSeconds": -1}, "replicas": 1.5});
        let mut fields = Case::error_fields("deployment", data);
        fields.sort();
        let expected = [
            "args[0]",
            "command",
            "image",
            "imagePullPolicy",
            "imagePullSecrets",
            "livenessProbe.periodSeconds",
            "port",
            "readinessProbe",
            "replicas",
            "securityContext.privileged",
            "serviceAccountName",
        ];
        assert_eq!(fields, expected);
    }
}
