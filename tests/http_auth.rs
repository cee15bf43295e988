//! `/v1/api/auth` as clients see it: registering, signing in, and the life of a session.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "http_auth/login.rs"]
mod login;
#[path = "http_auth/register.rs"]
mod register;
#[path = "http_auth/session.rs"]
mod session;
mod support;

use reqwest::Method;
use serde_json::Value;
use support::{Answer, TestServer};

/// Calls an operation of `/v1/api/auth` without a token.
async fn call(server: &TestServer, operation: &str, body: &Value) -> Answer {
    let answer = server.call(Method::POST, &format!("/v1/api/auth/{operation}"), None, Some(body)).await;
    if answer.status.is_client_error() {
        // The login form of the reference's console shows only `message`.
        assert_eq!(answer.json["message"], answer.json["error"]);
    }
    answer
}

/// The members that an answer complains about.
fn fields(answer: &Answer) -> Vec<String> {
    let details = answer.json["details"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    details.iter().map(|fault| fault["field"].as_str().unwrap().to_owned()).collect()
}

/// What `Retry-After` asks for, in seconds.
fn retry_after(answer: &Answer) -> u64 {
    answer.headers["retry-after"].to_str().unwrap().parse().unwrap()
}
