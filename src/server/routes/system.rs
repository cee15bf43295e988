//! Liveness, metrics, and the API's description of itself.

use axum::response::IntoResponse;
use http::{Method, header};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::Routes;
use crate::server::access::{Access, Exempt, Public};
use crate::server::error::{Code, Error};
use crate::server::extract::Bearer;
use crate::server::{App, openapi};

pub(super) fn register(routes: Routes) -> Routes {
    routes
        .on(Method::GET, "/v1", greet)
        .on(Method::GET, "/metrics", metrics)
        .on(Method::GET, "/v1/api-docs", document_yaml)
        .on(Method::GET, "/v1/api-docs/json", document_json)
}

async fn greet(_: App, _: Access<Public>, (): ()) -> Result<axum::Json<Value>, Error> {
    Ok(axum::Json(json!({
        "message": "orchcli is up",
        "status": "success",
        "name": "orchcli",
        "version": env!("CARGO_PKG_VERSION"),
    })))
}

async fn metrics(app: App, _: Access<Exempt>, Bearer(token): Bearer) -> Result<impl IntoResponse, Error> {
    if let Some(expected) = &app.rules.load().metrics_token {
        let sent = token.unwrap_or_default();
        if !bool::from(sent.as_bytes().ct_eq(expected.expose_secret().as_bytes())) {
            return Err(Error::new(
                Code::Unauthenticated,
                "METRICS_TOKEN is set: send it as Authorization: Bearer",
            ));
        }
    }
    let text = app.metrics.expose().map_err(Error::internal)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text))
}

async fn document_yaml(_: App, _: Access<Exempt>, (): ()) -> Result<impl IntoResponse, Error> {
    Ok(([(header::CONTENT_TYPE, "application/yaml")], openapi::YAML))
}

async fn document_json(_: App, _: Access<Exempt>, (): ()) -> Result<impl IntoResponse, Error> {
    Ok(([(header::CONTENT_TYPE, "application/json")], openapi::JSON.as_str()))
}
