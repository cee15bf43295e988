//! The versions of a workflow: list, read, name, compare.

use serde::Serialize;

use super::{Error, Snapshot, Version, Workflow, Workflows};
use crate::graph::{Graph, GraphDiff, diff};
use crate::id::{UserId, WorkflowId};
use crate::store::{Filter, Order, Patch, Query};

/// What a user says about a version; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VersionMeta {
    /// A name.
    pub name: Option<String>,
    /// A tag.
    pub tag: Option<String>,
    /// Why it was made.
    pub description: Option<String>,
}

/// What changed from one version to another (`WorkflowVersionDiff`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    from_version: u32,
    to_version: u32,
    #[serde(flatten)]
    diff: GraphDiff,
}

impl Workflows {
    /// A page of the versions, highest number first, and how many there are.
    pub async fn versions(
        &self,
        workflow: WorkflowId,
        offset: u64,
        limit: u64,
    ) -> Result<(Vec<Version>, u64), Error> {
        let all = Filter::eq("workflow_id", workflow);
        let total = self.store.count::<Version>(all.clone()).await?;
        let page = Query::filter(all).sort("version", Order::Descending).skip(offset).limit(limit);
        Ok((self.store.find::<Version>(page).await?, total))
    }

    /// The version of this number.
    pub async fn version(&self, workflow: WorkflowId, number: u32) -> Result<Version, Error> {
        let this = Filter::eq("workflow_id", workflow).and(Filter::eq("version", number));
        self.store.find_one::<Version>(this).await?.ok_or(Error::NoVersion(number))
    }

    /// Keeps the stored graph as a version.
    pub async fn snapshot(
        &self,
        workflow: &Workflow,
        meta: VersionMeta,
        by: UserId,
    ) -> Result<Version, Error> {
        let mut snapshot = Snapshot::by_hand(workflow.graph(), meta.description.unwrap_or_default());
        snapshot.name = meta.name.unwrap_or_default();
        snapshot.tag = meta.tag.unwrap_or_default();
        Ok(self.keep(workflow, snapshot, by).await?)
    }

    /// Changes what is said about a version; its graph never changes.
    pub async fn describe(
        &self,
        workflow: WorkflowId,
        number: u32,
        meta: VersionMeta,
    ) -> Result<Version, Error> {
        let version = self.version(workflow, number).await?;
        let VersionMeta { name, tag, description } = meta;
        let said = [("name", name), ("tag", tag), ("description", description)];
        let patch = said.into_iter().fold(Patch::new(), |patch, (field, text)| match text {
            Some(text) => patch.set(field, text),
            None => patch,
        });
        if patch == Patch::new() {
            return Ok(version);
        }
        let changed = self.store.patch_returning::<Version>(version.id, Filter::all(), patch).await?;
        changed.ok_or(Error::NoVersion(number))
    }

    /// What changed from one version to another; either may be the one with the higher number.
    pub async fn compare(&self, workflow: WorkflowId, from: u32, to: u32) -> Result<Comparison, Error> {
        let (old, new) = (self.version(workflow, from).await?, self.version(workflow, to).await?);
        let (old, new) = (Graph::from(old), Graph::from(new));
        Ok(Comparison { from_version: from, to_version: to, diff: diff(&old, &new) })
    }
}

impl From<Version> for Graph {
    fn from(version: Version) -> Self {
        Self { nodes: version.nodes, edges: version.edges }
    }
}
