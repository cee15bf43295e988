//! The URL of an API server, checked.

use std::fmt;

use http::Uri;
use url::Url;

use super::invalid::Invalid;

/// The longest URL that is accepted, in characters.
const LONGEST: usize = 2048;

/// The URL of an API server: http or https, with a host, nothing secret in it, and not at an address that only
/// answers the machines of a cloud (engine.md 7.1). Names are checked again when they are resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl(Url);

impl ServerUrl {
    /// Checks `text`; plain http needs `insecure`.
    pub fn parse(text: &str, insecure: bool) -> Result<Self, Invalid> {
        let wrong = |reason: &str| Err(Invalid::new("server", reason));
        let text = text.trim();
        if text.is_empty() {
            return wrong("the URL of the API server is required, such as https://10.0.0.1:6443");
        }
        if text.chars().count() > LONGEST {
            return wrong("the URL is longer than 2048 characters");
        }
        let Ok(url) = Url::parse(text) else {
            return wrong("this is not a URL; write it as https://host:port");
        };
        let Some(host) = url.host_str() else {
            return wrong("the URL has no host; write it as https://host:port");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("the URL holds a user name or password; give credentials separately");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return wrong("the URL must end with the host, the port or a path");
        }
        match url.scheme() {
            "https" => {}
            "http" if insecure => {}
            "http" => return wrong("plain http needs `insecure: true`; everything is sent in the clear"),
            _ => return wrong("the URL must begin with https:// or http://"),
        }
        if let Err(refused) = super::guard().check_literal(host) {
            return Err(Invalid::new("server", refused.to_string()));
        }
        if url.as_str().parse::<Uri>().is_err() {
            return wrong("this is not a URL an API server can have");
        }
        Ok(Self(url))
    }

    /// The host, as it is written in the URL.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether this is plain http.
    pub fn is_plain_http(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// The text without the slash that ends a bare host.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, insecure: bool) -> Result<ServerUrl, Invalid> {
        ServerUrl::parse(text, insecure)
    }

    #[test]
    fn an_api_server_may_be_anywhere_people_run_one() {
        for text in [
            "https://10.0.0.1:6443",
            "https://127.0.0.1:6443",
            "https://0.0.0.0:6550",
            "https://k.example/a/b",
        ] {
            assert_eq!(parse(text, false).unwrap().as_str(), text);
        }
        assert_eq!(parse("  https://k8s.example/ ", false).unwrap().as_str(), "https://k8s.example");
    }

    #[test]
    fn plain_http_needs_insecure() {
        assert!(parse("http://10.0.0.1:8080", false).unwrap_err().to_string().contains("insecure"));
        assert!(parse("http://10.0.0.1:8080", true).is_ok());
    }

    #[test]
    fn metadata_addresses_are_refused_in_every_spelling() {
        for text in [
            "https://169.254.169.254/",
            "https://[fe80::1]:6443",
            "https://[::ffff:169.254.169.254]",
            "https://0xa9fea9fe",
            "https://2852039166",
        ] {
            assert!(parse(text, true).unwrap_err().to_string().contains("does not call"), "{text}");
        }
    }

    #[test]
    fn what_is_no_plain_web_url_is_refused_without_repeating_it() {
        for text in [
            "",
            "k8s:6443",
            "10.0.0.1:6443",
            "ftp://h",
            "https://u:hunter2@h",
            "https://h?token=hunter2",
            "https://",
        ] {
            let error = parse(text, true).unwrap_err().to_string();
            assert!(error.starts_with("server: ") && !error.contains("hunter2"), "{text}: {error}");
        }
    }
}
