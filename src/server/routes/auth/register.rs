//! `POST /v1/api/auth/register`

use axum::Json;
use http::{Method, StatusCode};
use serde::Deserialize;

use super::access::Registering;
use super::session::SessionView;
use crate::identity::Registration;
use crate::server::App;
use crate::server::access::Access;
use crate::server::error::Error;
use crate::server::extract::Body;
use crate::server::routes::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::POST, "/v1/api/auth/register", create)
}

/// Members that are missing are empty here, so that all of them are named at once.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Form {
    email: Option<String>,
    password: Option<String>,
    name: Option<String>,
    invite_code: Option<String>,
}

async fn create(
    app: App,
    access: Access<Registering>,
    Body(form): Body<Form>,
) -> Result<(StatusCode, Json<SessionView>), Error> {
    let form = Registration {
        email: form.email.unwrap_or_default(),
        password: form.password.unwrap_or_default().into(),
        name: form.name.unwrap_or_default(),
        invite_code: form.invite_code,
    };
    let signed_in = app.identity.register(access.from, form).await?;
    Ok((StatusCode::CREATED, Json(signed_in.into())))
}
