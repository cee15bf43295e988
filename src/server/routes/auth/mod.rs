//! Registration, login, and the life of a session.

mod access;
mod login;
mod logout;
mod methods;
mod refresh;
mod register;
mod session;

use super::Routes;

pub(super) use session::UserView;

pub(super) fn register(routes: Routes) -> Routes {
    [register::register, login::register, refresh::register, logout::register, methods::register]
        .into_iter()
        .fold(routes, |routes, register| register(routes))
}
