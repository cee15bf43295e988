//! `POST /workflows/{id}/validate`

use axum::Json;
use http::Method;

use super::input::GraphBody;
use crate::deploy::Validation;
use crate::graph::Graph;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::extract::OptionalBody;
use crate::server::routes::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::POST, "/v1/api/workflows/{id}/validate", validate)
}

async fn validate(
    app: App,
    caller: Access<OwnWorkflow>,
    OptionalBody(body): OptionalBody<GraphBody>,
) -> Result<Json<Validation>, Error> {
    let OwnWorkflow { caller, mut workflow } = caller.into_inner();
    let stored =
        Graph { nodes: std::mem::take(&mut workflow.nodes), edges: std::mem::take(&mut workflow.edges) };
    let (graph, request) = body.into_graph(stored)?;
    Ok(Json(app.deployer.validate(caller.user, &workflow, &graph, &request).await?))
}
