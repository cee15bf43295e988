//! The images of a stack: what the flags ask for, and what an image that cannot be had is to a user (cli.md 8.5).

use serde_json::json;

use crate::cli::engine;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::images::{ImagesError, PullFlag, Wishes};
use crate::dev::project::Project;
use crate::docker::PullError;
use crate::docker::build::BuildError;

/// `--pull`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// Each time
    Always,
    /// When they are not there
    Missing,
    /// Never
    Never,
}

/// What the flags ask for, and what the user's file says where they say nothing.
pub fn wishes(pull: Option<When>, build: bool, offline: bool, project: &Project) -> Wishes {
    let pull = pull.map(|when| match when {
        When::Always => PullFlag::Always,
        When::Missing => PullFlag::Missing,
        When::Never => PullFlag::Never,
    });
    Wishes { pull, usual: project.user_default("pull").and_then(PullFlag::of), build, offline }
}

/// An error as it is shown.
pub fn failure(error: &ImagesError) -> Failure {
    let told = |exit, code| Failure::new(exit, code, error.to_string());
    match error {
        ImagesError::Offline { images } => told(ExitCode::Network, Code::Offline)
            .hint("pull or build them once without --offline")
            .details(json!({"images": images})),
        ImagesError::Absent { images } => told(ExitCode::Network, Code::ImageNotFound)
            .hint("orchcli start --pull missing")
            .details(json!({"images": images})),
        ImagesError::Pulls { pulls } => of_pulls(pulls),
        ImagesError::Build(error) => of_build(error),
        ImagesError::Recipe { .. } => told(ExitCode::Invalid, Code::ComposeUnsupported),
        ImagesError::Engine(error) => engine::failure(error),
    }
}

/// The first one says how it ends; the others are told too.
fn of_pulls(pulls: &[PullError]) -> Failure {
    let Some((first, others)) = pulls.split_first() else {
        return Failure::new(ExitCode::Network, Code::PullFailed, "an image cannot be pulled");
    };
    let (code, hint) = match first {
        PullError::NotFound { .. } => {
            (Code::ImageNotFound, "see its name and tag, or docker login if it is private")
        }
        PullError::Denied { .. } => (Code::AuthFailed, "docker login, with an account that may pull it"),
        PullError::Broken { .. } => (
            Code::PullFailed,
            "the engine pulls, with its own proxy and name server: orchcli debug --check net,engine.proxy",
        ),
        PullError::Engine(error) => return engine::failure(error),
    };
    let mut failure = Failure::new(ExitCode::Network, code, first.to_string()).hint(hint);
    failure.causes = others.iter().map(ToString::to_string).collect();
    failure
}

fn of_build(error: &BuildError) -> Failure {
    match error {
        BuildError::Context { .. } => {
            Failure::new(ExitCode::Invalid, Code::ComposeInvalid, error.to_string())
        }
        BuildError::Unsupported { .. } => {
            Failure::new(ExitCode::Invalid, Code::ComposeUnsupported, error.to_string())
                .hint("use an engine with BuildKit, from 23 on, or leave it out")
        }
        BuildError::Failed { output, .. } => {
            let mut failure = Failure::new(ExitCode::Failed, Code::Internal, error.to_string());
            failure.causes.clone_from(output);
            failure
                .details(json!({"output": output}))
                .hint("put the Dockerfile right; the last lines are above")
        }
        BuildError::Engine(error) => engine::failure(error),
    }
}
