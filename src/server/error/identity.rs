//! What a client is told when identity refuses.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Code, Error};
use crate::identity;

impl From<identity::Error> for Error {
    fn from(cause: identity::Error) -> Self {
        let words = cause.to_string();
        match cause {
            identity::Error::Invalid(violations) => {
                let fields: Vec<Value> = violations
                    .iter()
                    .map(|violation| json!({"field": violation.field, "message": violation.rule}))
                    .collect();
                Self::new(Code::InvalidField, words).with("details", fields)
            }
            identity::Error::WrongPassword => {
                let fault = json!([{"field": "currentPassword", "message": words}]);
                Self::new(Code::InvalidField, words).with("details", fault)
            }
            identity::Error::NoPassword { .. } => Self::new(Code::WrongState, words),
            identity::Error::LoginDisabled | identity::Error::SignupDisabled => {
                Self::new(Code::LoginDisabled, words)
            }
            identity::Error::DomainNotAllowed { .. } => Self::new(Code::DomainNotAllowed, words),
            identity::Error::InviteCode { .. } => Self::new(Code::InviteCodeInvalid, words),
            identity::Error::EmailTaken => Self::new(Code::Conflict, words),
            identity::Error::WrongCredentials => Self::new(Code::WrongCredentials, words),
            identity::Error::Token(_) => Self::new(Code::Unauthenticated, words),
            identity::Error::TooManyFailures { retry_after } => {
                Self::new(Code::TooManyFailures, words).retry_after(retry_after)
            }
            identity::Error::TooManyCalls { retry_after } => {
                Self::new(Code::RateLimited, words).retry_after(retry_after)
            }
            identity::Error::Busy => Self::new(Code::Unavailable, words).retry_after(Duration::from_secs(1)),
            identity::Error::Store(cause) => cause.into(),
            identity::Error::Hash(_)
            | identity::Error::Broken(_)
            | identity::Error::Sign(_)
            | identity::Error::Random(_) => Self::internal(words),
        }
    }
}
