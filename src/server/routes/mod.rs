//! One file an operation or a small family of them; the folders mirror the URL.

mod auth;
mod clusters;
mod lenient;
mod profile;
mod resources;
mod settings;
mod system;
mod templates;
mod workflows;

use axum::Router;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use http::Method;

use super::access::{Access, Policy, admit};
use super::app::App;
use super::edge;
use super::error::{Code, Error};
use super::extract::{bearer, no_token};

/// One row of the access table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The HTTP method; GET answers HEAD too.
    pub method: Method,
    /// The path as in `openapi.yaml`, with `{parameters}`.
    pub path: &'static str,
    /// The name of its [`Policy`].
    pub policy: &'static str,
}

/// Collects operations: each comes with the policy its handler's type names.
#[derive(Default)]
pub(super) struct Routes {
    table: Vec<Route>,
    router: Router<App>,
}

impl Routes {
    /// Registers `handler`; its `Access<P>` argument decides who reaches it.
    pub(super) fn on<P, A, M, F, Answer, R>(mut self, method: Method, path: &'static str, handler: F) -> Self
    where
        P: Policy,
        A: FromRequest<App, M> + Send + 'static,
        M: 'static,
        F: Fn(App, Access<P>, A) -> Answer + Clone + Send + Sync + 'static,
        Answer: Future<Output = Result<R, Error>> + Send + 'static,
        R: IntoResponse,
    {
        // Only the methods of `openapi.yaml` are registered, and axum knows all of them.
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        self.table.push(Route { method, path, policy: P::NAME });
        let service = move |State(app): State<App>, request: Request| dispatch(app, request, handler.clone());
        let answers = on(filter, service);
        if path == "/v1" {
            // Health checks of the stock images ask for it with a slash.
            self.router = self.router.route("/v1/", answers.clone());
        }
        self.router = self.router.route(path, answers);
        self
    }
}

/// Who calls, within which limit, admitted by whom; only then the handler.
async fn dispatch<P, A, M, F, Answer, R>(app: App, request: Request, handler: F) -> Response
where
    P: Policy,
    A: FromRequest<App, M>,
    F: Fn(App, Access<P>, A) -> Answer,
    Answer: Future<Output = Result<R, Error>>,
    R: IntoResponse,
{
    let outcome = async {
        let (mut parts, body) = request.into_parts();
        let caller = identify(&app, &parts).await;
        if P::METERED {
            app.limits.admit(caller.as_ref().ok().map(|caller| caller.user), edge::client_address(&parts))?;
        }
        let access = admit::<P>(&app, caller, &mut parts).await?;
        let input = A::from_request(Request::from_parts(parts, body), &app)
            .await
            .map_err(IntoResponse::into_response);
        Ok::<_, Error>(match input {
            Ok(input) => handler(app.clone(), access, input).await.into_response(),
            Err(refusal) => refusal,
        })
    };
    outcome.await.unwrap_or_else(IntoResponse::into_response)
}

async fn identify(app: &App, parts: &http::request::Parts) -> Result<crate::identity::Caller, Error> {
    match bearer(parts) {
        None => Err(no_token()),
        Some(token) => Ok(app.identity.authenticate(token).await?),
    }
}

/// A path that is no operation.
async fn no_such_route(State(app): State<App>, request: Request) -> Response {
    let words = format!("{} is not an operation of this server", request.uri().path());
    refuse(&app, request, Error::new(Code::NoSuchRoute, words)).await
}

/// A method that the path's operations do not have.
async fn method_not_allowed(State(app): State<App>, request: Request) -> Response {
    let words = format!("{} is not allowed here; the Allow header lists what is", request.method());
    refuse(&app, request, Error::new(Code::MethodNotAllowed, words)).await
}

/// Refuses what no operation answers; counted, so that probing is limited like everything else.
async fn refuse(app: &App, request: Request, refusal: Error) -> Response {
    let (parts, _) = request.into_parts();
    let caller = identify(app, &parts).await.ok();
    let admitted = app.limits.admit(caller.map(|caller| caller.user), edge::client_address(&parts));
    admitted.err().unwrap_or(refusal).into_response()
}

fn all() -> Routes {
    [
        system::register,
        auth::register,
        profile::register,
        settings::register,
        clusters::register,
        workflows::register,
        templates::register,
        resources::register,
    ]
    .into_iter()
    .fold(Routes::default(), |routes, register| register(routes))
}

/// The access table: every operation this server answers.
pub fn table() -> Vec<Route> {
    all().table
}

pub(super) fn router() -> Router<App> {
    all().router.fallback(no_such_route).method_not_allowed_fallback(method_not_allowed)
}
