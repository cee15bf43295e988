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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn keys() -> Keys {
        Keys::new(&SECRET.into())
    }

    fn claims() -> Claims {
        Claims {
            user_id: UserId::new(),
            email: "ada@example.com".to_owned(),
            role: Role::User,
            iat: 1_800_000_000,
            nbf: 1_800_000_000,
            exp: 1_800_086_400,
            sid: Some(SessionId::new()),
            auth_time: Some(1_800_000_000),
        }
    }

    fn signed_as(algorithm: Algorithm) -> String {
        encode(&Header::new(algorithm), &claims(), &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
    }

    fn part(json: &str) -> String {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json)
    }

    #[test]
    fn what_was_signed_is_read() {
        let claims = claims();
        assert_eq!(keys().read(&keys().sign(&claims).unwrap()), Ok(claims));
    }

    #[test]
    fn only_hs256_with_our_secret_counts() {
        assert!(keys().read(&signed_as(Algorithm::HS256)).is_ok());
        for other in [Algorithm::HS384, Algorithm::HS512] {
            assert_eq!(keys().read(&signed_as(other)), Err(TokenProblem::Foreign), "{other:?}");
        }
        let foreign = Keys::new(&"another secret".into()).sign(&claims()).unwrap();
        assert_eq!(keys().read(&foreign), Err(TokenProblem::Foreign));
    }

    #[test]
    fn a_header_that_names_another_algorithm_does_not_help() {
        let token = signed_as(Algorithm::HS256);
        let (_, rest) = token.split_once('.').unwrap();
        let (payload, signature) = rest.split_once('.').unwrap();
        for algorithm in ["none", "None", "", "HS512", "RS256", "ES256", "EdDSA", "hs256"] {
            let header = part(&format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#));
            for signature in [signature, ""] {
                let forged = format!("{header}.{payload}.{signature}");
                assert_eq!(keys().read(&forged), Err(TokenProblem::Foreign), "{algorithm}");
            }
        }
    }

    #[test]
    fn a_claim_of_the_wrong_shape_is_no_claim() {
        for payload in
            ["{}", "[]", "null", r#"{"user_id":"x","email":"","role":"root","iat":0,"nbf":0,"exp":0}"#]
        {
            let value: serde_json::Value = serde_json::from_str(payload).unwrap();
            let key = EncodingKey::from_secret(SECRET.as_bytes());
            let token = encode(&Header::new(Algorithm::HS256), &value, &key).unwrap();
            assert_eq!(keys().read(&token), Err(TokenProblem::Foreign), "{payload}");
        }
    }

    #[test]
    fn times_at_the_end_of_what_a_number_holds_do_not_overflow() {
        let now = Time::from_millis(1_800_000_000_000);
        let never = Claims { exp: i64::MIN, ..claims() };
        assert_eq!(never.check_refreshable(now, std::time::Duration::MAX), Err(TokenProblem::Expired));
        let always = Claims { exp: i64::MAX, ..claims() };
        assert_eq!(always.check_current(now), Ok(()));
        let early = Claims { nbf: i64::MAX, auth_time: Some(i64::MAX), ..claims() };
        assert_eq!(early.check_current(now), Err(TokenProblem::Foreign));
        assert!(early.signed_in_at() > now);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,300}") {
            prop_assert_eq!(keys().read(&text), Err(TokenProblem::Foreign));
        }

        #[test]
        fn any_three_parts_are_read_without_a_panic(header in ".*", payload in ".*", signature in ".*") {
            let token = format!("{}.{}.{}", part(&header), part(&payload), part(&signature));
            prop_assert_eq!(keys().read(&token), Err(TokenProblem::Foreign));
        }

        #[test]
        fn a_token_with_one_changed_character_is_refused(at in any::<prop::sample::Index>(), by in 1_usize..64) {
            const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let mut token = signed_as(Algorithm::HS256).into_bytes();
            let at = at.index(token.len());
            if let Some(old) = ALPHABET.iter().position(|letter| *letter == token[at]) {
                token[at] = ALPHABET[(old + by) % 64];
                let token = String::from_utf8(token).unwrap();
                prop_assert_eq!(keys().read(&token), Err(TokenProblem::Foreign));
            }
        }

        #[test]
        fn a_token_cut_or_filled_anywhere_is_refused(
            from in any::<prop::sample::Index>(),
            to in any::<prop::sample::Index>(),
            with in "[A-Za-z0-9_=. -]{0,20}",
        ) {
            let token = signed_as(Algorithm::HS256);
            let (from, to) = (from.index(token.len() + 1), to.index(token.len() + 1));
            let (from, to) = (from.min(to), from.max(to));
            let altered = format!("{}{with}{}", &token[..from], &token[to..]);
            prop_assume!(altered != token);
            prop_assert_eq!(keys().read(&altered), Err(TokenProblem::Foreign));
        }

        #[test]
        fn a_signature_vouches_for_its_own_claims_only(exp in any::<i64>(), admin in any::<bool>()) {
            let role = if admin { Role::Admin } else { Role::User };
            let honest = keys().sign(&claims()).unwrap();
            let wished = keys().sign(&Claims { role, exp, ..claims() }).unwrap();
            let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
            let (honest, wished) = (parts(&honest), parts(&wished));
            let mixed = format!("{}.{}.{}", honest[0], wished[1], honest[2]);
            prop_assert_eq!(keys().read(&mixed), Err(TokenProblem::Foreign));
        }
    }
}
