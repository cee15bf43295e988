//! From sources to settings.

use std::num::NonZeroU32;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::file::Node;
use super::key::{self, Key};
use super::problem::{Problem, Warning};
use super::read::{Reader, Shown};
use super::source::Sources;
use super::{ConsolePort, Rate, RateLimits, Settings, Store, unknown, value};

/// Settings, and how they came to be.
#[derive(Debug)]
pub struct Loaded {
    /// The settings; secrets nobody set are the fresh ones of the sources.
    pub settings: Settings,
    /// Secrets nobody set: they must be kept in the data folder, or taken from there (see [`super::keep`]).
    pub unset: Vec<Secret>,
    /// Every setting with its origin, masked.
    pub shown: Vec<Shown>,
    /// What works, but perhaps not as meant.
    pub warnings: Vec<Warning>,
}

/// A secret the server makes itself when it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// `JWT_SECRET`.
    Jwt,
    /// `ENCRYPTION_KEY`.
    Encryption,
}

impl Secret {
    /// The setting it is.
    pub const fn key(self) -> Key {
        match self {
            Self::Jwt => key::JWT_SECRET,
            Self::Encryption => key::ENCRYPTION_KEY,
        }
    }
}

/// A configuration that cannot be used.
#[derive(Debug)]
pub struct Refused {
    /// All that is wrong, in the order of the table; never empty.
    pub problems: Vec<Problem>,
    /// What else was found.
    pub warnings: Vec<Warning>,
}

/// Shortest `JWT_SECRET` nobody can guess, in bytes.
const JWT_BYTES: usize = 32;

/// Reads every setting from its first source: flag, `KUBEORCH_<KEY>`, `<KEY>`, file, default.
///
/// Returns all problems at once.
pub fn load(sources: &Sources) -> Result<Loaded, Refused> {
    let mut read = Reader::new(sources);
    let mut unset = Vec::new();
    let settings = settings(&mut read, sources, &mut unset);
    let mut warnings = unknown::warnings(sources);
    warnings.extend(providers_warning(sources));
    if let Some(settings) = &settings
        && !unset.contains(&Secret::Jwt)
        && settings.jwt_secret.expose_secret().len() < JWT_BYTES
    {
        let words = format!(
            "JWT_SECRET is shorter than {JWT_BYTES} characters; whoever guesses it can sign in as anybody"
        );
        warnings.push(Warning::new("SECRET_WEAK", words));
    }
    let Reader { shown, problems, .. } = read;
    match settings {
        Some(settings) if problems.is_empty() => Ok(Loaded { settings, unset, shown, warnings }),
        _ => Err(Refused { problems, warnings }),
    }
}

/// All settings, read in the order of the table; `None` when at least one is wrong, after all were read.
fn settings(read: &mut Reader<'_>, sources: &Sources, unset: &mut Vec<Secret>) -> Option<Settings> {
    // The mode decides the host's default, and comes from further down the table.
    let release = Reader::new(sources).value(key::GIN_MODE, value::release).unwrap_or_default();
    let host = read.value_or(key::HOST, value::host, default_host(sources, release));
    let port = read.value(key::PORT, value::port);
    let console_port = read.value(key::CONSOLE_PORT, value::console_port);
    // A port of its own that is no other is none.
    let console_port = console_port.map(|console| match console {
        ConsolePort::Own(own @ 1..) if port == Some(own) => ConsolePort::Same,
        ConsolePort::Own(_) | ConsolePort::Same | ConsolePort::Off => console,
    });
    let mode = read.value(key::GIN_MODE, value::release);
    let log_level = read.value(key::LOG_LEVEL, value::log_level);
    let log_format = read.value(key::LOG_FORMAT, value::log_format);
    let data_dir = data_dir(read, sources);
    let store = read.optional(key::STORE, value::store);
    let mongo = read.optional(key::MONGO_URI, value::mongo);
    let jwt_secret = secret(read, Secret::Jwt, &sources.fresh.jwt_secret, release, unset);
    let encryption_key = secret(read, Secret::Encryption, &sources.fresh.encryption_key, release, unset);
    let public_url = read.optional(key::BASE_URL, value::address);
    let console_url = read.optional(key::FRONTEND_URL, value::address);
    let cors_allowed_origins = read.list(key::CORS_ALLOWED_ORIGINS, value::origin);
    let trusted_proxies = read.list(key::TRUSTED_PROXIES, value::network);
    let builtin_login = builtin_login(read, sources);
    let builtin_signup = read.value(key::AUTH_BUILTIN_SIGNUP_ENABLED, value::switch);
    let allowed_email_domains = read.list(key::AUTH_BUILTIN_ALLOWED_DOMAINS, value::email_domain);
    let password_min_length = read.value(key::PASSWORD_MIN_LENGTH, value::password_length);
    let invite_code = read.optional(key::INVITE_CODE, value::secret);
    let regenerate_invite_after_signup = read.value(key::REGENERATE_INVITE_AFTER_SIGNUP, value::switch);
    let token_refresh_max_age = read.value(key::TOKEN_REFRESH_MAX_AGE_DAYS, value::days);
    let session_max = read.value(key::SESSION_MAX_DAYS, value::days_or_forever);
    let rate_limits = rate_limits(read);
    let streams_per_user = read.value(key::STREAMS_PER_USER, value::limit);
    let cluster_log_ttl = read.value(key::CLUSTER_LOG_TTL_HOURS, value::log_hours);
    let metrics_token = read.optional(key::METRICS_TOKEN, value::secret);
    let outbound_allow = read.list(key::OUTBOUND_ALLOW, value::allowed);
    let outbound_ca_file = read.optional(key::OUTBOUND_CA_FILE, value::path);
    let allow_insecure_db_defaults = read.value(key::ALLOW_INSECURE_DB_DEFAULTS, value::switch);
    let allow_insecure_tls = read.value(key::ALLOW_INSECURE_TLS, value::switch);
    let avatars = read.value(key::AVATARS, value::switch);
    let shutdown_timeout = read.value(key::SHUTDOWN_TIMEOUT, value::duration);
    settle(read, port);
    Some(Settings {
        host: host?,
        port: port?,
        console_port: console_port?,
        release: mode?,
        log_level: log_level?,
        log_format: log_format?,
        data_dir: data_dir?,
        store: store?.or(mongo?).unwrap_or(Store::Sqlite),
        jwt_secret: jwt_secret?,
        encryption_key: encryption_key?,
        public_url: public_url?,
        console_url: console_url?,
        cors_allowed_origins: cors_allowed_origins?,
        trusted_proxies: trusted_proxies?,
        builtin_login: builtin_login?,
        builtin_signup: builtin_signup?,
        allowed_email_domains: allowed_email_domains?,
        password_min_length: password_min_length?,
        invite_code: invite_code?,
        regenerate_invite_after_signup: regenerate_invite_after_signup?,
        token_refresh_max_age: token_refresh_max_age?,
        session_max: session_max?,
        rate_limits: rate_limits?,
        streams_per_user: streams_per_user?,
        cluster_log_ttl: cluster_log_ttl?,
        metrics_token: metrics_token?,
        outbound_allow: outbound_allow?,
        outbound_ca_file: outbound_ca_file?,
        allow_insecure_db_defaults: allow_insecure_db_defaults?,
        allow_insecure_tls: allow_insecure_tls?,
        avatars: avatars?,
        shutdown_timeout: shutdown_timeout?,
    })
}

/// Shows the defaults that follow from other settings.
fn settle(read: &mut Reader<'_>, port: Option<u16>) {
    if read.shown(key::MONGO_URI).is_none() {
        read.settle(key::STORE, "sqlite");
    }
    if let Some(port @ 1..) = port {
        read.settle(key::BASE_URL, &format!("http://localhost:{port}"));
    }
    if let Some(base) = read.shown(key::BASE_URL) {
        read.settle(key::FRONTEND_URL, &base);
    }
}

fn default_host(sources: &Sources, release: bool) -> &'static str {
    if release || sources.machine.container { "0.0.0.0" } else { "127.0.0.1" }
}

fn data_dir(read: &mut Reader<'_>, sources: &Sources) -> Option<PathBuf> {
    if let Some(default) = sources.default_data_dir() {
        return read.value_or(key::DATA_DIR, value::path, &default.to_string_lossy());
    }
    let given = read.optional(key::DATA_DIR, value::path)?;
    if given.is_none() {
        read.refuse(key::DATA_DIR, "is not set, and there is no HOME to put it in", "use --data-dir FOLDER");
    }
    given
}

fn secret(
    read: &mut Reader<'_>,
    which: Secret,
    fresh: &SecretString,
    release: bool,
    unset: &mut Vec<Secret>,
) -> Option<SecretString> {
    let key = which.key();
    if let Some(secret) = read.optional(key, value::secret)? {
        return Some(secret);
    }
    if release {
        let hint = format!("set {} to the output of: openssl rand -base64 32", key.variable());
        read.refuse(key, "is not set, and release mode does not make one up", hint);
        return None;
    }
    read.show_generated(key);
    unset.push(which);
    Some(fresh.clone())
}

fn rate_limits(read: &mut Reader<'_>) -> Option<RateLimits> {
    let rate =
        |per_second: Option<NonZeroU32>, burst| per_second.map(|per_second| Rate { per_second, burst });
    let anonymous =
        (read.value(key::RATE_LIMIT_RPS, value::limit), read.value(key::RATE_LIMIT_BURST, value::count));
    let user = (
        read.value(key::RATE_LIMIT_USER_RPS, value::limit),
        read.value(key::RATE_LIMIT_USER_BURST, value::count),
    );
    let auth_per_minute = read.value(key::AUTH_RATE_LIMIT_PER_MINUTE, value::limit);
    let auth_max_failures = read.value(key::AUTH_MAX_FAILURES, value::limit);
    Some(RateLimits {
        anonymous: rate(anonymous.0?, anonymous.1?),
        user: rate(user.0?, user.1?),
        auth_per_minute: auth_per_minute?,
        auth_max_failures: auth_max_failures?,
    })
}

/// Somebody must be able to sign in (openapi.yaml, `GET /auth/methods`).
fn builtin_login(read: &mut Reader<'_>, sources: &Sources) -> Option<bool> {
    let enabled = read.value(key::AUTH_BUILTIN_ENABLED, value::switch)?;
    if !enabled && enabled_providers(sources).is_empty() {
        let why = "is off and no provider is enabled: nobody could sign in";
        read.refuse(key::AUTH_BUILTIN_ENABLED, why, "set AUTH.BUILTIN.ENABLED to true, or enable a provider");
    }
    Some(enabled)
}

fn providers_warning(sources: &Sources) -> Option<Warning> {
    let enabled = enabled_providers(sources);
    let words = "but this version signs in with email and password only";
    (!enabled.is_empty()).then(|| {
        Warning::new(
            "PROVIDERS_UNSUPPORTED",
            format!("AUTH.PROVIDERS enables {}, {words}", enabled.join(", ")),
        )
    })
}

/// Names of the login providers that are switched on, in the file's order.
fn enabled_providers(sources: &Sources) -> Vec<String> {
    let found = sources.file.as_ref().and_then(|file| file.find(&["AUTH", "PROVIDERS"]));
    let Some((Node::List(providers), _)) = found else { return Vec::new() };
    providers
        .iter()
        .filter_map(|provider| {
            let Node::Map(entries) = provider else { return None };
            let text = |name: &str| {
                entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)).and_then(|entry| {
                    match &entry.value {
                        Node::Scalar(text) => Some(text.as_str()),
                        Node::Null | Node::List(_) | Node::Map(_) => None,
                    }
                })
            };
            let enabled = text("ENABLED").is_some_and(|text| value::switch(text) == Ok(true));
            enabled.then(|| text("NAME").unwrap_or("a provider without a name").to_owned())
        })
        .collect()
}
