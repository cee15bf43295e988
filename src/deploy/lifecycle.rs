//! Edits of a workflow, and what they mean for what it deployed (engine.md 3.7).

use super::{Deployer, Error, Storage};
use crate::id::{UserId, WorkflowId};
use crate::workflow::{Edit, Status, Version, Workflow};

impl Deployer {
    /// Changes a workflow. Objects the graph dropped are deleted in the background, by the next run at the latest;
    /// those of an archived workflow before the answer, with words about what stays.
    pub async fn edit(
        &self,
        id: WorkflowId,
        edit: Edit,
        storage: Storage,
    ) -> Result<(Workflow, Option<String>), Error> {
        let (archives, redraws) = (edit.status == Some(Status::Archived), edit.is_of_graph());
        let workflow = self.0.workflows.edit(id, edit).await?;
        if archives {
            let warning = self.withdraw(&workflow, storage).await;
            // Nobody watches its nodes any more, so nothing is known of them.
            let workflow = self.0.workflows.forget_statuses(id).await?;
            self.0.ground.live.announce_all(id).await;
            return Ok((workflow, warning));
        }
        if redraws && workflow.run_count > 0 {
            self.clean_up_later(id);
        }
        Ok((workflow, None))
    }

    /// Publishes, unpublishes or archives a workflow. Archiving it again repeats the clean-up.
    pub async fn set_status(
        &self,
        workflow: Workflow,
        status: Status,
        storage: Storage,
    ) -> Result<Option<String>, Error> {
        match (workflow.status, status) {
            (Status::Archived, Status::Archived) => Ok(self.withdraw(&workflow, storage).await),
            (before, after) if before == after => Ok(None),
            (_, status) => {
                let edit = Edit { status: Some(status), ..Edit::default() };
                Ok(self.edit(workflow.id, edit, storage).await?.1)
            }
        }
    }

    /// Brings back the graph of a version, and deletes in the background what it does not hold.
    pub async fn restore(
        &self,
        id: WorkflowId,
        number: u32,
        by: UserId,
    ) -> Result<(Workflow, Version), Error> {
        let (workflow, version) = self.0.workflows.restore(id, number, by).await?;
        if workflow.run_count > 0 {
            self.clean_up_later(id);
        }
        Ok((workflow, version))
    }

    /// Archives a workflow, then takes it out of everybody's sight. What was kept when it was archived earlier is
    /// looked for again only when storage is to go.
    pub async fn delete(&self, workflow: Workflow, storage: Storage) -> Result<Option<String>, Error> {
        let id = workflow.id;
        let warning = match (workflow.status, storage) {
            (Status::Archived, Storage::Keep) => None,
            (Status::Archived, Storage::Remove) => self.withdraw(&workflow, storage).await,
            (Status::Draft | Status::Published, _) => {
                let archive = Edit { status: Some(Status::Archived), ..Edit::default() };
                let archived = self.0.workflows.edit(id, archive).await?;
                self.withdraw(&archived, storage).await
            }
        };
        self.0.workflows.delete(id).await?;
        self.0.ground.live.forget_workflow(id);
        Ok(warning)
    }
}

impl Storage {
    /// What a request's `cleanup_storage` asks for.
    pub fn removed_if(asked: Option<bool>) -> Self {
        if asked == Some(true) { Self::Remove } else { Self::Keep }
    }
}
