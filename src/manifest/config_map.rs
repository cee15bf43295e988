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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::manifest::testing::{Case, named};

    #[test]
    fn values_become_text_and_never_structure() {
        let data = json!({"yes": "no", "1": 1, "big": 1_000_000, "f": 0.1, "zero": -0.0, "huge": 1e21, "b": false, "none": null, "n": "a\n---\nb",
            "_new_1": "x", "": "x"});
        let body = Case::new([("c", "configmap", named("c", json!({"data": data})))]).body("c");
        let expected = json!({"yes": "no", "1": "1", "big": "1000000", "f": "0.1", "zero": "0", "huge": "1000000000000000000000", "b": "false",
            "none": "", "n": "a\n---\nb"});
        assert_eq!(body["data"], expected);
    }

    #[test]
    fn nothing_at_all_is_an_empty_map() {
        assert_eq!(Case::new([("c", "configmap", json!({}))]).body("c")["data"], json!({}));
    }

    #[test]
    fn keys_sizes_and_paths_are_checked() {
        let data = json!({"a b": "x", "..": "x", "list": [1], "ok": "x"});
        let fields = Case::error_fields("configmap", json!({"data": data, "mountPath": "relative"}));
        assert_eq!(fields, ["data.a b", "data...", "data.list", "mountPath"]);
        assert_eq!(
            Case::error_fields("configmap", json!({"data": {"a": "x".repeat(1 << 20), "b": "y"}})),
            ["data"]
        );
        assert_eq!(Case::error_fields("configmap", json!({"data": ["a"]})), ["data"]);
    }
}
