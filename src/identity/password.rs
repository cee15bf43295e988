//! Passwords as people choose and type them.

use secrecy::{ExposeSecret, SecretString};

use super::Violation;

/// Shortest password anybody can have, in characters.
pub(super) const SHORTEST: usize = 6;
/// Longest password, in characters.
const LONGEST: usize = 128;

/// Whether a text can be a password of at least `shortest` characters; `field` is its name on the wire.
pub(super) fn check(field: &'static str, password: &SecretString, shortest: usize) -> Result<(), Violation> {
    let wrong = |rule: String| Err(Violation { field, rule });
    match password.expose_secret().chars().count() {
        0 => wrong("must not be empty".to_owned()),
        length if length < shortest => wrong(format!("must have at least {shortest} characters")),
        length if length > LONGEST => wrong(format!("must have at most {LONGEST} characters")),
        _ => Ok(()),
    }
}
