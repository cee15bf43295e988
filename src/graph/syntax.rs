//! The alphabets of Kubernetes: names, labels, variables, paths (engine.md 0.3, 0.4, 1.1).

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Longest DNS-1123 label, and longest label value.
pub const LABEL_CHARS: usize = 63;
/// Longest DNS-1123 subdomain.
pub const SUBDOMAIN_CHARS: usize = 253;

/// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, at most 63.
pub fn is_dns_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    bounded(text, LABEL_CHARS) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// A DNS label that starts with a letter, as Services need.
pub fn is_dns_1035_label(text: &str) -> bool {
    is_dns_label(text) && text.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Dot-separated labels of any length, at most 253 characters together.
pub fn is_dns_subdomain(text: &str) -> bool {
    let part = |part: &str| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !part.is_empty() && part.bytes().all(inner) && !part.starts_with('-') && !part.ends_with('-')
    };
    bounded(text, SUBDOMAIN_CHARS) && text.split('.').all(part)
}

/// A host name for routing: a subdomain, its first label may be `*`.
pub fn is_host(text: &str) -> bool {
    is_dns_subdomain(text.strip_prefix("*.").unwrap_or(text)) && text.parse::<std::net::Ipv4Addr>().is_err()
}

/// A label value: empty, or at most 63 of `[-A-Za-z0-9_.]` with alphanumerics at both ends.
pub fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_qualified_part(text)
}

/// A label or annotation key: a name of at most 63, optionally behind `<subdomain>/`.
pub fn is_label_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_dns_subdomain(prefix) && is_qualified_part(name),
        None => is_qualified_part(text),
    }
}

fn is_qualified_part(text: &str) -> bool {
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    bounded(text, LABEL_CHARS)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && edge(text.bytes().next())
        && edge(text.bytes().last())
}

/// `[-._A-Za-z][-._A-Za-z0-9]*`.
pub fn is_env_name(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    text.bytes().all(inner) && text.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}

/// A name every shell can read: `[A-Za-z_][A-Za-z0-9_]*`. Only such Secret keys become environment variables.
pub fn is_shell_name(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && text.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}

/// A key of a ConfigMap or Secret: `[-._a-zA-Z0-9]{1,253}`, and nothing that climbs out of a directory.
pub fn is_data_key(text: &str) -> bool {
    bounded(text, SUBDOMAIN_CHARS)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && text != "."
        && !text.starts_with("..")
}

/// A port name: at most 15 of `[-a-z0-9]` with a letter, no hyphen at an end and no two in a row.
pub fn is_port_name(text: &str) -> bool {
    bounded(text, 15)
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && text.bytes().any(|b| b.is_ascii_lowercase())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

/// What [`is_mount_path`] asks for, in words that follow the field.
pub const MOUNT_PATH_RULE: &str = "must be an absolute path without ':'";

/// A path inside a container: absolute, without `:`.
pub fn is_mount_path(text: &str) -> bool {
    text.starts_with('/') && !text.contains(':')
}

/// Whether a path has a `..` component.
pub fn climbs(path: &str) -> bool {
    path.split('/').any(|part| part == "..")
}

/// The first `digits` hex digits of a text's SHA-256.
pub fn short_hash(text: &str, digits: usize) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex.truncate(digits);
    hex
}

fn bounded(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_objects() {
        for legal in ["a", "0", "web-1", &"a".repeat(63)] {
            assert!(is_dns_label(legal), "{legal}");
        }
        for illegal in ["", "-a", "a-", "A", "a.b", "a_b", "é", "a\n", &"a".repeat(64)] {
            assert!(!is_dns_label(illegal), "{illegal}");
        }
        assert!(is_dns_1035_label("a1") && !is_dns_1035_label("1a"));
        assert!(is_dns_subdomain("agent.yaml") && !is_dns_subdomain("a..b") && !is_dns_subdomain("a.-b"));
        assert!(is_dns_subdomain(&"a".repeat(253)) && !is_dns_subdomain(&"a".repeat(254)));
    }

    #[test]
    fn labels() {
        for legal in ["", "1.0", "A_b-c.D", &"x".repeat(63)] {
            assert!(is_label_value(legal), "{legal}");
        }
        for illegal in [" ", "-x", "x.", "a b", "a/b", &"x".repeat(64)] {
            assert!(!is_label_value(illegal), "{illegal}");
        }
        assert!(is_label_key("app.kubernetes.io/name") && is_label_key("tier"));
        assert!(!is_label_key("") && !is_label_key("/a") && !is_label_key("a/") && !is_label_key("a/b/c"));
    }

    #[test]
    fn variables_keys_and_ports() {
        assert!(is_env_name("a.b-C_1") && !is_env_name("1A") && !is_env_name("") && !is_env_name("A B"));
        assert!(is_shell_name("_A1") && !is_shell_name("a.b") && !is_shell_name("1A"));
        assert!(is_data_key(".dockerconfigjson") && is_data_key("1"));
        assert!(!is_data_key("..") && !is_data_key(".") && !is_data_key("a b") && !is_data_key("a/b"));
        assert!(is_port_name("http-2") && !is_port_name("8080") && !is_port_name("a--b"));
        assert!(!is_port_name("a-name-too-long-"));
    }

    #[test]
    fn hosts() {
        assert!(is_host("shop.example.com") && is_host("*.example.com") && is_host("localhost"));
        assert!(!is_host("*") && !is_host("a.*.b") && !is_host("10.0.0.1") && !is_host("Shop.example.com"));
    }

    #[test]
    fn short_hashes_are_those_of_the_contract() {
        assert_eq!(short_hash("configMap/agent.yaml", 6), "e831f9");
        assert_eq!(short_hash("/etc/config", 6), "d20e9a");
    }
}
