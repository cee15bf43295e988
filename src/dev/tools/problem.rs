//! What is missing on this machine.

use super::install;
use super::look::Found;
use super::need::Need;

/// A need that nothing here meets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The program is not there.
    #[error("{} is not installed, and {}", .need.tool.program(), who(.need))]
    Missing {
        /// What is needed.
        need: Need,
    },
    /// It is older than what is needed.
    #[error("{} {found} is too old: {}", .need.tool.program(), who(.need))]
    TooOld {
        /// What is needed.
        need: Need,
        /// What is there.
        found: Found,
    },
}

impl Problem {
    /// What is needed.
    pub fn need(&self) -> &Need {
        match self {
            Self::Missing { need } | Self::TooOld { need, .. } => need,
        }
    }
}

/// Why there is not what is needed.
#[derive(Debug, thiserror::Error)]
pub enum Unprovided {
    /// It is not there, and was not installed.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Missing(Vec<Problem>),
    /// It could not be installed.
    #[error(transparent)]
    Install(#[from] install::Error),
}

fn who(need: &Need) -> String {
    let service = need.service.as_str();
    if need.requirement.is_any() {
        format!("{service} from source needs it")
    } else {
        format!("{service} from source needs {} ({})", need.requirement, need.source)
    }
}
