//! `POST /workflows/{id}/run`

use axum::Json;
use http::Method;
use serde_json::{Value, json};

use super::input::RunBody;
use crate::deploy::Outcome;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::extract::OptionalBody;
use crate::server::routes::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::POST, "/v1/api/workflows/{id}/run", run)
}

async fn run(
    app: App,
    caller: Access<OwnWorkflow>,
    OptionalBody(body): OptionalBody<RunBody>,
) -> Result<Json<Value>, Error> {
    let request = body.into_request()?;
    let OwnWorkflow { caller, workflow } = caller.into_inner();
    let (message, status, run) = match app.deployer.run(caller.user, workflow, request).await? {
        Outcome::Completed(run) => ("Workflow executed successfully", "completed", run),
        Outcome::Running(run) => ("The run goes on; its status stream shows how", "running", run),
    };
    Ok(Json(json!({
        "message": message,
        "run_id": run.id,
        "status": status,
        "logs": run.logs,
        "version": run.version,
        "node_states": run.node_states,
    })))
}
