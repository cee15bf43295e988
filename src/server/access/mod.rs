//! Who may call a route, as a type.
//!
//! A handler's first argument is `Access<P>`; only the dispatcher in [`super::routes`] can make one, by asking the
//! policy `P` to admit the request. There is no other way to register a route, so none can be left open by mistake.

mod cluster;
mod policy;
mod resource;

pub use cluster::{ClusterAdmin, Least, OnCluster, Owner, Viewer};
pub use policy::{Admin, Exempt, OwnWorkflow, Policy, Public, SignedIn};
pub use resource::OwnResource;

use std::ops::Deref;

/// Proof that policy `P` admitted this request; it carries what the policy looked up on the way.
#[derive(Debug)]
pub struct Access<P>(P);

impl<P> Access<P> {
    /// What the policy looked up, owned.
    pub fn into_inner(self) -> P {
        self.0
    }
}

impl<P> Deref for Access<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.0
    }
}

/// Asks the policy, and is the only maker of [`Access`].
pub(super) async fn admit<P: Policy>(
    app: &super::App,
    caller: Result<crate::identity::Caller, super::error::Error>,
    parts: &mut http::request::Parts,
) -> Result<Access<P>, super::error::Error> {
    P::admit(app, caller, parts).await.map(Access)
}
