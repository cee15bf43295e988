//! The policy of the routes that name a synced resource: another user's is as good as none.

use http::request::Parts;

use super::Policy;
use super::policy::path_id;
use crate::identity::Caller;
use crate::live::resource::Resource;
use crate::server::App;
use crate::server::error::{Code, Error};

/// The user whose record of a resource the path's `{id}` names.
#[derive(Debug)]
pub struct OwnResource {
    /// Who calls.
    pub caller: Caller,
    /// The record, also when the object is gone.
    pub resource: Resource,
}

impl Policy for OwnResource {
    const NAME: &'static str = "own_resource";

    async fn admit(app: &App, caller: Result<Caller, Error>, parts: &mut Parts) -> Result<Self, Error> {
        let caller = caller?;
        let id = path_id(parts).await?;
        let resource = app.live.records().get(caller.user, id).await?;
        let resource =
            resource.ok_or_else(|| Error::new(Code::NotFound, format!("resource {id} does not exist")))?;
        Ok(Self { caller, resource })
    }
}
