//! Secrets at rest: AES-256-GCM under the server's `ENCRYPTION_KEY` (openapi `ClusterCredentials`, "Storage").
//!
//! A value of the reference is `base64(nonce ‖ ciphertext ‖ tag)`. Ours is the same behind `v1:<key id>:`, with the
//! record's id and the field's name as additional authenticated data, so that a stored value opens only where it was
//! put. Both are read; the key id tells which of several keys sealed a value, so keys can be changed one by one.

use std::fmt;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInOut, Generate, KeyInit, Nonce};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use bson::oid::ObjectId;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const PREFIX: &str = "v1:";
const NONCE: usize = 12;
const TAG: usize = 16;

/// As lenient as the reference's decoder.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Why a secret was not sealed or opened. Never holds a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A key is the empty text.
    #[error(
        "the encryption key is empty: set ENCRYPTION_KEY, for example to the output of `openssl rand -base64 32`"
    )]
    EmptyKey,
    /// The value names a key that was not given.
    #[error(
        "the stored secret was sealed with another key: restore the ENCRYPTION_KEY it was saved under, or enter the secret again"
    )]
    UnknownKey,
    /// The value does not open with the key.
    #[error(
        "the stored secret does not open: it was altered, moved from another record, or sealed with another \
         ENCRYPTION_KEY; restore that key, or enter the secret again"
    )]
    Refused,
    /// The value is not in either format.
    #[error("the stored secret is not in a known format: enter it again")]
    Malformed,
    /// The system gave no random bytes, or the secret is too long to seal.
    #[error("the secret cannot be sealed: the system's random number generator failed, or it is too long")]
    Unsealable,
}

/// A secret as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(***)")
    }
}

/// A sealed value is compared and written as the text it is stored as.
impl From<&Sealed> for super::Scalar {
    fn from(sealed: &Sealed) -> Self {
        Self::Text(sealed.0.clone())
    }
}

/// Where a sealed value belongs: the record that holds it, and the field. Items of a list are sealed one by one,
/// under the name of the list and their position (`env[2]`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context<'a> {
    record: ObjectId,
    field: &'a str,
}

impl<'a> Context<'a> {
    /// The field `field` of the record `record`.
    pub fn new(record: impl Into<ObjectId>, field: &'a str) -> Self {
        Self { record: record.into(), field }
    }

    /// The id has a fixed length, so no two contexts give the same bytes.
    fn bytes(self) -> Vec<u8> {
        [self.record.to_hex().as_bytes(), self.field.as_bytes()].concat()
    }
}

/// Seals with the current key; opens with that and older ones.
pub struct Sealer {
    current: Key,
    old: Vec<Key>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(***)")
    }
}

impl Sealer {
    /// A sealer under `current`, the `ENCRYPTION_KEY`, that still opens what was sealed under the `old` ones.
    pub fn new(current: &SecretString, old: &[SecretString]) -> Result<Self, Error> {
        Ok(Self { current: Key::of(current)?, old: old.iter().map(Key::of).collect::<Result<_, _>>()? })
    }

    /// Seals `secret` for `context`, under a fresh nonce.
    pub fn seal(&self, secret: &SecretString, context: Context<'_>) -> Result<Sealed, Error> {
        let nonce = Nonce::<Aes256Gcm>::try_generate().map_err(|_| Error::Unsealable)?;
        let mut message = Zeroizing::new(Vec::with_capacity(secret.expose_secret().len() + TAG));
        message.extend_from_slice(secret.expose_secret().as_bytes());
        self.current
            .cipher
            .encrypt_in_place(&nonce, &context.bytes(), &mut *message)
            .map_err(|_| Error::Unsealable)?;
        let encoded = BASE64.encode([nonce.as_slice(), message.as_slice()].concat());
        Ok(Sealed(format!("{PREFIX}{}:{encoded}", self.current.id)))
    }

    /// Opens what was sealed for `context`, or what the reference sealed. An empty value, which the reference stores
    /// for a secret that was not given, opens as an empty secret.
    pub fn open(&self, sealed: &Sealed, context: Context<'_>) -> Result<SecretString, Error> {
        let mut keys = std::iter::once(&self.current).chain(&self.old);
        let Some(ours) = sealed.0.strip_prefix(PREFIX) else {
            if sealed.0.is_empty() {
                return Ok(SecretString::default());
            }
            let message = decode(&sealed.0)?;
            if message.len() < NONCE + TAG {
                return Err(Error::Malformed);
            }
            return keys.find_map(|key| key.open(&message, b"").ok()).ok_or(Error::Refused);
        };
        let (id, encoded) = ours.split_once(':').ok_or(Error::Malformed)?;
        let key = keys.find(|key| key.id == id).ok_or(Error::UnknownKey)?;
        key.open(&decode(encoded)?, &context.bytes())
    }
}

struct Key {
    id: String,
    cipher: Aes256Gcm,
}

impl Key {
    /// The key a setting stands for: the 32 bytes it encodes in base64, otherwise the SHA-256 of its text.
    fn of(setting: &SecretString) -> Result<Self, Error> {
        let text = setting.expose_secret();
        if text.is_empty() {
            return Err(Error::EmptyKey);
        }
        let mut key = Zeroizing::new([0; 32]);
        match decode(text) {
            Ok(bytes) if bytes.len() == key.len() => key.copy_from_slice(&bytes),
            _ => key.copy_from_slice(&Sha256::digest(text.as_bytes())),
        }
        let digest = Sha256::new().chain_update("orchcli key id:").chain_update(*key).finalize();
        Ok(Self { id: hex::encode(&digest[..4]), cipher: Aes256Gcm::new((&*key).into()) })
    }

    fn open(&self, message: &[u8], associated: &[u8]) -> Result<SecretString, Error> {
        let (nonce, sealed) = message.split_at_checked(NONCE).ok_or(Error::Malformed)?;
        let nonce = Nonce::<Aes256Gcm>::try_from(nonce).map_err(|_| Error::Malformed)?;
        let mut secret = Zeroizing::new(sealed.to_vec());
        self.cipher.decrypt_in_place(&nonce, associated, &mut *secret).map_err(|_| Error::Refused)?;
        std::str::from_utf8(&secret).map(SecretString::from).map_err(|_| Error::Malformed)
    }
}

/// Decodes base64 as the reference does, which passes over line ends.
fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let text = Zeroizing::new(text.replace(['\r', '\n'], ""));
    BASE64.decode(text.as_bytes()).map(Zeroizing::new).map_err(|_| Error::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ClusterId;

    fn sealer(key: &str) -> Sealer {
        Sealer::new(&key.into(), &[]).unwrap()
    }

    /// The form of the key the reference's installer writes, and "kube-token" as a Go program seals it under that key.
    const HEX_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    const UNDER_HEX_KEY: &str = "AAECAwQFBgcICQoLyFqCs+EvuszTRvFMTmV6fQUHhGxUJrezzko=";

    /// 32 bytes in base64, and the same secret under these bytes.
    const BYTES_KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    const UNDER_BYTES_KEY: &str = "AAECAwQFBgcICQoLc/SLFTB9tiIS3IMa6YbbnHdZcy4XLy9QiQc=";

    fn sealed(text: &str) -> Sealed {
        Sealed(text.to_owned())
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_only() {
        let (guard, id) = (sealer("key"), ClusterId::new());
        let token = Context::new(id, "token");
        let value = guard.seal(&"s3cret".into(), token).unwrap();
        assert_eq!(guard.open(&value, token).unwrap().expose_secret(), "s3cret");
        let elsewhere = [Context::new(id, "password"), Context::new(ClusterId::new(), "token")];
        for place in elsewhere {
            assert_eq!(guard.open(&value, place).unwrap_err(), Error::Refused);
        }
    }

    #[test]
    fn equal_secrets_look_different() {
        let (guard, context) = (sealer("key"), Context::new(ClusterId::new(), "token"));
        let seal = || guard.seal(&"same".into(), context).unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn nothing_of_a_secret_is_shown() {
        let guard = sealer("key");
        let value = guard.seal(&"s3cret".into(), Context::new(ClusterId::new(), "token")).unwrap();
        assert_eq!(format!("{value:?} {guard:?}"), "Sealed(***) Sealer(***)");
    }

    #[test]
    fn values_of_the_reference_open_with_either_form_of_key() {
        let context = Context::new(ClusterId::new(), "token");
        let open = |key, value| sealer(key).open(&sealed(value), context);
        assert_eq!(open(HEX_KEY, UNDER_HEX_KEY).unwrap().expose_secret(), "kube-token");
        assert_eq!(open(BYTES_KEY, UNDER_BYTES_KEY).unwrap().expose_secret(), "kube-token");
        assert_eq!(open(BYTES_KEY, UNDER_HEX_KEY).unwrap_err(), Error::Refused);
        assert_eq!(Sealer::new(&"".into(), &[]).unwrap_err(), Error::EmptyKey);
    }

    #[test]
    fn old_keys_open_and_the_current_one_seals() {
        let context = Context::new(ClusterId::new(), "token");
        let before = sealer(HEX_KEY).seal(&"s3cret".into(), context).unwrap();
        let rotated = Sealer::new(&"new".into(), &[HEX_KEY.into()]).unwrap();
        assert_eq!(rotated.open(&before, context).unwrap().expose_secret(), "s3cret");
        assert_eq!(rotated.open(&sealed(UNDER_HEX_KEY), context).unwrap().expose_secret(), "kube-token");

        let after = rotated.seal(&"s3cret".into(), context).unwrap();
        assert_eq!(sealer("new").open(&after, context).unwrap().expose_secret(), "s3cret");
        assert_eq!(sealer(HEX_KEY).open(&after, context).unwrap_err(), Error::UnknownKey);
    }

    #[test]
    fn damaged_values_are_refused() {
        let (guard, context) = (sealer("key"), Context::new(ClusterId::new(), "token"));
        let Sealed(whole) = guard.seal(&"s3cret".into(), context).unwrap();
        let cut = &whole[..whole.len() - 4];
        let (start, end) = whole.split_at(20);
        let altered = format!("{start}{}{}", if end.starts_with('A') { 'B' } else { 'A' }, &end[1..]);
        let open = |text: &str| guard.open(&sealed(text), context).unwrap_err();
        assert_eq!(open(cut), Error::Refused);
        assert_eq!(open(&altered), Error::Refused);
        assert_eq!(open("v1:"), Error::Malformed);
        assert_eq!(open("v1:00000000:AAAA"), Error::UnknownKey);
        assert_eq!(open("plain text"), Error::Malformed);
        assert_eq!(open("AAAA"), Error::Malformed);
    }

    #[test]
    fn an_empty_value_of_the_reference_is_an_empty_secret() {
        let context = Context::new(ClusterId::new(), "token");
        assert_eq!(sealer("key").open(&sealed(""), context).unwrap().expose_secret(), "");
    }
}
