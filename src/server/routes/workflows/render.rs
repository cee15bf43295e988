//! `POST /workflows/{id}/render`

use axum::Json;
use http::Method;

use super::input::GraphBody;
use crate::deploy::Rendering;
use crate::graph::Graph;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::extract::OptionalBody;
use crate::server::routes::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::POST, "/v1/api/workflows/{id}/render", render)
}

async fn render(
    app: App,
    caller: Access<OwnWorkflow>,
    OptionalBody(body): OptionalBody<GraphBody>,
) -> Result<Json<Rendering>, Error> {
    let OwnWorkflow { caller, workflow } = caller.into_inner();
    let (graph, request) = body.into_graph(Graph { nodes: workflow.nodes, edges: workflow.edges })?;
    Ok(Json(app.deployer.render(caller.user, workflow.id, &graph, &request).await?))
}
