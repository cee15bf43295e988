//! Why a stack cannot be what is wanted.

use thiserror::Error as ThisError;

use crate::docker::{self, Api};

/// Why it stops.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The engine refused, or did not answer.
    #[error("{what}")]
    Engine {
        /// What was tried.
        what: String,
        /// Why not.
        #[source]
        source: docker::Error,
    },
    /// A container that is not made, or does not start: the engine's words say why.
    #[error("{what}")]
    Unstarted {
        /// Whose it is.
        service: String,
        /// What was tried.
        what: String,
        /// Why not.
        #[source]
        source: docker::Error,
    },
    /// A service that the stack does not have.
    #[error("there is no service {0}")]
    NoService(String),
    /// A service whose container is needed has none.
    #[error("the service {0} has no container, and another one needs it")]
    NotThere(String),
    /// A service that does not run.
    #[error("the service {0} does not run")]
    NotRunning(String),
    /// The engine is too old for something that cannot be left out.
    #[error("{what} needs version {needs} of the engine's API, and this one has {has}")]
    TooOld {
        /// What.
        what: String,
        /// Since when there is such a thing.
        needs: Api,
        /// What there is.
        has: Api,
    },
    /// A config, a secret or a profile cannot be had.
    #[error("{what} cannot be had: {why}")]
    Source {
        /// What.
        what: String,
        /// Why not.
        why: String,
    },
    /// The name is somebody else's.
    #[error("the {kind} {name} is there already, and {why}")]
    NameTaken {
        /// `network`, `container` or `project`.
        kind: &'static str,
        /// The name.
        name: String,
        /// Whose it is.
        why: String,
    },
    /// What somebody else was to make is not there.
    #[error("the {kind} {name} is external, and it is not there")]
    NotMade {
        /// `network` or `volume`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// An image that is not there.
    #[error("the image {image} of the service {service} is not there")]
    NoImage {
        /// Whose.
        service: String,
        /// Which.
        image: String,
    },
    /// A container did not get where another one waits for it.
    #[error("{0}")]
    Trouble(Box<super::wait::Trouble>),
}

impl Error {
    /// What was tried, for an error of the engine.
    pub(super) fn engine(what: impl Into<String>) -> impl FnOnce(docker::Error) -> Self {
        let what = what.into();
        move |source| Self::Engine { what, source }
    }

    /// What was tried to start a service.
    pub(super) fn unstarted(service: &str, what: String) -> impl FnOnce(docker::Error) -> Self {
        let service = service.to_owned();
        move |source| Self::Unstarted { service, what, source }
    }
}
