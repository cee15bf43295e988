//! Pictures for users without one.

use md5::{Digest, Md5};

/// The address of the picture gravatar.com has, or draws, for an email.
pub(super) fn url(email: &str) -> String {
    let hash = Md5::digest(email.trim().to_lowercase());
    format!("https://www.gravatar.com/avatar/{}?s=200&d=identicon", hex::encode(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_of_the_trimmed_lower_case_email() {
        // The example of gravatar's own documentation of MD5 hashes.
        let expected = "https://www.gravatar.com/avatar/0bc83cb571cd1c50ba6f3e8a78ef1346?s=200&d=identicon";
        assert_eq!(url("myemailaddress@example.com"), expected);
        assert_eq!(url(" MyEmailAddress@example.com "), expected);
    }
}
