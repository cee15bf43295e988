//! What can go wrong at the door to a cluster. Every message is redacted where it is made.

use http::StatusCode;
use serde::Deserialize;

use super::invalid::Invalid;
use crate::outbound::{self, Refused};
use crate::redact;

/// The longest message that is taken over from an API server, in characters.
const LONGEST: usize = 2000;

/// A request to a cluster that failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The credentials cannot make a client.
    #[error("the credentials cannot be used: {0}")]
    Unusable(#[from] Invalid),
    /// The name of the server resolves to an address that is never called.
    #[error("{0}")]
    Refused(#[from] Refused),
    /// No connection: resolution, refusal, reset.
    #[error("{host} is not reachable: {reason}")]
    Unreachable {
        /// The API server.
        host: String,
        /// The innermost cause.
        reason: String,
    },
    /// No answer in time.
    #[error("{host} did not answer in time")]
    Timeout {
        /// The API server.
        host: String,
    },
    /// The certificate of one side was not accepted.
    #[error("no trusted TLS connection to {host}: {reason}")]
    Tls {
        /// The API server.
        host: String,
        /// What TLS said.
        reason: String,
    },
    /// The identity provider did not give an identity token.
    #[error("the identity provider refused the sign-in: {0}")]
    SignInRefused(String),
    /// The identity provider did not answer, or answered with a fault of its own.
    #[error("the identity provider is not reachable: {0}")]
    SignInUnreachable(String),
    /// 401: the API server does not know who this is.
    #[error("the cluster does not accept the credentials: {0}")]
    Unauthorized(String),
    /// 403: known, but not allowed.
    #[error("not allowed in the cluster: {0}")]
    Forbidden(String),
    /// 404: no such object or path.
    #[error("not found in the cluster: {0}")]
    NotFound(String),
    /// 409: exists already, or changed in between.
    #[error("conflict in the cluster: {0}")]
    Conflict(String),
    /// 410: the resource version is too old; read again.
    #[error("the cluster no longer holds that version: {0}")]
    Gone(String),
    /// 400 or 422: the API server refuses the object or the request.
    #[error("{message}")]
    Invalid {
        /// What the API server said.
        message: String,
        /// The fields it named.
        causes: Vec<Cause>,
    },
    /// 429: the API server is busy.
    #[error("the cluster is too busy: {0}")]
    Busy(String),
    /// Any other status that is an error.
    #[error("the cluster answered {status}: {message}")]
    Status {
        /// The HTTP status.
        status: StatusCode,
        /// What the API server said.
        message: String,
    },
    /// An answer that is not what the Kubernetes API sends.
    #[error("{host} does not answer like a Kubernetes API server: {reason}")]
    Unexpected {
        /// The API server.
        host: String,
        /// What was wrong with it.
        reason: String,
    },
    /// The cluster does not serve this kind.
    #[error("the cluster does not know the kind {kind} of {api_version}")]
    UnknownKind {
        /// Group and version.
        api_version: String,
        /// The kind.
        kind: String,
    },
}

/// One field an API server complained about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Cause {
    /// Path of the field, such as `spec.replicas`.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
    /// The machine's word for it, such as `FieldValueRequired`.
    pub reason: String,
}

/// The part of `metav1.Status` that is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Status {
    pub code: u16,
    message: Option<String>,
    details: Details,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Details {
    causes: Vec<Cause>,
}

impl Error {
    /// Whether another try can help (engine.md 3.4): 409, 429, 5xx and transport errors.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::SignInUnreachable(_)
            | Self::Conflict(_)
            | Self::Busy(_) => true,
            Self::Status { status, .. } => status.is_server_error(),
            Self::Unusable(_)
            | Self::Refused(_)
            | Self::Tls { .. }
            | Self::SignInRefused(_)
            | Self::Unauthorized(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Gone(_)
            | Self::Invalid { .. }
            | Self::Unexpected { .. }
            | Self::UnknownKind { .. } => false,
        }
    }

    /// Whether the object or path does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound(_))
    }

    /// Reads an answer that is an error.
    pub(super) fn from_answer(status: StatusCode, body: &[u8]) -> Self {
        let told: Status = serde_json::from_slice(body).unwrap_or_else(|_| Status {
            message: Some(String::from_utf8_lossy(body).trim().to_owned()),
            ..Status::default()
        });
        Self::from_status(status, told)
    }

    /// Reads a `Status` object.
    pub(super) fn from_status(status: StatusCode, told: Status) -> Self {
        let message = told.message.filter(|message| !message.is_empty());
        let message =
            message.unwrap_or_else(|| status.canonical_reason().unwrap_or("no reason given").to_owned());
        let message = redact::cut(&redact::text(&message), LONGEST);
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthorized(message),
            StatusCode::FORBIDDEN => Self::Forbidden(message),
            StatusCode::NOT_FOUND => Self::NotFound(message),
            StatusCode::CONFLICT => Self::Conflict(message),
            StatusCode::GONE => Self::Gone(message),
            StatusCode::TOO_MANY_REQUESTS => Self::Busy(message),
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
                let causes = told.details.causes.into_iter().map(|cause| Cause {
                    message: redact::cut(&redact::text(&cause.message), LONGEST),
                    ..cause
                });
                Self::Invalid { message, causes: causes.collect() }
            }
            _ => Self::Status { status, message },
        }
    }

    /// Reads the cause out of what the HTTP stack reports.
    pub(super) fn from_transport(error: &(dyn std::error::Error + 'static), host: &str) -> Self {
        let host = host.to_owned();
        if let Some(own) = outbound::find_cause::<Self>(error) {
            return own.clone();
        }
        if let Some(refused) = outbound::find_cause::<Refused>(error) {
            return Self::Refused(refused.clone());
        }
        if let Some(tls) = outbound::find_cause::<rustls::Error>(error) {
            return Self::Tls { host, reason: redact::text(&tls.to_string()) };
        }
        let timed_out = |error: &std::io::Error| error.kind() == std::io::ErrorKind::TimedOut;
        if outbound::find_cause::<std::io::Error>(error).is_some_and(timed_out) {
            return Self::Timeout { host };
        }
        Self::Unreachable { host, reason: redact::text(&outbound::innermost(error)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Error {
        Error::from_answer(StatusCode::from_u16(status).unwrap(), body.as_bytes())
    }

    #[test]
    fn a_status_object_gives_its_message_and_the_fields() {
        let body = r#"{"kind":"Status","message":"Deployment \"web\" is invalid","code":422,
            "details":{"causes":[{"field":"spec.replicas","message":"must be >= 0","reason":"FieldValueInvalid"}]}}"#;
        let Error::Invalid { message, causes } = answer(422, body) else { panic!("not invalid") };
        assert_eq!(message, "Deployment \"web\" is invalid");
        assert_eq!(causes[0].field, "spec.replicas");
    }

    #[test]
    fn messages_are_redacted() {
        let error = answer(403, "no entry for Bearer abc123 with password=hunter2");
        assert_eq!(
            error.to_string(),
            "not allowed in the cluster: no entry for Bearer *** with password=***"
        );
    }

    #[test]
    fn only_what_can_pass_is_tried_again() {
        for (status, again) in
            [(409, true), (429, true), (500, true), (503, true), (400, false), (401, false)]
        {
            assert_eq!(answer(status, "{}").is_temporary(), again, "{status}");
        }
        for status in [403, 404, 410, 422] {
            assert!(!answer(status, "").is_temporary(), "{status}");
        }
    }
}
