//! `/v1/api/clusters`: the clusters users connected.

mod body;
mod collection;
mod connection;
mod one;
mod view;

use http::Method;

use super::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes
        .on(Method::POST, "/v1/api/clusters", collection::add)
        .on(Method::GET, "/v1/api/clusters", collection::list)
        .on(Method::GET, "/v1/api/clusters/default", collection::get_default)
        .on(Method::GET, "/v1/api/clusters/{name}", one::get)
        .on(Method::PUT, "/v1/api/clusters/{name}", one::update)
        .on(Method::DELETE, "/v1/api/clusters/{name}", one::delete)
        .on(Method::PUT, "/v1/api/clusters/{name}/default", one::set_default)
        .on(Method::GET, "/v1/api/clusters/{name}/status", connection::status)
        .on(Method::POST, "/v1/api/clusters/{name}/test", connection::test)
        .on(Method::POST, "/v1/api/clusters/{name}/refresh", connection::refresh)
        .on(Method::PUT, "/v1/api/clusters/{name}/credentials", connection::replace_credentials)
}
