//! Configs and secrets: where they come from, and who reads them.

use secrecy::SecretString;
use serde::Deserialize;

use super::units;

/// Where the content of a config or a secret comes from. One of them is there, or somebody else has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Source {
    /// Its full name.
    pub name: String,
    /// A file, absolute.
    pub file: Option<String>,
    /// The content itself, or that of the variable.
    pub content: Option<Content>,
    /// The variable that holds it.
    pub environment: Option<String>,
    /// Whether somebody else has it.
    pub external: bool,
}

/// A content that is not shown.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Content(pub SecretString);

/// A config or a secret as a file of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Grant {
    /// Its key.
    pub source: String,
    /// The file.
    pub target: Option<String>,
    /// Whose it is.
    pub uid: Option<String>,
    /// Whose group's it is.
    pub gid: Option<String>,
    /// Who may do what with it.
    #[serde(deserialize_with = "units::mode")]
    pub mode: Option<u32>,
}
