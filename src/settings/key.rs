//! The table of every setting: its name, its default, and what it is for.

/// One setting, by the name it has in `config.yaml`; nested ones have dots (`AUTH.BUILTIN.ENABLED`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The full name, in capitals.
    pub name: &'static str,
    /// The default as it would be written; `None` when there is none or it depends on the machine.
    pub default: Option<&'static str>,
    /// Whether the value must never be shown.
    pub secret: bool,
    /// What it does, in a line.
    pub about: &'static str,
}

impl Key {
    const fn plain(name: &'static str, default: &'static str, about: &'static str) -> Self {
        Self { name, default: Some(default), secret: false, about }
    }

    const fn open(name: &'static str, about: &'static str) -> Self {
        Self { name, default: None, secret: false, about }
    }

    const fn secret(name: &'static str, about: &'static str) -> Self {
        Self { name, default: None, secret: true, about }
    }

    /// The variable that sets it: `KUBEORCH_` before the name, `__` between levels.
    pub fn variable(&self) -> String {
        format!("KUBEORCH_{}", self.bare_variable())
    }

    /// The second variable that sets it: the name alone.
    pub fn bare_variable(&self) -> String {
        self.name.replace('.', "__")
    }

    /// Whether the bare variable is read. Shells set `HOST` to the machine's name, so that one is not.
    pub fn reads_bare_variable(&self) -> bool {
        *self != HOST
    }
}

macro_rules! keys {
    ($($name:ident = $key:expr;)*) => {
        $(#[doc = concat!("The setting `", stringify!($name), "`.")] pub const $name: Key = $key;)*

        /// Every setting, in the order they are shown.
        pub const ALL: &[Key] = &[$($name),*];
    };
}

keys! {
    HOST = Key::open("HOST", "address to listen on: 127.0.0.1, or 0.0.0.0 in a container or in release mode");
    PORT = Key::plain("PORT", "3000", "port of the API and the console; 0 takes any free one");
    CONSOLE_PORT = Key::plain("CONSOLE_PORT", "same", "where the console is served: same, off, or a port of its own");
    GIN_MODE = Key::plain("GIN_MODE", "debug", "debug or release; release asks for secrets and refuses insecure shortcuts");
    LOG_LEVEL = Key::plain("LOG_LEVEL", "info", "error, warn, info, debug or trace");
    LOG_FORMAT = Key::plain("LOG_FORMAT", "text", "text or json");
    DATA_DIR = Key::open("DATA_DIR", "folder of the store and the generated secrets");
    STORE = Key::open("STORE", "sqlite (in the data folder), or a mongodb:// address");
    MONGO_URI = Key::open("MONGO_URI", "MongoDB address; STORE goes before it");
    JWT_SECRET = Key::secret("JWT_SECRET", "signs session tokens; generated and kept in debug mode");
    ENCRYPTION_KEY = Key::secret("ENCRYPTION_KEY", "encrypts stored credentials; generated and kept in debug mode");
    BASE_URL = Key::open("BASE_URL", "address of the API as browsers see it; http://localhost:PORT");
    FRONTEND_URL = Key::open("FRONTEND_URL", "address of the console as browsers see it; BASE_URL");
    CORS_ALLOWED_ORIGINS = Key::plain("CORS_ALLOWED_ORIGINS", "http://localhost:3001", "origins that may call the API from a browser");
    TRUSTED_PROXIES = Key::plain("TRUSTED_PROXIES", "", "addresses or networks whose X-Forwarded-For is believed");
    AUTH_BUILTIN_ENABLED = Key::plain("AUTH.BUILTIN.ENABLED", "true", "login with email and password");
    AUTH_BUILTIN_SIGNUP_ENABLED = Key::plain("AUTH.BUILTIN.SIGNUP_ENABLED", "true", "registration with email and password");
    AUTH_BUILTIN_ALLOWED_DOMAINS = Key::plain("AUTH.BUILTIN.ALLOWED_DOMAINS", "", "email domains that may register; none means all");
    PASSWORD_MIN_LENGTH = Key::plain("PASSWORD_MIN_LENGTH", "6", "shortest password that may be chosen, 6 to 128");
    INVITE_CODE = Key::secret("INVITE_CODE", "invite code of the first start; generated otherwise");
    REGENERATE_INVITE_AFTER_SIGNUP = Key::plain("REGENERATE_INVITE_AFTER_SIGNUP", "true", "a new invite code after each registration");
    TOKEN_REFRESH_MAX_AGE_DAYS = Key::plain("TOKEN_REFRESH_MAX_AGE_DAYS", "7", "days an expired token can still be refreshed");
    SESSION_MAX_DAYS = Key::plain("SESSION_MAX_DAYS", "30", "days a login can be prolonged; 0 = no limit");
    RATE_LIMIT_RPS = Key::plain("RATE_LIMIT_RPS", "10", "requests a second for an address that is not signed in; 0 = no limit");
    RATE_LIMIT_BURST = Key::plain("RATE_LIMIT_BURST", "20", "how many of them at once");
    RATE_LIMIT_USER_RPS = Key::plain("RATE_LIMIT_USER_RPS", "50", "requests a second for a signed-in user; 0 = no limit");
    RATE_LIMIT_USER_BURST = Key::plain("RATE_LIMIT_USER_BURST", "100", "how many of them at once");
    AUTH_RATE_LIMIT_PER_MINUTE = Key::plain("AUTH_RATE_LIMIT_PER_MINUTE", "30", "login, registration and refresh calls a minute for an address; 0 = no limit");
    AUTH_MAX_FAILURES = Key::plain("AUTH_MAX_FAILURES", "5", "failed logins or invite codes a minute; 0 = no limit");
    STREAMS_PER_USER = Key::plain("STREAMS_PER_USER", "64", "open event streams for a user; 0 = no limit");
    CLUSTER_LOG_TTL_HOURS = Key::plain("CLUSTER_LOG_TTL_HOURS", "24", "hours a cluster's connection log is kept");
    METRICS_TOKEN = Key::secret("METRICS_TOKEN", "bearer token that /metrics asks for; open without one");
    OUTBOUND_ALLOW = Key::plain("OUTBOUND_ALLOW", "", "hosts, addresses or networks the server may call although they are private");
    OUTBOUND_CA_FILE = Key::open("OUTBOUND_CA_FILE", "PEM file of further certificate authorities for outbound calls");
    ALLOW_INSECURE_DB_DEFAULTS = Key::plain("ALLOW_INSECURE_DB_DEFAULTS", "true", "database images without a password variable start without a password");
    ALLOW_INSECURE_TLS = Key::plain("ALLOW_INSECURE_TLS", "false", "in release mode, clusters may be added without TLS verification");
    AVATARS = Key::plain("AVATARS", "on", "on: avatar addresses at gravatar.com; off: none");
    SHUTDOWN_TIMEOUT = Key::plain("SHUTDOWN_TIMEOUT", "10s", "how long a stop waits for requests in flight");
}
