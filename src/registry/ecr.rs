//! The 12-hour password of an AWS registry.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, header};
use moka::sync::Cache;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{Registry, sigv4};
use crate::clock::{Clock, Time};
use crate::id::RegistryId;
use crate::outbound::{Client, Request};

/// AWS lets a token live for 12 hours; an hour is left for whoever just got it.
const KEPT: Duration = Duration::from_hours(11);
/// More registries than any installation has.
const REGISTRIES: u64 = 1_000;
const TARGET: &str = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// An AWS access key, and where it is used.
pub(super) struct Key {
    pub(super) id: SecretString,
    pub(super) secret: SecretString,
    pub(super) region: String,
}

/// Tokens by registry and the time it was last changed, so that new credentials never meet an old token.
pub(super) struct Tokens {
    outbound: Client,
    clock: Clock,
    kept: Cache<(RegistryId, Time), SecretString>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    authorization_data: Vec<Authorization>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authorization {
    authorization_token: String,
}

impl Tokens {
    pub(super) fn new(outbound: Client, clock: Clock) -> Self {
        Self { outbound, clock, kept: Cache::builder().max_capacity(REGISTRIES).time_to_live(KEPT).build() }
    }

    /// The password for user `AWS`; the error is in words that hold no secret.
    pub(super) async fn token(&self, registry: &Registry, key: &Key) -> Result<SecretString, String> {
        let slot = (registry.id, registry.updated_at);
        if let Some(token) = self.kept.get(&slot) {
            return Ok(token);
        }
        if !is_region(&key.region) {
            return Err(format!("{:?} is not an AWS region", key.region));
        }
        let suffix = if key.region.starts_with("cn-") { ".cn" } else { "" };
        let host = format!("api.ecr.{}.amazonaws.com{suffix}", key.region);
        let token = self.ask(&host, key).await?;
        self.kept.insert(slot, token.clone());
        Ok(token)
    }

    async fn ask(&self, host: &str, key: &Key) -> Result<SecretString, String> {
        let body = "{}";
        let at = sigv4::timestamp(self.clock.now());
        let headers =
            [("content-type", CONTENT_TYPE), ("host", host), ("x-amz-date", &at), ("x-amz-target", TARGET)];
        let signature = sigv4::authorization(&sigv4::Signing {
            key_id: key.id.expose_secret(),
            secret: key.secret.expose_secret(),
            region: &key.region,
            service: "ecr",
            at: &at,
            headers: &headers,
            body,
        });
        let mut request = Request::post(format!("https://{host}/"))
            .json(&serde_json::json!({}))
            .map_err(|fault| fault.to_string())?
            .header(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE))
            .header(HeaderName::from_static("x-amz-target"), HeaderValue::from_static(TARGET));
        for (name, value) in [("x-amz-date", &at), ("authorization", &signature)] {
            let value = HeaderValue::from_str(value)
                .map_err(|_| "the access key has characters no header may hold")?;
            request = request.header(HeaderName::from_static(name), value);
        }
        let response = self.outbound.send(request).await.map_err(|fault| fault.to_string())?;
        if !response.status.is_success() {
            return Err(format!("it answered {}", response.status));
        }
        let answer: Answer = response.json().map_err(|fault| fault.to_string())?;
        let encoded = answer.authorization_data.into_iter().next().ok_or("the answer holds no token")?;
        let decoded = STANDARD.decode(encoded.authorization_token).map_err(|_| "the token is not base64")?;
        let text = String::from_utf8(decoded).map_err(|_| "the token is not a text")?;
        let token = text.strip_prefix("AWS:").ok_or("the token is not one of user AWS")?;
        Ok(token.into())
    }
}

/// `eu-central-1` and the like: it becomes part of a host name.
fn is_region(text: &str) -> bool {
    text.len() <= 64
        && text.matches('-').count() >= 2
        && text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_part_of_a_host_name_and_nothing_more() {
        assert!(is_region("eu-central-1") && is_region("us-gov-west-1") && is_region("cn-north-1"));
        for text in ["", "eu", "eu-central-1.evil.example", "eu-central-1/x", "EU-CENTRAL-1", "eu--1"] {
            assert!(!is_region(text), "{text:?}");
        }
    }
}
