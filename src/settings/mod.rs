//! The server's settings: what they are, where each comes from, and what is wrong with them (cli.md 3.12).
//!
//! [`load`] is pure: flags, environment, file and facts about the machine go in; settings, the origin of every
//! value and warnings come out, or all problems at once. [`keep`] is the one part that touches the disk.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

mod allowed;
mod file;
pub mod keep;
pub mod key;
mod load;
mod problem;
mod read;
mod source;
mod unknown;
pub mod value;

pub use allowed::{Allowed, InvalidAllowed};
pub use file::{File, LIMIT};
pub use key::Key;
pub use load::{Loaded, Refused, Secret, load};
pub use problem::{Origin, Problem, Warning};
pub use read::Shown;
pub use source::{Flag, Fresh, Machine, Sources};

/// Everything the server reads.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the configuration")]
pub struct Settings {
    /// Address or name to listen on.
    pub host: String,
    /// Port to listen on; 0 until it is bound, when any free one was asked for.
    pub port: u16,
    /// Where the console is served.
    pub console_port: ConsolePort,
    /// Release mode: secrets must be set, insecure shortcuts are refused.
    pub release: bool,
    /// Least severe log line that is written.
    pub log_level: LogLevel,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Folder of the store and the generated secrets.
    pub data_dir: PathBuf,
    /// Where documents are stored.
    pub store: Store,
    /// Signs session tokens.
    pub jwt_secret: SecretString,
    /// Encrypts stored credentials.
    pub encryption_key: SecretString,
    /// Address of the API as browsers see it; [`Settings::base_url`] knows the default.
    pub public_url: Option<Url>,
    /// Address of the console as browsers see it; [`Settings::frontend_url`] knows the default.
    pub console_url: Option<Url>,
    /// Origins that may call the API from a browser, as browsers write them.
    pub cors_allowed_origins: Vec<String>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Login with email and password.
    pub builtin_login: bool,
    /// Registration with email and password.
    pub builtin_signup: bool,
    /// Email domains that may register, in lower case; empty means all.
    pub allowed_email_domains: Vec<String>,
    /// Shortest password that may be chosen, in characters.
    pub password_min_length: usize,
    /// Invite code of the first start.
    pub invite_code: Option<SecretString>,
    /// Whether a registration replaces the invite code.
    pub regenerate_invite_after_signup: bool,
    /// How long an expired token can still be refreshed.
    pub token_refresh_max_age: Duration,
    /// How long a login can be prolonged; `None` = without end.
    pub session_max: Option<Duration>,
    /// How often requests may come.
    pub rate_limits: RateLimits,
    /// Open event streams for a user; `None` = no limit.
    pub streams_per_user: Option<NonZeroU32>,
    /// How long a cluster's connection log is kept.
    pub cluster_log_ttl: Duration,
    /// Bearer token that `/metrics` asks for.
    pub metrics_token: Option<SecretString>,
    /// Private destinations the server may call nevertheless.
    pub outbound_allow: Vec<Allowed>,
    /// PEM file of further certificate authorities for outbound calls.
    pub outbound_ca_file: Option<PathBuf>,
    /// Database images without a password variable start without a password (engine.md 1.4).
    pub allow_insecure_db_defaults: bool,
    /// In release mode, clusters may be added without TLS verification.
    pub allow_insecure_tls: bool,
    /// Whether users get avatar addresses.
    pub avatars: bool,
    /// How long a stop waits for requests in flight.
    pub shutdown_timeout: Duration,
}

impl Settings {
    /// Address of the API as browsers see it: `BASE_URL`, else `http://localhost:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        self.public_url.as_ref().map_or_else(
            || format!("http://localhost:{}", self.port),
            |url| url.as_str().trim_end_matches('/').to_owned(),
        )
    }

    /// Address of the console as browsers see it: `FRONTEND_URL`, else the base URL, without a slash at the end.
    pub fn frontend_url(&self) -> String {
        self.console_url
            .as_ref()
            .map_or_else(|| self.base_url(), |url| url.as_str().trim_end_matches('/').to_owned())
    }
}

/// Where the console is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsolePort {
    /// On the port of the API.
    Same,
    /// Nowhere.
    Off,
    /// On a port of its own.
    Own(u16),
}

/// How severe a log line must be to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Only failures.
    Error,
    /// And what is likely wrong.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
    /// And every step.
    Trace,
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        })
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Where documents are stored.
#[derive(Debug, Clone)]
pub enum Store {
    /// A file in the data folder.
    Sqlite,
    /// A MongoDB server, by its address, which may hold a password.
    Mongo(SecretString),
}

/// How often requests may come; `None` = no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// For an address that is not signed in.
    pub anonymous: Option<Rate>,
    /// For a signed-in user.
    pub user: Option<Rate>,
    /// Login, registration and refresh calls a minute for an address.
    pub auth_per_minute: Option<NonZeroU32>,
    /// Failed logins, or invite codes, a minute.
    pub auth_max_failures: Option<NonZeroU32>,
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Tokens that come back a second.
    pub per_second: NonZeroU32,
    /// Tokens it holds.
    pub burst: NonZeroU32,
}

#[cfg(test)]
mod tests;
