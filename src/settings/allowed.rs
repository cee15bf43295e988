//! `OUTBOUND_ALLOW`: the hosts and networks an administrator lets the server call although they are not public.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// One entry of `OUTBOUND_ALLOW`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// A host by name, whatever it resolves to.
    Host(String),
    /// Every name that ends with this, beginning with a dot: `*.example.com` is `.example.com`.
    Domain(String),
    /// Every address of a network.
    Network(IpNet),
}

/// The text is neither a host name, `*.domain`, an address nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a host name, `*.domain`, IP address or network such as 10.0.0.0/8")]
pub struct InvalidAllowed(String);

impl Allowed {
    /// Whether this entry covers `host`, which resolved to `address`.
    pub fn covers(&self, host: &str, address: IpAddr) -> bool {
        let host = host.trim_end_matches('.');
        match self {
            Self::Host(name) => host.eq_ignore_ascii_case(name),
            Self::Domain(suffix) => host.to_ascii_lowercase().ends_with(suffix),
            Self::Network(network) => network.contains(&address.to_canonical()),
        }
    }
}

impl FromStr for Allowed {
    type Err = InvalidAllowed;

    fn from_str(text: &str) -> Result<Self, InvalidAllowed> {
        let text = text.trim();
        if let Ok(network) = text.parse::<IpNet>() {
            return Ok(Self::Network(network));
        }
        if let Ok(address) = text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            return Ok(Self::Network(address.into()));
        }
        let (name, domain) = text.strip_prefix("*.").map_or((text, false), |rest| (rest, true));
        let label = |label: &str| {
            !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if !name.split('.').all(label) {
            return Err(InvalidAllowed(text.to_owned()));
        }
        let name = name.to_ascii_lowercase();
        Ok(if domain { Self::Domain(format!(".{name}")) } else { Self::Host(name) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(entry: &str, host: &str, address: &str) -> bool {
        entry.parse::<Allowed>().unwrap().covers(host, address.parse().unwrap())
    }

    #[test]
    fn an_entry_covers_what_it_names() {
        assert!(covers("Git.Internal", "git.internal.", "10.0.0.1"));
        assert!(!covers("git.internal", "evil.git.internal", "10.0.0.1"));
        assert!(covers("*.internal", "git.internal", "10.0.0.1"));
        assert!(!covers("*.internal", "internal", "10.0.0.1"));
        assert!(!covers("*.internal", "notinternal", "10.0.0.1"));
        assert!(covers("10.0.0.0/8", "any", "10.1.2.3"));
        assert!(covers("127.0.0.1", "localhost", "::ffff:127.0.0.1"));
        assert!(covers("[::1]", "localhost", "::1"));
        assert!(!covers("10.0.0.0/8", "any", "11.0.0.1"));
    }

    #[test]
    fn refuses_what_could_never_match() {
        for text in ["", "https://host", "host:80", "a..b", "10.0.0.0/33", "*"] {
            assert!(text.parse::<Allowed>().is_err(), "{text:?}");
        }
    }
}
