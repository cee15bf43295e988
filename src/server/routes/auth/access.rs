//! The policies of routes that sign in: open to anyone, but not as often as they like.

use http::request::Parts;

use crate::identity::{Caller, Origin};
use crate::server::access::Policy;
use crate::server::error::Error;
use crate::server::{App, edge};

/// Anyone whose address did not call too often (`auth_routes` in `openapi.yaml`).
#[derive(Debug)]
pub(super) struct SigningIn {
    /// Where the call comes from.
    pub from: Origin,
}

/// As [`SigningIn`], while login with email and password is turned on.
#[derive(Debug)]
pub(super) struct LoggingIn {
    /// Where the call comes from.
    pub from: Origin,
}

/// As [`SigningIn`], while registration is turned on. That is asked before the body is looked at.
#[derive(Debug)]
pub(super) struct Registering {
    /// Where the call comes from.
    pub from: Origin,
}

impl Policy for SigningIn {
    const NAME: &'static str = "public";

    async fn admit(app: &App, _: Result<Caller, Error>, parts: &mut Parts) -> Result<Self, Error> {
        let from = edge::client_address(parts).into();
        app.identity.count_call(from)?;
        Ok(Self { from })
    }
}

impl Policy for LoggingIn {
    const NAME: &'static str = "public";

    async fn admit(app: &App, caller: Result<Caller, Error>, parts: &mut Parts) -> Result<Self, Error> {
        let SigningIn { from } = SigningIn::admit(app, caller, parts).await?;
        app.identity.check_login_enabled()?;
        Ok(Self { from })
    }
}

impl Policy for Registering {
    const NAME: &'static str = "public";

    async fn admit(app: &App, caller: Result<Caller, Error>, parts: &mut Parts) -> Result<Self, Error> {
        let SigningIn { from } = SigningIn::admit(app, caller, parts).await?;
        app.identity.check_signup_enabled()?;
        Ok(Self { from })
    }
}
