//! What the configuration says about accounts.

use std::num::NonZeroU32;
use std::time::Duration;

use secrecy::SecretString;

use crate::settings::Settings;

/// The settings that identity reads.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the configuration")]
pub struct Rules {
    /// Login with email and password.
    pub login: bool,
    /// Registration with email and password; means nothing without [`Rules::login`].
    pub signup: bool,
    /// Email domains that may register, in lower case; empty means all.
    pub allowed_domains: Vec<String>,
    /// Shortest password that may be chosen, in characters.
    pub password_min_length: usize,
    /// Invite code of the first start.
    pub invite_code: Option<SecretString>,
    /// Whether a registration replaces the invite code, until an admin decides.
    pub rotate_invite: bool,
    /// How long an expired token can still be refreshed.
    pub refresh_window: Duration,
    /// How long a login can be prolonged; `None` = without end.
    pub session_max: Option<Duration>,
    /// Login, registration and refresh calls a minute for an address; `None` = no limit.
    pub calls_per_minute: Option<NonZeroU32>,
    /// Failed logins or invite codes a minute; `None` = no limit.
    pub max_failures: Option<NonZeroU32>,
    /// Whether users get avatar addresses.
    pub avatars: bool,
}

impl From<&Settings> for Rules {
    fn from(settings: &Settings) -> Self {
        Self {
            login: settings.builtin_login,
            signup: settings.builtin_signup,
            allowed_domains: settings.allowed_email_domains.clone(),
            password_min_length: settings.password_min_length,
            invite_code: settings.invite_code.clone(),
            rotate_invite: settings.regenerate_invite_after_signup,
            refresh_window: settings.token_refresh_max_age,
            session_max: settings.session_max,
            calls_per_minute: settings.rate_limits.auth_per_minute,
            max_failures: settings.rate_limits.auth_max_failures,
            avatars: settings.avatars,
        }
    }
}
