//! Nodes.

use serde_json::Value;

use super::View;

/// Of a Node: what it has, and what of that pods may use.
pub(super) fn node(object: &Value) -> View {
    let amounts = |at: &str| {
        View::default()
            .text("cpu", object, &format!("{at}/cpu"))
            .text("memory", object, &format!("{at}/memory"))
            .text("storage", object, &format!("{at}/ephemeral-storage"))
            .text("pods", object, &format!("{at}/pods"))
            .0
            .into()
    };
    View::default()
        .value("nodeCapacity", Some(amounts("/status/capacity")))
        .value("nodeAllocated", Some(amounts("/status/allocatable")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::ResourceKind;
    use super::super::tests::said;

    #[test]
    fn a_node_says_its_capacity() {
        let object = json!({"status": {
            "capacity": {"cpu": "2", "memory": "24Gi", "ephemeral-storage": "100Gi", "pods": "110"},
            "allocatable": {"cpu": "1900m"},
        }});
        assert_eq!(
            said(ResourceKind::Node, &object),
            json!({
                "nodeCapacity": {"cpu": "2", "memory": "24Gi", "storage": "100Gi", "pods": "110"},
                "nodeAllocated": {"cpu": "1900m"},
            })
        );
    }
}
