//! The error catalogue: every way a request can fail, as one status, one stable code and words for people.

mod connection;
mod deploy;
mod event;
mod identity;
mod store;
mod workflow;

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

macro_rules! catalogue {
    ($($(#[$doc:meta])* $code:ident = $status:ident $slug:literal,)+) => {
        /// Why a request failed: the stable part of an error answer.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $code,)+
        }

        impl Code {
            /// The whole catalogue, for documentation and tests.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The slug on the wire.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$code => $slug,)+ }
            }

            /// The HTTP status it is answered with.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$code => StatusCode::$status,)+ }
            }
        }
    };
}

catalogue! {
    /// The body is not the JSON the operation takes.
    MalformedBody = BAD_REQUEST "malformed_body",
    /// A path parameter is not an id, or not a number.
    InvalidId = BAD_REQUEST "invalid_id",
    /// A query parameter is present and wrong.
    InvalidQuery = BAD_REQUEST "invalid_query",
    /// A member of the body breaks its rule.
    InvalidField = BAD_REQUEST "invalid_field",
    /// The body holds nothing that could be changed.
    NothingToChange = BAD_REQUEST "nothing_to_change",
    /// The request does not fit the state of the thing it names.
    WrongState = BAD_REQUEST "wrong_state",
    /// No token, or one that is not valid any more.
    Unauthenticated = UNAUTHORIZED "unauthenticated",
    /// Wrong email or password.
    WrongCredentials = UNAUTHORIZED "wrong_credentials",
    /// Signed in, but not allowed.
    Forbidden = FORBIDDEN "forbidden",
    /// Registration or password login is turned off.
    LoginDisabled = FORBIDDEN "login_disabled",
    /// The email's domain may not register here.
    DomainNotAllowed = FORBIDDEN "domain_not_allowed",
    /// The invite code is missing or wrong.
    InviteCodeInvalid = FORBIDDEN "invite_code_invalid",
    /// TLS verification may not be skipped on this server.
    InsecureTlsForbidden = FORBIDDEN "insecure_tls_forbidden",
    /// No such thing, or not the caller's.
    NotFound = NOT_FOUND "not_found",
    /// No operation has this path.
    NoSuchRoute = NOT_FOUND "no_such_route",
    /// The path exists, but not with this method.
    MethodNotAllowed = METHOD_NOT_ALLOWED "method_not_allowed",
    /// The request did not arrive in time.
    RequestTimeout = REQUEST_TIMEOUT "request_timeout",
    /// It exists already, or its state forbids this.
    Conflict = CONFLICT "conflict",
    /// A run of this workflow is in progress.
    RunInProgress = CONFLICT "run_in_progress",
    /// The workflow is archived.
    Archived = CONFLICT "archived",
    /// The body is larger than the operation takes.
    BodyTooLarge = PAYLOAD_TOO_LARGE "body_too_large",
    /// The run was recorded as failed before anything was applied.
    RunRefused = UNPROCESSABLE_ENTITY "run_refused",
    /// Too many requests; `Retry-After` says when to come back.
    RateLimited = TOO_MANY_REQUESTS "rate_limited",
    /// Too many failed attempts; `Retry-After` says when to come back.
    TooManyFailures = TOO_MANY_REQUESTS "too_many_failures",
    /// The user holds as many open streams as one user may.
    TooManyStreams = TOO_MANY_REQUESTS "too_many_streams",
    /// The run was recorded as failed while it was applied, or its cluster could not be reached.
    RunFailed = INTERNAL_SERVER_ERROR "run_failed",
    /// A fault of the server.
    Internal = INTERNAL_SERVER_ERROR "internal",
    /// The server cannot answer now: it is out of room, or stopping.
    Unavailable = SERVICE_UNAVAILABLE "unavailable",
    /// The Kubernetes API did not answer, or refused the credentials.
    ClusterUnreachable = SERVICE_UNAVAILABLE "cluster_unreachable",
}

/// A failed request: a [`Code`], words, and what else the wire shape of the operation wants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    code: Code,
    message: String,
    members: Map<String, Value>,
    retry_after: Option<Duration>,
}

impl Error {
    /// A failure with words that say what, why, and the way out.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), members: Map::new(), retry_after: None }
    }

    /// A body member that breaks its rule.
    pub fn field(field: &str, rule: impl std::fmt::Display) -> Self {
        Self::new(Code::InvalidField, format!("{field}: {rule}"))
            .with("details", serde_json::json!([{ "field": field, "message": rule.to_string() }]))
    }

    /// A fault of the server: the cause goes to the log, not to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(cause = %cause, "request failed");
        Self::new(
            Code::Internal,
            "the server failed to answer; its log has the cause under this answer's X-Request-Id",
        )
    }

    /// Adds a member to the answer, such as `details`, `issues` or `cluster`.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    /// Adds `Retry-After`, in whole seconds and at least one.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// The stable reason.
    pub fn code(&self) -> Code {
        self.code
    }
}

impl IntoResponse for Error {
    /// `{error, message, code, …}`: `message` repeats `error`, since the reference's login form reads only that.
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("error".to_owned(), self.message.clone().into());
        body.insert("message".to_owned(), self.message.into());
        body.insert("code".to_owned(), self.code.slug().into());
        body.extend(self.members);
        let mut response = (self.code.status(), Json(body)).into_response();
        if let Some(after) = self.retry_after {
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_unique_and_lower_case() {
        let mut slugs: Vec<_> = Code::ALL.iter().map(|code| code.slug()).collect();
        assert!(slugs.iter().all(|slug| slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), Code::ALL.len());
    }

    #[test]
    fn retry_after_is_in_whole_seconds_and_at_least_one() {
        let seconds = |after| {
            let response = Error::new(Code::RateLimited, "slow down").retry_after(after).into_response();
            response.headers()[header::RETRY_AFTER].to_str().unwrap().to_owned()
        };
        assert_eq!(seconds(Duration::from_millis(20)), "1");
        assert_eq!(seconds(Duration::from_millis(1_001)), "2");
        assert_eq!(seconds(Duration::ZERO), "1");
    }
}
