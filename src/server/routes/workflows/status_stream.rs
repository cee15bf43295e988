//! `GET /workflows/{id}/status/stream`

use axum::response::Response;
use bytes::Bytes;
use http::Method;

use crate::event::{EventId, StreamKey, frame};
use crate::id::WorkflowId;
use crate::live::WorkflowSync;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::routes::Routes;
use crate::server::stream::{self, State};
use crate::workflow::{Verbatim, View, Workflow};

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::GET, "/v1/api/workflows/{id}/status/stream", status_stream)
}

async fn status_stream(app: App, caller: Access<OwnWorkflow>, (): ()) -> Result<Response, Error> {
    let OwnWorkflow { caller, workflow } = caller.into_inner();
    let nodes = Nodes { app: app.clone(), workflow: workflow.id };
    let opened = stream::open(&app, &caller, StreamKey::Workflow(workflow.id), nodes).await?;
    if workflow.run_count > 0 {
        app.live.wake(workflow.id);
    }
    Ok(opened)
}

/// The nodes of a workflow, each with its status.
struct Nodes {
    app: App,
    workflow: WorkflowId,
}

impl Nodes {
    async fn read(&self) -> Result<Option<Workflow<Verbatim, Verbatim>>, Error> {
        let stored = self.app.store.get::<Workflow<Verbatim, Verbatim>>(self.workflow).await?;
        Ok(stored.filter(|workflow| workflow.deleted_at.is_none()))
    }
}

impl State for Nodes {
    async fn snapshot(&self, id: EventId) -> Result<Option<Bytes>, Error> {
        let Some(workflow) = self.read().await? else { return Ok(None) };
        frame(id, "metadata", &View(&workflow)).map(Some).map_err(Error::internal)
    }

    async fn resync(&self, id: EventId) -> Result<Option<Bytes>, Error> {
        let Some(workflow) = self.read().await? else { return Ok(None) };
        let event = WorkflowSync::event(self.workflow, &workflow.nodes, self.app.connections.now());
        frame(id, WorkflowSync::NAME, &event).map(Some).map_err(Error::internal)
    }
}
