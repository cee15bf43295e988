//! The four modes: which services run from source (cli.md 1, 3.3).

use std::fmt;
use std::str::FromStr;

/// How the stack is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Every service from an image.
    Production,
    /// UI and Core from checkouts.
    Development,
    /// The UI from a checkout.
    UiDev,
    /// Core from a checkout.
    CoreDev,
}

/// The text is no mode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is no mode: there are production, development, ui-dev and core-dev", .0.escape_debug())]
pub struct UnknownMode(String);

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 4] = [Self::Production, Self::Development, Self::UiDev, Self::CoreDev];

    /// The mode of a project with these checkouts.
    pub const fn of(ui: bool, core: bool) -> Self {
        match (ui, core) {
            (false, false) => Self::Production,
            (true, true) => Self::Development,
            (true, false) => Self::UiDev,
            (false, true) => Self::CoreDev,
        }
    }

    /// Its name, as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
            Self::UiDev => "ui-dev",
            Self::CoreDev => "core-dev",
        }
    }

    /// Whether the UI runs from a checkout.
    pub const fn has_ui_source(self) -> bool {
        matches!(self, Self::Development | Self::UiDev)
    }

    /// Whether Core runs from a checkout.
    pub const fn has_core_source(self) -> bool {
        matches!(self, Self::Development | Self::CoreDev)
    }

    /// Name of its Compose file in `docker/`, the reference's.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Production => "docker-compose.prod.yml",
            Self::Development => "docker-compose.dev.yml",
            Self::UiDev => "docker-compose.hybrid-ui.yml",
            Self::CoreDev => "docker-compose.hybrid-core.yml",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Mode {
    type Err = UnknownMode;

    /// Its name, or one of the names the reference's documents and flags have for it.
    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        match text {
            "production" => Ok(Self::Production),
            "development" | "full" => Ok(Self::Development),
            "ui-dev" | "hybrid-ui" | "frontend-only" => Ok(Self::UiDev),
            "core-dev" | "hybrid-core" | "backend-only" => Ok(Self::CoreDev),
            other => Err(UnknownMode(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_is_read_as_it_is_written_and_by_its_other_names() {
        for mode in Mode::ALL {
            assert_eq!(mode.as_str().parse(), Ok(mode));
            assert_eq!(Mode::of(mode.has_ui_source(), mode.has_core_source()), mode);
        }
        for (text, mode) in [
            ("full", Mode::Development),
            ("hybrid-ui", Mode::UiDev),
            ("frontend-only", Mode::UiDev),
            ("hybrid-core", Mode::CoreDev),
            ("backend-only", Mode::CoreDev),
        ] {
            assert_eq!(text.parse(), Ok(mode));
        }
        assert!("Production".parse::<Mode>().is_err() && "auto".parse::<Mode>().is_err());
    }
}
