//! What clients see of the documents: the shapes of openapi `Workflow`, `WorkflowVersion` and `WorkflowRun`.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::{Run, Version, Workflow};

/// A document as clients see it, serialised straight from the stored one.
#[derive(Debug, Clone, Copy)]
pub struct View<D>(pub D);

/// Writes fields of a document one after the other; `id` instead of `_id`, and nothing that is the server's own.
macro_rules! view {
    ($to:expr, $document:expr, { $($always:ident),+ $(,)? }, omitted when empty { $($present:ident if $there:expr),* $(,)? }) => {{
        let document = $document;
        let mut view = $to.serialize_struct("View", [$(stringify!($always)),+].len())?;
        $(view.serialize_field(stringify!($always), &document.$always)?;)+
        $(if $there(&document.$present) {
            view.serialize_field(stringify!($present), &document.$present)?;
        })*
        view
    }};
}

impl<N: Serialize, E: Serialize> Serialize for View<&Workflow<N, E>> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut view = view!(to, self.0, {
            id, name, description, cluster_id, status, tags, current_version, owner_id, team_id, created_at,
            updated_at, run_count, success_count, failure_count, nodes, edges,
        }, omitted when empty { last_run_at if Option::is_some });
        // Legacy: the reference embeds one entry, which no client reads; history is under /versions.
        view.serialize_field("versions", &[(); 0])?;
        view.end()
    }
}

impl Serialize for View<&Version> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        view!(to, self.0, {
            id, workflow_id, version, nodes, edges, description, created_at, created_by, is_automatic,
        }, omitted when empty {
            name if is_said, tag if is_said, restored_from if Option::is_some, run_id if Option::is_some,
            run_status if Option::is_some,
        })
        .end()
    }
}

impl Serialize for View<&Run> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        view!(to, self.0, {
            id, workflow_id, version, status, started_at, duration, node_states, output, logs, triggered_by,
            trigger_data,
        }, omitted when empty { completed_at if Option::is_some, error if is_said })
        .end()
    }
}

fn is_said(text: &str) -> bool {
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::workflow::Verbatim;

    fn stored() -> Value {
        json!({
            "_id": "66f0000000000000000000a1", "name": "shop", "description": null, "cluster_id": "dev",
            "status": "published", "tags": null, "current_version": 2, "owner_id": "66f0000000000000000000b1",
            "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-02T00:00:00.000Z",
            "run_count": 1, "success_count": 1, "failure_count": 0,
            "nodes": [{"id": "a", "type": "job", "position": {"x": 1, "y": 2}, "data": {"image": "busybox"}}],
            "edges": null, "versions": [{"version": 1}], "active_run": "66f0000000000000000000c1",
        })
    }

    fn wire() -> Value {
        json!({
            "id": "66f0000000000000000000a1", "name": "shop", "description": "", "cluster_id": "dev",
            "status": "published", "tags": [], "current_version": 2, "owner_id": "66f0000000000000000000b1",
            "team_id": "", "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-02T00:00:00.000Z",
            "run_count": 1, "success_count": 1, "failure_count": 0,
            "nodes": [{"id": "a", "type": "job", "position": {"x": 1, "y": 2}, "data": {"image": "busybox"}}],
            "edges": [], "versions": [],
        })
    }

    #[test]
    fn a_workflow_shows_nothing_of_the_servers_own_and_no_nulls() {
        let workflow: Workflow = serde_json::from_value(stored()).unwrap();
        assert_eq!(serde_json::to_value(View(&workflow)).unwrap(), wire());
    }

    #[test]
    fn passed_on_verbatim_it_looks_the_same() {
        let workflow: Workflow<Verbatim, Verbatim> = serde_json::from_str(&stored().to_string()).unwrap();
        let text = serde_json::to_string(&View(&workflow)).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), wire());
    }

    #[test]
    fn a_version_leaves_out_what_is_empty() {
        let version: Version = serde_json::from_value(json!({
            "_id": "66f0000000000000000000d1", "workflow_id": "66f0000000000000000000a1", "version": 1, "tag": "",
            "created_at": "2026-01-01T00:00:00.000Z", "created_by": "66f0000000000000000000b1", "is_automatic": true,
        }))
        .unwrap();
        assert_eq!(
            serde_json::to_value(View(&version)).unwrap(),
            json!({
                "id": "66f0000000000000000000d1", "workflow_id": "66f0000000000000000000a1", "version": 1,
                "nodes": [], "edges": [], "description": "", "created_at": "2026-01-01T00:00:00.000Z",
                "created_by": "66f0000000000000000000b1", "is_automatic": true,
            })
        );
    }
}
