//! `POST /workflows/{id}/plan`

use axum::Json;
use http::Method;

use super::input::RunBody;
use crate::deploy::Plan;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::extract::OptionalBody;
use crate::server::routes::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::POST, "/v1/api/workflows/{id}/plan", plan)
}

async fn plan(
    app: App,
    caller: Access<OwnWorkflow>,
    OptionalBody(body): OptionalBody<RunBody>,
) -> Result<Json<Plan>, Error> {
    let request = body.into_request()?;
    let OwnWorkflow { caller, workflow } = caller.into_inner();
    Ok(Json(app.deployer.plan(caller.user, workflow, &request).await?))
}
