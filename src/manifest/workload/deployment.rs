//! Deployment (engine.md 1.3).

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};

use super::replicas;
use crate::graph::decode::DecodedNode;
use crate::graph::kinds;
use crate::manifest::context::{Context, app_selector};
use crate::manifest::pod;

pub(super) fn object(
    context: &Context,
    at: usize,
    node: &DecodedNode,
    spec: &kinds::Deployment,
) -> Deployment {
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
