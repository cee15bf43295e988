//! Bearer tokens: what they carry, and how they are signed and read (openapi.yaml, `AuthJwtClaims`).

use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Error, Role, TokenProblem};
use crate::clock::Time;
use crate::id::{SessionId, UserId};

/// How long a token counts, in seconds.
pub(super) const LIFETIME: i64 = 24 * 60 * 60;
/// How far clocks may be apart, in seconds.
const LEEWAY: i64 = 60;
/// Longest text that is looked at; ours are a third of it.
const LONGEST: usize = 2048;

/// What a token carries. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    pub user_id: UserId,
    pub email: String,
    pub role: Role,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    /// Tokens of the reference have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
    /// Tokens of the reference have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
}

impl Claims {
    /// Whether the token has begun to count.
    fn has_begun(&self, now: Time) -> bool {
        self.nbf <= now.as_seconds().saturating_add(LEEWAY)
    }

    /// Whether the token counts as proof of who calls.
    pub fn check_current(&self, now: Time) -> Result<(), TokenProblem> {
        if !self.has_begun(now) {
            return Err(TokenProblem::Foreign);
        }
        if now.as_seconds() > self.exp.saturating_add(LEEWAY) {
            return Err(TokenProblem::Expired);
        }
        Ok(())
    }

    /// Whether the token can be traded for a new one; `window` is counted from its expiry.
    pub fn check_refreshable(&self, now: Time, window: std::time::Duration) -> Result<(), TokenProblem> {
        if !self.has_begun(now) {
            return Err(TokenProblem::Foreign);
        }
        let window = i64::try_from(window.as_secs()).unwrap_or(i64::MAX);
        if now.as_seconds() > self.exp.saturating_add(window) {
            return Err(TokenProblem::Expired);
        }
        Ok(())
    }

    /// When the user proved who they are; for a token of the reference, when it was issued.
    pub fn signed_in_at(&self) -> Time {
        Time::from_millis(self.auth_time.unwrap_or(self.iat).saturating_mul(1000))
    }
}

/// Signs and reads tokens.
pub(super) struct Keys {
    sign: EncodingKey,
    read: DecodingKey,
    validation: Validation,
}

impl Keys {
    pub fn new(secret: &SecretString) -> Self {
        let secret = secret.expose_secret().as_bytes();
        let mut validation = Validation::new(Algorithm::HS256);
        // Times are checked against our own clock, by the use that is made of the token.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self { sign: EncodingKey::from_secret(secret), read: DecodingKey::from_secret(secret), validation }
    }

    pub fn sign(&self, claims: &Claims) -> Result<String, Error> {
        encode(&Header::new(Algorithm::HS256), claims, &self.sign).map_err(Error::Sign)
    }

    /// The claims of a token this server, or the reference with the same secret, signed; however old they are.
    pub fn read(&self, token: &str) -> Result<Claims, TokenProblem> {
        if token.len() > LONGEST {
            return Err(TokenProblem::Foreign);
        }
        decode(token, &self.read, &self.validation)
            .map(|token| token.claims)
            .map_err(|_| TokenProblem::Foreign)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// The session that a token without one stands for: always the same for the same token, so that it can be ended.
pub(super) fn implied_session(token: &str) -> SessionId {
    let mut id = [0; 12];
    id.copy_from_slice(&Sha256::digest(token)[..12]);
    bson::oid::ObjectId::from_bytes(id).into()
}
