//! The policies routes are registered with.

use http::request::Parts;

use crate::identity::Caller;
use crate::server::App;
use crate::server::error::{Code, Error};

/// Decides whether a request may reach its handler, and looks up what the decision needs.
pub trait Policy: Sized + Send + 'static {
    /// Its name in the access table.
    const NAME: &'static str;

    /// Whether requests count against the rate limits of `openapi.yaml`.
    const METERED: bool = true;

    /// Admits the request or says why not: 401 before 400 before 404 before 403.
    fn admit(
        app: &App,
        caller: Result<Caller, Error>,
        parts: &mut Parts,
    ) -> impl Future<Output = Result<Self, Error>> + Send;
}

/// Anyone.
#[derive(Debug)]
pub struct Public;

/// Anyone, and never rate limited: the API documents and the metrics.
#[derive(Debug)]
pub struct Exempt;

/// Any signed-in user.
#[derive(Debug)]
pub struct SignedIn(pub Caller);

/// A signed-in user whose stored role is admin.
#[derive(Debug)]
pub struct Admin(pub Caller);

impl Policy for Public {
    const NAME: &'static str = "public";

    async fn admit(_: &App, _: Result<Caller, Error>, _: &mut Parts) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl Policy for Exempt {
    const NAME: &'static str = "exempt";
    const METERED: bool = false;

    async fn admit(_: &App, _: Result<Caller, Error>, _: &mut Parts) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl Policy for SignedIn {
    const NAME: &'static str = "signed_in";

    async fn admit(_: &App, caller: Result<Caller, Error>, _: &mut Parts) -> Result<Self, Error> {
        caller.map(Self)
    }
}

impl Policy for Admin {
    const NAME: &'static str = "admin";

    async fn admit(_: &App, caller: Result<Caller, Error>, _: &mut Parts) -> Result<Self, Error> {
        let caller = caller?;
        match caller.role {
            crate::identity::Role::Admin => Ok(Self(caller)),
            crate::identity::Role::User => {
                Err(Error::new(Code::Forbidden, "only an administrator of this installation may do this"))
            }
        }
    }
}
