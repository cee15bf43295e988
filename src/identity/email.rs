//! Email addresses, as accounts are known by.

use std::str::FromStr;

use email_address::{EmailAddress, Options};

use super::{User, Violation};
use crate::graph::syntax::is_dns_subdomain;

/// Longest address, in characters.
const LONGEST: usize = 254;

/// An email address: valid, trimmed, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Email(String);

impl Email {
    /// The email of an account, which was checked when the account was made.
    pub fn stored(user: &User) -> Self {
        Self(user.email.trim().to_lowercase())
    }

    /// The same, for an account that is made now: plain ASCII, at a domain that is spelled as it is looked up. Older
    /// accounts may hold others, and still sign in.
    pub fn for_a_new_account(self) -> Result<Self, Violation> {
        if self.0.is_ascii() && is_dns_subdomain(self.domain()) {
            return Ok(self);
        }
        let rule = "must be written in ASCII; a domain such as bücher.example is xn--bcher-kva.example";
        Err(Violation { field: "email", rule: rule.to_owned() })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl FromStr for Email {
    type Err = Violation;

    fn from_str(text: &str) -> Result<Self, Violation> {
        let wrong = |rule: &str| Err(Violation { field: "email", rule: rule.to_owned() });
        let text = text.trim();
        if text.is_empty() {
            return wrong("must not be empty");
        }
        if text.chars().count() > LONGEST {
            return wrong("must have at most 254 characters");
        }
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        match EmailAddress::parse_with_options(text, options) {
            Ok(_) => Ok(Self(text.to_lowercase())),
            Err(_) => wrong("must be an email address such as name@example.com"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_it_and_letter_case_say_nothing() {
        assert_eq!(" Ada@Example.COM\n".parse::<Email>().unwrap().as_str(), "ada@example.com");
        assert_eq!("a.b+c@mail.example.com".parse::<Email>().unwrap().domain(), "mail.example.com");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(243));
        for text in [
            "",
            "  ",
            "ada",
            "ada@",
            "@example.com",
            "ada@example",
            "a b@example.com",
            "ada@exa mple.com",
            "Ada <ada@example.com>",
            "ada@@example.com",
            "ada@example..com",
            "ada@[127.0.0.1]",
            &long,
        ] {
            assert!(text.parse::<Email>().is_err(), "{text:?}");
        }
    }
}
