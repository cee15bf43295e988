//! `GET /v1/api/auth/methods`

use axum::Json;
use http::Method;
use serde_json::{Value, json};

use crate::server::App;
use crate::server::access::{Access, Public};
use crate::server::error::Error;
use crate::server::routes::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::GET, "/v1/api/auth/methods", list)
}

async fn list(app: App, _: Access<Public>, (): ()) -> Result<Json<Value>, Error> {
    let methods = app.identity.methods().await?;
    Ok(Json(json!({
        "builtin": {
            "enabled": methods.login,
            "signupEnabled": methods.signup,
            "bootstrap": methods.bootstrap,
        },
        "providers": [],
    })))
}
