//! What is offered, and who decides.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::{Package, Release};
use crate::dev::tools::Need;

/// When tools are installed (`--install-tools`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Never.
    Never,
    /// When the user says yes.
    Ask,
    /// Whenever one is missing.
    Always,
}

/// A way to get a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// The vendor's archive, for the programs that this one starts.
    Archive(Release),
    /// A package of the system.
    Package(Package),
}

impl fmt::Display for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archive(release) => write!(f, "{release}, for orchcli alone: {}", release.url),
            Self::Package(package) => package.fmt(f),
        }
    }
}

/// What the user chose.
pub struct Chosen {
    /// Which of the offers.
    pub which: usize,
    /// Lives until it is installed: it keeps the terminal for who installs.
    pub held: Option<Box<dyn Any + Send>>,
}

/// Asks the user which offer to take; `None` is none of them. Called on a thread that may wait.
pub type Consent = Arc<dyn Fn(&Need, &[Offer]) -> Option<Chosen> + Send + Sync>;
