//! `daemonset` (engine.md 1.5).

use std::collections::BTreeMap;

use serde_json::Value;

use super::Pod;
use crate::graph::fields::{Fields, POSITIVE, choices};
use crate::graph::syntax;

choices! {
    UpdateStrategy { RollingUpdate = "RollingUpdate", OnDelete = "OnDelete" }
    TolerationOperator { Exists = "Exists", Equal = "Equal" }
    Effect { NoSchedule = "NoSchedule", PreferNoSchedule = "PreferNoSchedule", NoExecute = "NoExecute" }
}

#[derive(Debug)]
pub(crate) struct DaemonSet {
    pub(crate) update_strategy: Option<UpdateStrategy>,
    pub(crate) max_unavailable: Option<MaxUnavailable>,
    pub(crate) node_selector: BTreeMap<String, String>,
    pub(crate) tolerations: Vec<Toleration>,
    pub(crate) host_network: bool,
    pub(crate) host_pid: bool,
    pub(crate) pod: Pod,
}

/// How many pods may be down during a rollout.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MaxUnavailable {
    Pods(i32),
    /// `N%`.
    Share(String),
}

#[derive(Debug)]
pub(crate) struct Toleration {
    pub(crate) key: Option<String>,
    pub(crate) operator: TolerationOperator,
    /// `None` with `Exists`.
    pub(crate) value: Option<String>,
    pub(crate) effect: Option<Effect>,
    pub(crate) seconds: Option<i64>,
}

impl DaemonSet {
    pub(super) fn decode(fields: &Fields) -> Self {
        let update_strategy = fields.choice("updateStrategy");
        let max_unavailable = match update_strategy {
            Some(UpdateStrategy::OnDelete) => None,
            Some(UpdateStrategy::RollingUpdate) => max_unavailable(fields).or(Some(MaxUnavailable::Pods(1))),
            None => max_unavailable(fields),
        };
        Self {
            update_strategy,
            max_unavailable,
            node_selector: fields.selector("nodeSelector"),
            tolerations: fields.objects("tolerations").iter().map(Toleration::decode).collect(),
            host_network: fields.boolean("hostNetwork").unwrap_or_default(),
            host_pid: fields.boolean("hostPID").unwrap_or_default(),
            pod: Pod::decode_serving(fields),
        }
    }
}

fn max_unavailable(fields: &Fields) -> Option<MaxUnavailable> {
    let text = fields.set("maxUnavailable").and_then(Value::as_str);
    let Some((text, share)) = text.and_then(|text| Some((text, text.strip_suffix('%')?))) else {
        return fields.int32("maxUnavailable", POSITIVE).map(MaxUnavailable::Pods);
    };
    let digits = share.bytes().all(|b| b.is_ascii_digit());
    if digits && share.parse().is_ok_and(|share: u8| (1..=100).contains(&share)) {
        return Some(MaxUnavailable::Share(text.to_owned()));
    }
    fields.invalid("maxUnavailable", "must be a whole number, or 1% to 100%");
    None
}

impl Toleration {
    fn decode(entry: &Fields) -> Self {
        let operator = entry.choice("operator").unwrap_or(TolerationOperator::Equal);
        if entry.set("key").is_none() && operator != TolerationOperator::Exists {
            entry.invalid("key", "may be empty only with operator Exists");
        }
        let effect = entry.choice("effect");
        let seconds = entry.integer("tolerationSeconds", i64::MIN..=i64::MAX);
        if seconds.is_some() && effect != Some(Effect::NoExecute) {
            entry.invalid("tolerationSeconds", "may be set only with effect NoExecute");
        }
        let value = match operator {
            TolerationOperator::Exists => None,
            TolerationOperator::Equal => {
                entry.checked("value", syntax::is_label_value, "must be a label value")
            }
        };
        let key = entry.checked("key", syntax::is_label_key, "must be a label key");
        Self { key: key.map(str::to_owned), operator, value: value.map(str::to_owned), effect, seconds }
    }
}
