//! Volumes.

use indexmap::IndexMap;
use serde::Deserialize;

/// A volume.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Volume {
    /// Its full name.
    pub name: String,
    /// Who keeps it.
    pub driver: Option<String>,
    /// For the driver.
    pub driver_opts: IndexMap<String, String>,
    /// Whether somebody else makes it.
    pub external: bool,
    /// Its labels.
    pub labels: IndexMap<String, String>,
}
