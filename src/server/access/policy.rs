//! The policies routes are registered with.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::graph::{Edge, Node};
use crate::id::{InvalidId, WorkflowId};
use crate::identity::Caller;
use crate::server::App;
use crate::server::error::{Code, Error};
use crate::store::Document;
use crate::workflow::Workflow;

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

/// The owner of the workflow named by the path's `{id}`; admins have no bypass.
#[derive(Debug)]
pub struct OwnWorkflow<N = Vec<Node>, E = Vec<Edge>> {
    /// Who calls.
    pub caller: Caller,
    /// The workflow, as stored when the request came in.
    pub workflow: Workflow<N, E>,
}

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

impl<N, E> Policy for OwnWorkflow<N, E>
where
    N: Send + 'static,
    E: Send + 'static,
    Workflow<N, E>: Document<Id = WorkflowId>,
{
    const NAME: &'static str = "own_workflow";

    async fn admit(app: &App, caller: Result<Caller, Error>, parts: &mut Parts) -> Result<Self, Error> {
        let caller = caller?;
        let id: WorkflowId = path_id(parts).await?;
        let workflow =
            app.store.get::<Workflow<N, E>>(id).await?.filter(|workflow| workflow.deleted_at.is_none());
        let Some(workflow) = workflow else {
            return Err(Error::new(Code::NotFound, format!("workflow {id} does not exist")));
        };
        if workflow.owner_id != caller.user {
            return Err(Error::new(Code::Forbidden, format!("workflow {id} belongs to another user")));
        }
        Ok(Self { caller, workflow })
    }
}

/// The path's `{id}` as a typed id.
pub(super) async fn path_id<T: std::str::FromStr<Err = InvalidId>>(parts: &mut Parts) -> Result<T, Error> {
    let params = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| Error::new(Code::InvalidId, "id: not valid UTF-8"))?;
    let text = params.iter().find(|(name, _)| *name == "id").map_or("", |(_, value)| value);
    text.parse().map_err(|reason| Error::new(Code::InvalidId, format!("id: {reason}")))
}
