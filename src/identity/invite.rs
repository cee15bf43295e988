//! Invite codes: what they look like and when two are the same.

use std::fmt;

use rand::TryRng;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Error;

/// Crockford's base32: no I, L, O and U, which are misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;

/// The code that admits new users.
#[derive(Clone)]
pub struct InviteCode(SecretString);

impl InviteCode {
    /// A new code, from the system's random numbers.
    pub(super) fn random() -> Result<Self, Error> {
        let mut bytes = [0; LENGTH];
        rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(Error::Random)?;
        let code: String = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
        Ok(Self(SecretString::from(code)))
    }

    /// Whether somebody presented this code, in any letter case. How long it takes says nothing about the code.
    pub(super) fn admits(&self, presented: &str) -> bool {
        digest(self.0.expose_secret()).ct_eq(&digest(presented)).into()
    }

    /// The code in the clear, for those who may invite.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<SecretString> for InviteCode {
    fn from(code: SecretString) -> Self {
        Self(code)
    }
}

impl fmt::Debug for InviteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteCode(***)")
    }
}

impl Serialize for InviteCode {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for InviteCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|code| Self(SecretString::from(code)))
    }
}

/// Of equal length whatever the code.
fn digest(code: &str) -> [u8; 32] {
    Sha256::digest(code.trim().to_uppercase()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_code_is_twelve_unmistakable_characters() {
        let code = InviteCode::random().unwrap();
        assert_eq!(code.expose().len(), 12);
        assert!(code.expose().bytes().all(|byte| ALPHABET.contains(&byte)));
        assert_ne!(code.expose(), InviteCode::random().unwrap().expose());
    }

    #[test]
    fn letter_case_says_nothing_and_everything_else_does() {
        let code = InviteCode::from(SecretString::from("Welcome-2026"));
        assert!(code.admits("welcome-2026"));
        assert!(code.admits("WELCOME-2026 "));
        for wrong in ["", "welcome-202", "welcome-20266", "welcome2026"] {
            assert!(!code.admits(wrong), "{wrong}");
        }
    }

    #[test]
    fn it_does_not_show_in_logs() {
        assert_eq!(format!("{:?}", InviteCode::from(SecretString::from("WELCOME"))), "InviteCode(***)");
    }
}
