//! What a setting's text may say, and what it means.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use jiff::SignedDuration;
use secrecy::SecretString;
use url::{Host, Url};

use super::{Allowed, ConsolePort, LogFormat, LogLevel, Store};

/// Why a text is not a value: words that go on after the text itself, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong with it, without repeating it ("is not a port").
    pub why: &'static str,
    /// What to write instead.
    pub hint: &'static str,
}

type Read<T> = Result<T, Wrong>;

const fn wrong<T>(why: &'static str, hint: &'static str) -> Read<T> {
    Err(Wrong { why, hint })
}

/// A host to listen on: an address, bare or in brackets, or a name.
pub fn host(text: &str) -> Read<String> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if bare.parse::<Ipv6Addr>().is_ok() || Host::parse(text).is_ok() {
        return Ok(bare.to_owned());
    }
    wrong("is not an address or a host name", "use an address of this machine, such as 127.0.0.1 or 0.0.0.0")
}

/// A port; 0 asks for any free one.
pub fn port(text: &str) -> Read<u16> {
    text.parse().or_else(|_| wrong("is not a port", "use a number from 0 to 65535; 0 takes any free port"))
}

/// Where the console is served.
pub fn console_port(text: &str) -> Read<ConsolePort> {
    match text.to_ascii_lowercase().as_str() {
        "same" => Ok(ConsolePort::Same),
        "off" => Ok(ConsolePort::Off),
        number => number.parse().map(ConsolePort::Own).or_else(|_| {
            wrong("is not a place for the console", "use same, off, or a port number from 0 to 65535")
        }),
    }
}

/// `GIN_MODE`: whether it is release mode.
pub fn release(text: &str) -> Read<bool> {
    match text.to_ascii_lowercase().as_str() {
        "release" => Ok(true),
        "debug" | "test" => Ok(false),
        _ => wrong("is not a mode", "use debug or release"),
    }
}

/// A log level, with the names the reference's logger knows.
pub fn log_level(text: &str) -> Read<LogLevel> {
    match text.to_ascii_lowercase().as_str() {
        "error" | "fatal" | "panic" => Ok(LogLevel::Error),
        "warn" | "warning" => Ok(LogLevel::Warn),
        "info" => Ok(LogLevel::Info),
        "debug" => Ok(LogLevel::Debug),
        "trace" => Ok(LogLevel::Trace),
        _ => wrong("is not a log level", "use error, warn, info, debug or trace"),
    }
}

/// How log lines look.
pub fn log_format(text: &str) -> Read<LogFormat> {
    match text.to_ascii_lowercase().as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => wrong("is not a log format", "use text or json"),
    }
}

/// A path.
pub fn path(text: &str) -> Read<PathBuf> {
    Ok(PathBuf::from(text))
}

/// Where documents are stored.
pub fn store(text: &str) -> Read<Store> {
    if matches!(text, "sqlite" | "sqlite:" | "sqlite://") {
        return Ok(Store::Sqlite);
    }
    mongo(text).or_else(|_| {
        wrong("is not a store", "use sqlite (its file lies in the data folder) or a mongodb:// address")
    })
}

/// A MongoDB address.
pub fn mongo(text: &str) -> Read<Store> {
    if text.starts_with("mongodb://") || text.starts_with("mongodb+srv://") {
        return Ok(Store::Mongo(SecretString::from(text)));
    }
    wrong("is not a MongoDB address", "it starts with mongodb:// or mongodb+srv://")
}

/// A secret: any text.
pub fn secret(text: &str) -> Read<SecretString> {
    Ok(SecretString::from(text))
}

/// A switch.
pub fn switch(text: &str) -> Read<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" | "yes" | "y" | "on" => Ok(true),
        "false" | "f" | "0" | "no" | "n" | "off" => Ok(false),
        _ => wrong("is neither true nor false", "use true or false"),
    }
}

/// An http or https address without query and fragment; a trailing slash says nothing.
pub fn address(text: &str) -> Read<Url> {
    match Url::parse(text) {
        Ok(url)
            if matches!(url.scheme(), "http" | "https")
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none() =>
        {
            Ok(url)
        }
        _ => wrong("is not an http or https address", "use the form https://orch.example.com"),
    }
}

/// The origin of a web page: scheme, host, port. It is returned as browsers write it.
pub fn origin(text: &str) -> Read<String> {
    match address(text) {
        Ok(url) if url.path() == "/" => Ok(url.origin().ascii_serialization()),
        _ => wrong("is not an origin", "use scheme, host and port only, as in http://localhost:3001"),
    }
}

/// A network, or an address as a network of one.
pub fn network(text: &str) -> Read<IpNet> {
    let single = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().or_else(|_| single()).or_else(|_| {
        wrong("is not an address or a network", "use an address or a network such as 10.0.0.0/8")
    })
}

/// A host, a domain or a network that outbound calls may reach although it is private.
pub fn allowed(text: &str) -> Read<Allowed> {
    text.parse().or_else(|_| {
        wrong(
            "is not a host or a network",
            "use a host name, *.domain, an address, or a network such as 10.0.0.0/8",
        )
    })
}

/// A domain of email addresses, with or without the `@`, in lower case.
pub fn email_domain(text: &str) -> Read<String> {
    match Host::parse(text.trim_start_matches('@')) {
        Ok(Host::Domain(name)) => Ok(name),
        _ => wrong("is not an email domain", "use the part after the @, as in example.com"),
    }
}

/// A count of which 0 means "no limit".
pub fn limit(text: &str) -> Read<Option<NonZeroU32>> {
    text.parse()
        .map(NonZeroU32::new)
        .or_else(|_| wrong("is not a whole number", "use a number from 0; 0 means no limit"))
}

/// A count of at least one.
pub fn count(text: &str) -> Read<NonZeroU32> {
    text.parse().or_else(|_| wrong("is not a whole number above 0", "use a number from 1"))
}

/// A password's shortest length.
pub fn password_length(text: &str) -> Read<usize> {
    match text.parse() {
        Ok(length @ 6..=128) => Ok(length),
        _ => wrong("is not a length for passwords", "use a number from 6 to 128"),
    }
}

/// Hours a log is kept; 0 or less means 24 (openapi.yaml, `ClusterConnectionLog`).
pub fn log_hours(text: &str) -> Read<Duration> {
    match text.parse::<i64>() {
        Ok(..=0) => Ok(Duration::from_hours(24)),
        Ok(hours @ 1..=87_600) => Ok(Duration::from_hours(hours.unsigned_abs())),
        _ => wrong("is not a number of hours", "use a whole number up to 87600"),
    }
}

/// A number of days.
pub fn days(text: &str) -> Read<Duration> {
    match text.parse::<u64>() {
        Ok(days @ 0..=3650) => Ok(Duration::from_hours(days * 24)),
        _ => wrong("is not a number of days", "use a whole number from 0 to 3650"),
    }
}

/// A number of days of which 0 means "no limit".
pub fn days_or_forever(text: &str) -> Read<Option<Duration>> {
    days(text).map(|span| (!span.is_zero()).then_some(span))
}

/// A span of time: `500ms`, `10s`, `2m`, `1h30m`; a bare number is seconds (cli.md 2.1).
pub fn duration(text: &str) -> Read<Duration> {
    let spelled =
        if text.bytes().all(|byte| byte.is_ascii_digit()) { format!("{text}s") } else { text.to_owned() };
    spelled
        .parse::<SignedDuration>()
        .ok()
        .and_then(|span| Duration::try_from(span).ok())
        .map_or_else(|| wrong("is not a span of time", "use a form such as 500ms, 10s, 2m or 1h30m"), Ok)
}
