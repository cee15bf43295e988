//! A line and whose it is.

use std::sync::Arc;

use crate::docker::{Line, Stdio};

/// A line of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who wrote it.
    pub origin: Arc<Origin>,
    /// What.
    pub line: Line,
}

/// Who writes lines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A container of a service.
    Container {
        /// The service.
        service: String,
        /// Name of the container.
        container: String,
        /// Its number, when the service has more than one.
        number: Option<u32>,
    },
    /// A local process.
    Process {
        /// The service.
        service: String,
    },
}

impl Origin {
    /// The service.
    pub fn service(&self) -> &str {
        match self {
            Self::Container { service, .. } | Self::Process { service } => service,
        }
    }

    /// What stands in front of its lines.
    pub fn label(&self) -> String {
        match self {
            Self::Container { service, number: Some(number), .. } => format!("{service}-{number}"),
            Self::Container { service, number: None, .. } | Self::Process { service } => service.clone(),
        }
    }

    /// Name of the container, if it is one.
    pub fn container(&self) -> Option<&str> {
        match self {
            Self::Container { container, .. } => Some(container),
            Self::Process { .. } => None,
        }
    }
}

impl Entry {
    /// Where it was written to.
    pub fn stream(&self) -> Stdio {
        self.line.stream
    }
}
