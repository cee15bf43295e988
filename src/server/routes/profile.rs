//! The signed-in user's own account.

use axum::Json;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Routes;
use super::auth::UserView;
use crate::identity::{PasswordChange, Profile};
use crate::server::App;
use crate::server::access::{Access, SignedIn};
use crate::server::error::Error;
use crate::server::extract::{Body, Client};

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::GET, "/v1/api/profile", show).on(Method::PUT, "/v1/api/profile", rename).on(
        Method::PUT,
        "/v1/api/profile/password",
        change_password,
    )
}

/// `ProfileEnvelope`.
#[derive(Serialize)]
struct Envelope {
    user: UserView,
}

impl From<Profile> for Envelope {
    fn from(profile: Profile) -> Self {
        Self { user: profile.into() }
    }
}

#[derive(Deserialize)]
struct NameForm {
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PasswordForm {
    current_password: Option<String>,
    new_password: Option<String>,
}

async fn show(app: App, access: Access<SignedIn>, (): ()) -> Result<Json<Envelope>, Error> {
    Ok(Json(app.identity.profile(access.0.user).await?.into()))
}

async fn rename(
    app: App,
    access: Access<SignedIn>,
    Body(form): Body<NameForm>,
) -> Result<Json<Envelope>, Error> {
    Ok(Json(app.identity.rename(&access.0, &form.name.unwrap_or_default()).await?.into()))
}

async fn change_password(
    app: App,
    access: Access<SignedIn>,
    (Client(address), Body(form)): (Client, Body<PasswordForm>),
) -> Result<Json<Value>, Error> {
    let change = PasswordChange {
        current: form.current_password.unwrap_or_default().into(),
        new: form.new_password.unwrap_or_default().into(),
    };
    app.identity.change_password(address.into(), &access.0, change).await?;
    Ok(Json(json!({ "message": "password changed; all other sessions were signed out" })))
}
