//! `/v1/api/resources`: the objects of the clusters a user sees.

mod list;
mod one;

use http::Method;

use super::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::GET, "/v1/api/resources", list::list).on(
        Method::GET,
        "/v1/api/resources/{id}",
        one::get,
    )
}
