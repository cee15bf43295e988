//! What administrators decide: the invite code.

use axum::Json;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Routes;
use crate::server::App;
use crate::server::access::{Access, Admin};
use crate::server::error::Error;
use crate::server::extract::Body;

pub(super) fn register(routes: Routes) -> Routes {
    routes
        .on(Method::GET, "/v1/api/settings/invite-code", show_code)
        .on(Method::POST, "/v1/api/settings/generate-invite-code", replace_code)
        .on(Method::GET, "/v1/api/settings/regenerate-setting", show_rotation)
        .on(Method::PUT, "/v1/api/settings/regenerate-setting", set_rotation)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RotationForm {
    regenerate_after_signup: Option<bool>,
}

async fn show_code(app: App, _: Access<Admin>, (): ()) -> Result<Json<Value>, Error> {
    let invitation = app.identity.invitation().await?;
    Ok(Json(json!({ "inviteCode": invitation.code.expose() })))
}

async fn replace_code(app: App, _: Access<Admin>, (): ()) -> Result<Json<Value>, Error> {
    let code = app.identity.rotate_invite_code().await?;
    Ok(Json(json!({ "inviteCode": code.expose() })))
}

async fn show_rotation(app: App, _: Access<Admin>, (): ()) -> Result<Json<Value>, Error> {
    let invitation = app.identity.invitation().await?;
    Ok(Json(json!({
        "regenerateAfterSignup": invitation.rotates,
        "inviteCode": invitation.code.expose(),
    })))
}

async fn set_rotation(
    app: App,
    _: Access<Admin>,
    Body(form): Body<RotationForm>,
) -> Result<Json<Value>, Error> {
    let Some(rotates) = form.regenerate_after_signup else {
        return Err(Error::field("regenerateAfterSignup", "must be true or false"));
    };
    app.identity.set_invite_rotation(rotates).await?;
    Ok(Json(json!({ "regenerateAfterSignup": rotates })))
}
