//! The history of runs.

use super::{Run, Workflows};
use crate::id::WorkflowId;
use crate::store::{Error, Filter, Order, Query};

impl Workflows {
    /// The newest runs of a workflow, newest start first.
    pub async fn runs(&self, workflow: WorkflowId, most: u64) -> Result<Vec<Run>, Error> {
        let own = Filter::eq("workflow_id", workflow);
        self.store.find::<Run>(Query::filter(own).sort("started_at", Order::Descending).limit(most)).await
    }
}
