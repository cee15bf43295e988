//! What people should know before they run a plan (`WorkflowPlannedObject.risks`).

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

/// The kind of a risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskCode {
    /// The object is deleted and made anew.
    Recreate,
    /// Fewer replicas than run now.
    ReplicaDrop,
    /// A claim that is mounted now would not be any more.
    VolumeLoss,
    /// A Service becomes another type, and may lose its address.
    ServiceType,
    /// A Service would send its traffic to other pods.
    SelectorChange,
    /// The object was not made by this server.
    Adopt,
}

/// One risk, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Risk {
    /// What kind it is.
    pub code: RiskCode,
    /// What would happen.
    pub message: String,
}

impl Risk {
    /// A risk that the plan knows without looking into the object.
    pub fn new(code: RiskCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// The risks of turning `live` into `after`.
pub fn risks(live: &Value, after: &Value) -> Vec<Risk> {
    let mut risks = Vec::new();
    if let (Some(now), Some(then)) = (live["spec"]["replicas"].as_i64(), after["spec"]["replicas"].as_i64())
        && then < now
    {
        risks.push(Risk::new(
            RiskCode::ReplicaDrop,
            format!("{now} replicas run now, {then} would run after"),
        ));
    }
    for claim in claims(live).difference(&claims(after)) {
        risks.push(Risk::new(RiskCode::VolumeLoss, format!("{claim} is mounted now and would not be after")));
    }
    if live["kind"] == "Service" {
        let kind = |object: &Value| object["spec"]["type"].as_str().unwrap_or("ClusterIP").to_owned();
        if kind(live) != kind(after) {
            let message =
                format!("the type changes from {} to {}; its address may change", kind(live), kind(after));
            risks.push(Risk::new(RiskCode::ServiceType, message));
        }
        if live["spec"]["selector"] != after["spec"]["selector"] {
            risks.push(Risk::new(
                RiskCode::SelectorChange,
                "the selector changes: other pods would get the traffic",
            ));
        }
    }
    risks
}

/// The claims and claim templates a workload mounts, in words.
fn claims(workload: &Value) -> BTreeSet<String> {
    let list = |pointer: &str| workload.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    let volumes = list("/spec/template/spec/volumes").filter_map(|volume| {
        volume["persistentVolumeClaim"]["claimName"].as_str().map(|name| format!("claim {name}"))
    });
    let templates = list("/spec/volumeClaimTemplates").filter_map(|template| {
        template["metadata"]["name"].as_str().map(|name| format!("claim template {name}"))
    });
    volumes.chain(templates).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn codes(live: &Value, after: &Value) -> Vec<RiskCode> {
        risks(live, after).into_iter().map(|risk| risk.code).collect()
    }

    #[test]
    fn fewer_replicas_is_a_risk_and_more_is_none() {
        let of = |n: i64| json!({"kind": "Deployment", "spec": {"replicas": n}});
        assert_eq!(codes(&of(3), &of(1)), [RiskCode::ReplicaDrop]);
        assert_eq!(codes(&of(1), &of(3)), []);
        assert_eq!(
            codes(&of(3), &json!({"kind": "Deployment", "spec": {}})),
            [],
            "an autoscaler owns the count"
        );
    }

    #[test]
    fn a_claim_that_is_unmounted_is_a_risk() {
        let with = |claims: &[&str]| {
            let volumes: Vec<_> = claims
                .iter()
                .map(|c| json!({"name": c, "persistentVolumeClaim": {"claimName": c}}))
                .collect();
            json!({"kind": "Deployment", "spec": {"template": {"spec": {"volumes": volumes}}}})
        };
        assert_eq!(codes(&with(&["a", "b"]), &with(&["b"])), [RiskCode::VolumeLoss]);
        assert!(risks(&with(&["a"]), &with(&[]))[0].message.contains("claim a"));
    }

    #[test]
    fn a_service_that_changes_type_or_target_is_a_risk() {
        let of = |kind: &str, app: &str| json!({"kind": "Service", "spec": {"type": kind, "selector": {"app": app}}});
        assert_eq!(codes(&of("LoadBalancer", "a"), &of("ClusterIP", "a")), [RiskCode::ServiceType]);
        assert_eq!(codes(&of("ClusterIP", "a"), &of("ClusterIP", "b")), [RiskCode::SelectorChange]);
    }
}
