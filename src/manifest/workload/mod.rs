//! Deployment, StatefulSet, DaemonSet, Job and CronJob (engine.md 1.3 to 1.7).

mod daemon_set;
mod deployment;
mod headless;
mod job;
mod stateful_set;

pub(super) use headless::{address as headless_address, is_made as makes_headless};
pub(super) use job::replace_live as replace_live_jobs;

use super::Role;
use super::context::Context;
use crate::graph::kinds::Spec;
use crate::graph::{Code, NodeKind};

pub(super) fn build(context: &mut Context, at: usize) {
    let Some(node) = context.node(at) else { return };
    if !context.links_are_addressable(at) {
        return;
    }
    match &node.spec {
        Spec::Deployment(spec) => {
            check_claims(context, at, spec.replicas);
            let object = deployment::object(context, at, node, spec);
            context.push(at, Role::Node, &object);
        }
        Spec::StatefulSet(spec) => {
            check_claims(context, at, spec.replicas);
            let headless = headless::object(context, at, node, spec);
            let object = stateful_set::object(context, at, node, spec);
            stateful_set::push(context, at, headless.as_ref(), &object);
        }
        Spec::DaemonSet(spec) => {
            let object = daemon_set::object(context, at, node, spec);
            context.push(at, Role::Node, &object);
        }
        Spec::Job(spec) => {
            let object = job::object(context, at, node, spec);
            context.push(at, Role::Node, &object);
        }
        Spec::CronJob(spec) => {
            let object = job::schedule(context, at, node, spec);
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::graph::Code;
    use crate::manifest::testing::{Case, named};

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
}
