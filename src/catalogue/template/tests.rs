//! The palette against the tables of engine.md 9.

use super::*;
use crate::catalogue::catalogue;

#[test]
fn built_in_entries_come_first_and_by_id() {
    let ids: Vec<_> = templates([]).into_iter().map(|template| template.id).collect();
    assert_eq!(ids.len(), 12);
    assert!(ids.is_sorted());
}

#[test]
fn every_built_in_names_a_node_kind() {
    for template in templates([]) {
        let kind = crate::graph::NodeKind::from_name(&template.name);
        assert_eq!(kind.map(|kind| format!("core/{kind}")), Some(template.id));
    }
}

#[test]
fn conditions_are_kept() {
    let all = templates([]);
    let service = serde_json::to_value(all.iter().find(|entry| entry.name == "service").unwrap()).unwrap();
    let parameters = service["parameters"].as_array().unwrap();
    let named = |name: &str| parameters.iter().find(|parameter| parameter["name"] == name).unwrap();
    assert_eq!(
        named("loadBalancerIP")["dependsOn"],
        serde_json::json!({"field": "type", "value": "LoadBalancer"})
    );
    let values = serde_json::json!({"field": "type", "values": ["NodePort", "LoadBalancer"]});
    assert_eq!(named("externalTrafficPolicy")["dependsOn"], values);
    assert_eq!(named("port")["default"], 80);
    assert!(service.get("isPlugin").is_none());
}

#[test]
fn plugin_entries_follow_by_plugin_name() {
    let enabled = ["keda", "certmanager"].map(|id| catalogue().plugin(id).unwrap());
    let all = templates(enabled);
    let names: Vec<_> = all[12..].iter().map(|template| template.name.as_str()).collect();
    assert_eq!(names, ["certificate", "clusterissuer", "scaled-object"]);
    let scaled = serde_json::to_value(&all[14]).unwrap();
    assert_eq!(scaled["tags"], serde_json::json!(["plugin", "scaling", "keda"]));
    assert_eq!(scaled["pluginId"], "keda");
    assert_eq!(scaled["parameters"].as_array().unwrap().last().unwrap()["name"], "specYaml");
}

/// The table of engine.md 9: id, display name, category, icon, frequency, difficulty, tags.
const ENTRIES: &str = "
core/deployment | Deployment | core | Package | very-high | easy | workload, containers, scaling
core/service | Service | core | Network | high | easy | networking, load-balancer, service-discovery
core/ingress | Ingress | networking | Globe | high | medium | networking, routing, http, https, load-balancer
core/configmap | ConfigMap | configuration | FileSliders | high | easy | configuration, config, environment
core/secret | Secret | configuration | Lock | high | easy | configuration, secret, security
core/persistentvolumeclaim | PersistentVolumeClaim | storage | HardDrive | high | easy | storage, persistence, volumes
core/statefulset | StatefulSet | core | Database | high | medium | stateful, database, persistence, storage
core/job | Job | core | PlayCircle | high | easy | batch, migration, one-time
core/cronjob | CronJob | core | Clock | high | easy | scheduled, cron, batch
core/daemonset | DaemonSet | core | Layers | medium | medium | daemon, node, monitoring, logging
core/hpa | HorizontalPodAutoscaler | core | TrendingUp | high | medium | autoscaling, scaling, metrics
core/networkpolicy | NetworkPolicy | core | Shield | medium | hard | security, network, firewall, isolation
";

/// The second table, row by row: `*` required, `=` default, `{}` options, `()` bounds, `[]` condition.
const PARAMETERS: &str = r"
deployment: name* s=my-deployment, namespace s=default, image* s, replicas n=1 (0..100), port n=8080, env o, resources o, labels o, imagePullPolicy sel=IfNotPresent {Always, IfNotPresent, Never}, serviceAccountName s, livenessProbe o, readinessProbe o, version s=v1, volumeMounts a, imagePullSecrets a
service: name* s=my-service, namespace s=default, type sel=ClusterIP {ClusterIP, NodePort, LoadBalancer}, loadBalancerIP s [type=LoadBalancer], loadBalancerSourceRanges a [type=LoadBalancer], externalTrafficPolicy sel {Cluster, Local} [type in NodePort, LoadBalancer], targetApp* s, port* n=80, targetPort n=8080, ports a, selector o, sessionAffinity sel {None, ClientIP}, labels o, annotations o, sessionAffinityTimeout n=10800
ingress: name* s=my-ingress, namespace s=default, ingressClassName sel=nginx {nginx, traefik, alb, gce}, host s, path* s=/, pathType sel=Prefix {Prefix, Exact, ImplementationSpecific}, serviceName* s, servicePort* n=80, tlsEnabled b=false, tlsSecretName s [tlsEnabled], tlsHosts a [tlsEnabled], annotations o, labels o, paths a
configmap: name* s=my-configmap, namespace s=default, data o, labels o, mountPath s=/etc/config
secret: name* s=my-secret, namespace s=default, secretType sel=Opaque {Opaque, kubernetes.io/tls, kubernetes.io/dockerconfigjson}, data o, labels o, mountPath s=/etc/secrets
persistentvolumeclaim: name* s=my-pvc, namespace s=default, storageClassName s, storage* s=10Gi, accessModes* a=[ReadWriteOnce], volumeMode sel=Filesystem {Filesystem, Block}, labels o
statefulset: name* s=my-statefulset, namespace s=default, serviceName* s, image* s=postgres:15, replicas n=1, port n=5432, resources o, volumeClaimTemplates a, version s=v1, labels o, serviceAccountName s, imagePullPolicy sel {Always, IfNotPresent, Never}, env o, livenessProbe o, readinessProbe o, volumeMounts a, imagePullSecrets a
job: name* s=my-job, namespace s=default, image* s, command a, args a, completions n=1, parallelism n=1, backoffLimit n=6, activeDeadlineSeconds n, ttlSecondsAfterFinished n, restartPolicy sel=Never {Never, OnFailure}, env o, resources o, labels o, serviceAccountName s, imagePullPolicy sel {Always, IfNotPresent, Never}, volumeMounts a, imagePullSecrets a
cronjob: name* s=my-cronjob, namespace s=default, schedule* s=0 * * * *, image* s, command a, args a, concurrencyPolicy sel=Allow {Allow, Forbid, Replace}, suspend b=false, successfulJobsHistoryLimit n=3, failedJobsHistoryLimit n=1, backoffLimit n=6, restartPolicy sel=OnFailure {Never, OnFailure}, env o, resources o, labels o, startingDeadlineSeconds n, activeDeadlineSeconds n, serviceAccountName s, imagePullPolicy sel {Always, IfNotPresent, Never}, volumeMounts a, imagePullSecrets a
daemonset: name* s=my-daemonset, namespace s=default, image* s, port n, updateStrategy sel=RollingUpdate {RollingUpdate, OnDelete}, maxUnavailable n=1, nodeSelector o, tolerations a, hostNetwork b=false, hostPID b=false, env o, resources o, labels o, serviceAccountName s, imagePullPolicy sel {Always, IfNotPresent, Never}, volumeMounts a, securityContext o, imagePullSecrets a
hpa: name* s=my-hpa, namespace s=default, scaleTargetKind sel=Deployment {Deployment, StatefulSet}, scaleTargetName* s, minReplicas n=1 (min 1), maxReplicas* n=10 (min 1), targetCPUUtilization n=80 (1..100), targetMemoryUtilization n (1..100), scaleDownStabilization n=300, scaleUpStabilization n=0, labels o
networkpolicy: name* s=my-network-policy, namespace s=default, podSelector o, policyTypes* a=[Ingress], ingressRules a, egressRules a, labels o
";

/// A template's row of the first table.
fn entry(template: &Template) -> String {
    let Template { id, display_name, category, icon, usage_frequency, difficulty, tags, .. } = template;
    let tags = tags.join(", ");
    format!("{id} | {display_name} | {category} | {icon} | {usage_frequency} | {difficulty} | {tags}")
}

/// A parameter as the second table writes it.
fn written(parameter: &Parameter) -> String {
    let kind = match parameter.kind.as_str() {
        "string" => "s",
        "number" => "n",
        "boolean" => "b",
        "object" => "o",
        "array" => "a",
        "select" => "sel",
        other => panic!("{other}"),
    };
    let mark = if parameter.required { "*" } else { "" };
    let default = parameter.default.as_ref().map(|default| match default {
        Value::Array(list) => format!("=[{}]", list.iter().map(shown).collect::<Vec<_>>().join(", ")),
        one => format!("={}", shown(one)),
    });
    assert!(parameter.options.iter().all(|option| option.value == option.label), "{}", parameter.name);
    let options: Vec<_> = parameter.options.iter().map(|option| option.value.as_str()).collect();
    let options = if options.is_empty() { String::new() } else { format!(" {{{}}}", options.join(", ")) };
    let bounds = match (parameter.min, parameter.max) {
        (None, None) => String::new(),
        (Some(min), Some(max)) => format!(" ({min}..{max})"),
        (Some(min), None) => format!(" (min {min})"),
        (None, Some(max)) => format!(" (max {max})"),
    };
    let condition = parameter.depends_on.as_ref().map(|DependsOn { field, value, values }| match value {
        Some(Value::Bool(true)) => format!(" [{field}]"),
        Some(value) => format!(" [{field}={}]", shown(value)),
        None => format!(" [{field} in {}]", values.iter().map(shown).collect::<Vec<_>>().join(", ")),
    });
    let (default, condition) = (default.unwrap_or_default(), condition.unwrap_or_default());
    format!("{}{mark} {kind}{default}{options}{bounds}{condition}", parameter.name)
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn sorted(rows: impl Iterator<Item = String>) -> Vec<String> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    rows
}

#[test]
fn every_built_in_entry_is_what_the_contract_lists() {
    let expected = ENTRIES.trim().lines().map(str::to_owned);
    assert_eq!(sorted(templates([]).iter().map(entry)), sorted(expected));
    for template in templates([]) {
        assert_eq!(template.version, "1.0.0");
        assert!(!template.description.is_empty());
        assert_eq!((template.is_plugin, template.plugin_id), (false, None));
    }
}

#[test]
fn every_built_in_parameter_is_what_the_contract_lists() {
    let rows = templates([]).into_iter().map(|template| {
        let parameters: Vec<_> = template.parameters.iter().map(written).collect();
        format!("{}: {}", template.name, parameters.join(", "))
    });
    let expected = PARAMETERS.trim().lines().map(str::to_owned);
    assert_eq!(sorted(rows), sorted(expected));
    for parameter in templates([]).iter().flat_map(|template| &template.parameters) {
        assert!(!parameter.label.is_empty() && !parameter.description.is_empty(), "{}", parameter.name);
    }
}
