//! `POST /v1/api/auth/refresh`

use axum::Json;
use http::Method;

use super::access::SigningIn;
use super::session::SessionView;
use crate::server::App;
use crate::server::access::Access;
use crate::server::error::Error;
use crate::server::extract::Bearer;
use crate::server::routes::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::POST, "/v1/api/auth/refresh", refresh)
}

async fn refresh(app: App, _: Access<SigningIn>, bearer: Bearer) -> Result<Json<SessionView>, Error> {
    Ok(Json(app.identity.refresh(&bearer.required()?).await?.into()))
}
