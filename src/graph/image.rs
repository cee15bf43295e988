//! Container image references, by Docker's grammar.

use super::syntax;

/// Why a text is no image reference, in words that follow `image`.
pub fn problem(reference: &str) -> Option<&'static str> {
    if reference.contains(char::is_whitespace) {
        return Some("must not contain blanks");
    }
    let (rest, digest) = match reference.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (reference, None),
    };
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return Some("has no valid digest; write it as sha256: and 64 hex digits");
    }
    let (name, tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return Some("has no valid tag; a tag has letters, digits, _ . and -, at most 128");
    }
    let (host, path) = split_host(name);
    if host.is_some_and(|host| !is_registry_host(host)) {
        return Some("has no valid registry host");
    }
    let path_is_legal = path.len() <= 255 && path.split('/').all(is_path_component);
    (!path_is_legal)
        .then_some("is not an image reference such as ghcr.io/owner/name:tag; names are lower case")
}

/// The registry host, when there is one, and the rest: the first segment is a host only if it contains `.` or `:` or
/// is `localhost` (engine.md 3.6).
pub fn split_host(reference: &str) -> (Option<&str>, &str) {
    match reference.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), rest),
        _ => (None, reference),
    }
}

fn is_registry_host(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    };
    let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let legal_name = match address {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => syntax::is_dns_subdomain(&name.to_ascii_lowercase()),
    };
    legal_name && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

fn is_tag(tag: &str) -> bool {
    (1..=128).contains(&tag.len())
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
        && !tag.starts_with(['.', '-'])
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let is_hex = hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_hex
        && match algorithm {
            "sha256" => hex.len() == 64,
            "sha512" => hex.len() == 128,
            _ => false,
        }
}

/// `[a-z0-9]+` joined by `.`, `_`, `__` or any number of `-`.
fn is_path_component(part: &str) -> bool {
    let alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ends = part.bytes().next().is_some_and(alphanumeric) && part.bytes().last().is_some_and(alphanumeric);
    ends && part
        .split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        .all(|joint| matches!(joint, "" | "." | "_" | "__") || joint.bytes().all(|b| b == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_people_write() {
        let digest = format!("a/b@sha256:{}", "0".repeat(64));
        for legal in [
            "nginx",
            "nginx:1.27",
            "library/nginx",
            "ghcr.io/o/n:1",
            "localhost:5000/x",
            "localhost/x",
            "registry:5000/a/b:T_1.0",
            "a__b/c-d--e.f",
            "[::1]:5000/x",
            "REGISTRY.example.com/x",
            &digest,
        ] {
            assert_eq!(problem(legal), None, "{legal}");
        }
    }

    #[test]
    fn what_is_no_reference() {
        for illegal in [
            "",
            " nginx",
            "ngi nx",
            "Nginx",
            "nginx:",
            "nginx:.a",
            "a//b",
            "/a",
            "a/",
            "a@sha256:12",
            "a:b:c",
            "a.-b",
            "a___b",
            "host.:x/y",
            "nginx\nimage: evil",
            "http://host/x",
            "é",
        ] {
            assert!(problem(illegal).is_some(), "{illegal}");
        }
    }

    #[test]
    fn hosts_by_dockers_rule() {
        assert_eq!(split_host("gcr.io/p/i"), (Some("gcr.io"), "p/i"));
        assert_eq!(split_host("registry:5000/i"), (Some("registry:5000"), "i"));
        assert_eq!(split_host("localhost/i"), (Some("localhost"), "i"));
        assert_eq!(split_host("owner/image"), (None, "owner/image"));
        assert_eq!(split_host("nginx:1.27"), (None, "nginx:1.27"));
    }
}
