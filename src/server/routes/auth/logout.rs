//! `POST /v1/api/auth/logout`

use axum::Json;
use http::Method;
use serde_json::{Value, json};

use crate::server::App;
use crate::server::access::{Access, Public};
use crate::server::error::Error;
use crate::server::extract::Bearer;
use crate::server::routes::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::POST, "/v1/api/auth/logout", logout)
}

async fn logout(app: App, _: Access<Public>, bearer: Bearer) -> Result<Json<Value>, Error> {
    app.identity.logout(&bearer.required()?).await?;
    Ok(Json(json!({ "message": "signed out" })))
}
