//! `/v1/api/workflows`

mod input;
mod plan;
mod posted;
mod render;
mod run;
mod validate;

use super::Routes;

pub(super) fn register(routes: Routes) -> Routes {
    [run::register, validate::register, plan::register, render::register]
        .into_iter()
        .fold(routes, |routes, register| register(routes))
}
