//! `POST /v1/api/auth/login`

use axum::Json;
use http::Method;
use serde::Deserialize;

use super::access::LoggingIn;
use super::session::SessionView;
use crate::identity::Credentials;
use crate::server::App;
use crate::server::access::Access;
use crate::server::error::Error;
use crate::server::extract::Body;
use crate::server::routes::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::POST, "/v1/api/auth/login", login)
}

/// Members that are missing are empty here, so that all of them are named at once.
#[derive(Deserialize)]
struct Form {
    email: Option<String>,
    password: Option<String>,
}

async fn login(
    app: App,
    access: Access<LoggingIn>,
    Body(form): Body<Form>,
) -> Result<Json<SessionView>, Error> {
    let form = Credentials {
        email: form.email.unwrap_or_default(),
        password: form.password.unwrap_or_default().into(),
    };
    Ok(Json(app.identity.login(access.from, form).await?.into()))
}
