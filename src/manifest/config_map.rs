//! ConfigMap (engine.md 1.10).

use k8s_openapi::api::core::v1::ConfigMap;

use super::Role;
use super::context::Context;
use crate::graph::kinds::Spec;

pub(super) fn build(context: &mut Context, at: usize) {
    let Some(Spec::ConfigMap(spec)) = context.node(at).map(|node| &node.spec) else { return };
    let object = ConfigMap {
        metadata: context.own_metadata(at),
        data: Some(spec.data.clone()),
        ..ConfigMap::default()
    };
    context.push(at, Role::Node, &object);
}
