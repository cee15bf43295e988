//! `/v1/api/workflows`

mod input;
mod plan;
mod render;
mod run;
mod status_stream;
mod validate;

use super::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    [run::register, validate::register, plan::register, render::register, status_stream::register]
        .into_iter()
        .fold(routes, |routes, register| register(routes))
}
