//! The engine that the flags and the environment mean, and what its errors are to a user (cli.md 8.1).

use super::args::EngineFlags;
use super::exit::ExitCode;
use super::failure::Failure;
use crate::docker::{Engine, Error};

/// Where an engine listens when nobody says anything else.
const USUAL: &str = "unix:///var/run/docker.sock";

/// Connects to the engine.
pub async fn connect(flags: &EngineFlags) -> Result<Engine, Failure> {
    let named = flags.docker_host.clone().or_else(|| std::env::var("DOCKER_HOST").ok());
    Engine::connect(named.as_deref().unwrap_or(USUAL)).await.map_err(|error| failure(&error))
}

/// What an error of the engine is to whoever ran the command.
pub fn failure(error: &Error) -> Failure {
    let (exit, code) = match error {
        Error::Unreachable { .. } => (ExitCode::Prerequisite, "ENGINE_UNREACHABLE"),
        Error::Denied { .. } => (ExitCode::Prerequisite, "ENGINE_DENIED"),
        Error::Refused { .. } | Error::Broken(_) => (ExitCode::Failed, "INTERNAL"),
    };
    Failure::new(exit, code, "the engine does not do what is needed").because(error)
}
