//! `hpa` (engine.md 1.13).

use crate::graph::fields::{Fields, POSITIVE, choices};

choices! {
    ScaleTarget { Deployment = "Deployment", StatefulSet = "StatefulSet" }
}

#[derive(Debug)]
pub(crate) struct Hpa {
    /// As given; a linked workload wins.
    pub(crate) target_kind: Option<ScaleTarget>,
    /// As given; a linked workload wins.
    pub(crate) target_name: Option<String>,
    pub(crate) min_replicas: Option<i32>,
    pub(crate) max_replicas: i32,
    pub(crate) cpu: Option<i32>,
    pub(crate) memory: Option<i32>,
    pub(crate) scale_down_seconds: Option<i32>,
    pub(crate) scale_up_seconds: Option<i32>,
}

impl Hpa {
    pub(super) fn decode(fields: &Fields) -> Self {
        let min_replicas = fields.int32("minReplicas", POSITIVE);
        let max_replicas = fields.int32("maxReplicas", POSITIVE);
        match (min_replicas, max_replicas) {
            (Some(min), Some(max)) if min > max => {
                fields.invalid(
                    "minReplicas",
                    &format!("{min} is above maxReplicas {max}; lower one or raise the other"),
                );
            }
            (_, None) if fields.set("maxReplicas").is_none() => fields.required("maxReplicas", ""),
            _ => {}
        }
        let (cpu, memory) = ("targetCPUUtilization", "targetMemoryUtilization");
        if fields.set(cpu).is_none() && fields.set(memory).is_none() {
            fields.required(cpu, &format!(" unless {memory} is set: an autoscaler needs a target"));
        }
        Self {
            target_kind: fields.choice("scaleTargetKind"),
            target_name: fields.reference("scaleTargetName").map(str::to_owned),
            min_replicas,
            max_replicas: max_replicas.unwrap_or_default(),
            cpu: fields.int32(cpu, 1..=1000),
            memory: fields.int32(memory, 1..=1000),
            scale_down_seconds: fields.int32("scaleDownStabilization", 0..=3600),
            scale_up_seconds: fields.int32("scaleUpStabilization", 0..=3600),
        }
    }
}
