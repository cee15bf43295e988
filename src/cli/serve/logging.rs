//! The log: on stderr, as text or JSON, at a level that can change while the server runs.

use std::io;

use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::reload::{self, Handle};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Registry, fmt};

use crate::settings::{LogFormat, LogLevel};

/// Changes what the log shows.
#[derive(Debug)]
pub struct Log {
    filter: Handle<EnvFilter, Registry>,
}

impl Log {
    /// Starts logging.
    pub fn start(level: LogLevel, format: LogFormat, colors: bool) -> Self {
        let (filter, handle) = reload::Layer::new(filter(level));
        let registry = tracing_subscriber::registry().with(filter);
        let layer = fmt::layer().with_writer(io::stderr);
        // A second subscriber cannot be set in one process; the first one stays then.
        let _ = match format {
            LogFormat::Text => registry.with(layer.with_ansi(colors).with_target(false)).try_init(),
            LogFormat::Json => registry.with(layer.json().flatten_event(true)).try_init(),
        };
        Self { filter: handle }
    }

    /// Shows lines of this level from now on.
    pub fn set_level(&self, level: LogLevel) {
        if let Err(error) = self.filter.reload(filter(level)) {
            tracing::warn!(%error, "the log level stays as it was");
        }
    }
}

/// Our own lines at this level, those of the libraries from warnings up; `ORCHCLI_LOG` says otherwise.
fn filter(level: LogLevel) -> EnvFilter {
    EnvFilter::try_from_env("ORCHCLI_LOG").unwrap_or_else(|_| {
        let libraries = if level == LogLevel::Error { LogLevel::Error } else { LogLevel::Warn };
        EnvFilter::new(format!("{libraries},orchcli={level}"))
    })
}
