//! DaemonSet (engine.md 1.5).

use k8s_openapi::api::apps::v1::{DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy, RollingUpdateDaemonSet};
use k8s_openapi::api::core::v1::Toleration;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::graph::decode::DecodedNode;
use crate::graph::fields::Choice as _;
use crate::graph::kinds::{self, MaxUnavailable, TolerationOperator};
use crate::manifest::context::{Context, app_selector, filled};
use crate::manifest::pod;

pub(super) fn object(context: &Context, at: usize, node: &DecodedNode, spec: &kinds::DaemonSet) -> DaemonSet {
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::manifest::testing::{Case, named};

    fn single(kind: &str, more: Value) -> Case {
        Case::new([("n", kind, named("app", more))])
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
}
