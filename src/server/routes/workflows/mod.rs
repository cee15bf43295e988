//! `/v1/api/workflows`

mod collection;
mod copy;
mod input;
mod message;
mod one;
mod plan;
mod posted;
mod render;
mod run;
mod runs;
mod save;
mod status;
mod status_stream;
mod text;
mod validate;
mod versions;

use http::Method;

use super::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    let routes = routes
        .on(Method::GET, "/v1/api/workflows", collection::list)
        .on(Method::POST, "/v1/api/workflows", collection::create)
        .on(Method::GET, "/v1/api/workflows/{id}", one::get)
        .on(Method::PUT, "/v1/api/workflows/{id}", one::update)
        .on(Method::DELETE, "/v1/api/workflows/{id}", one::delete)
        .on(Method::POST, "/v1/api/workflows/{id}/clone", copy::copy)
        .on(Method::PUT, "/v1/api/workflows/{id}/status", status::set)
        .on(Method::POST, "/v1/api/workflows/{id}/save", save::save)
        .on(Method::GET, "/v1/api/workflows/{id}/runs", runs::list);
    [
        run::register,
        status_stream::register,
        validate::register,
        plan::register,
        render::register,
        versions::register,
    ]
    .into_iter()
    .fold(routes, |routes, register| register(routes))
}
