//! `/v1/api/workflows/{id}/versions`

mod collection;
mod compare;
mod meta;
mod one;
mod restore;

use http::Method;

use crate::server::routes::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes
        .on(Method::GET, "/v1/api/workflows/{id}/versions", collection::list)
        .on(Method::POST, "/v1/api/workflows/{id}/versions", collection::create)
        .on(Method::GET, "/v1/api/workflows/{id}/versions/compare", compare::compare)
        .on(Method::GET, "/v1/api/workflows/{id}/versions/{version}", one::get)
        .on(Method::PUT, "/v1/api/workflows/{id}/versions/{version}", one::update)
        .on(Method::POST, "/v1/api/workflows/{id}/versions/{version}/restore", restore::restore)
}
