//! What the edge is told by the configuration.

use std::num::NonZeroU32;

use ipnet::IpNet;
use secrecy::SecretString;

use crate::settings::{RateLimits, Settings};

/// The part of the settings that the edge reads, and takes over again when they are reloaded.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Request limits.
    pub limits: RateLimits,
    /// How many streams a user may have open; any number when `None`.
    pub streams_per_user: Option<NonZeroU32>,
    /// Origins that browsers may call from.
    pub cors_origins: Vec<String>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The token a scrape of `/metrics` must carry, when one is set.
    pub metrics_token: Option<SecretString>,
}

impl From<&Settings> for Rules {
    fn from(settings: &Settings) -> Self {
        Self {
            limits: settings.rate_limits,
            streams_per_user: settings.streams_per_user,
            cors_origins: settings.cors_allowed_origins.clone(),
            trusted_proxies: settings.trusted_proxies.clone(),
            metrics_token: settings.metrics_token.clone(),
        }
    }
}
