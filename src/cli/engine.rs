//! The engine that the flags and the environment mean, and what its errors are to a user (cli.md 8.1).

use super::args::EngineFlags;
use super::exit::ExitCode;
use super::failure::{Code, Failure};
use crate::dev::tools::{Places, engine};
use crate::docker::discover::{self, Environment, Wanted};
use crate::docker::{Engine, Error, Why};

/// Connects to the engine.
pub async fn connect(flags: &EngineFlags) -> Result<Engine, Failure> {
    discover::connect(wanted(flags), &Environment::of_process()).await.map_err(|error| failure(&error))
}

/// Which engine the flags name.
pub fn wanted(flags: &EngineFlags) -> Wanted<'_> {
    Wanted { docker_host: flags.docker_host.as_deref(), context: flags.context.as_deref() }
}

/// What an error of the engine is to whoever ran the command.
pub fn failure(error: &Error) -> Failure {
    let (exit, code) = match error {
        Error::Unreachable { .. } | Error::Nowhere { .. } | Error::NoContext { .. } | Error::Lost(_) => {
            (ExitCode::Prerequisite, Code::EngineUnreachable)
        }
        Error::WrongSystem { .. } => (ExitCode::Prerequisite, Code::EngineUnreachable),
        Error::Denied { .. } => (ExitCode::Prerequisite, Code::EngineDenied),
        Error::TooOld { .. } => (ExitCode::Prerequisite, Code::EngineTooOld),
        Error::Address { .. } => (ExitCode::Usage, Code::Usage),
        Error::File { .. } => (ExitCode::Invalid, Code::ConfigInvalid),
        Error::Login { .. } => (ExitCode::Network, Code::AuthFailed),
        Error::Refused { .. } | Error::Broken(_) => (ExitCode::Failed, Code::Internal),
    };
    let mut failure = Failure::new(exit, code, error.to_string());
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        failure.causes.push(error.to_string());
        cause = error.source();
    }
    failure.hint = hint(error);
    failure
}

/// What to do about it.
fn hint(error: &Error) -> Option<String> {
    let hint = match error {
        Error::Unreachable { why, .. } => match why {
            Why::Absent | Why::Refused => return Some(down()),
            Why::Denied => GROUP,
            Why::Slow => "is the engine up, and no firewall between? orchcli debug --check engine.socket",
            Why::Tls(_) => "see ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH or in the context's store",
            Why::NoEngine(_) => "an engine behind TLS needs DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH",
            Why::Other(_) => "orchcli debug --check engine.socket",
        },
        Error::Nowhere { .. } => return Some(down()),
        Error::Denied { .. } => GROUP,
        Error::TooOld { .. } => "Engine 20.10 or newer is needed, or Podman 4.4 or newer",
        Error::WrongSystem { .. } => "switch Docker Desktop to Linux containers",
        Error::Address { .. } => "orchcli start --docker-host unix:///var/run/docker.sock",
        Error::NoContext { wanted_by, .. } => {
            return Some(format!("{wanted_by} names it; docker context ls shows which there are"));
        }
        Error::File { .. } => {
            "put the file right, or name an engine: DOCKER_HOST=unix:///var/run/docker.sock"
        }
        Error::Login { .. } => {
            "docker login, or see credsStore, credHelpers and auths in ~/.docker/config.json"
        }
        Error::Lost(_) => "see whether the engine is still up: orchcli debug --check engine.socket",
        Error::Refused { .. } | Error::Broken(_) => return None,
    };
    Some(hint.to_owned())
}

/// What to do where none answers: start the one that is installed, or install one.
fn down() -> String {
    let places = Places::of(&Environment::of_process());
    if engine::is_installed(&places) {
        return format!("{START}; {WITHOUT}");
    }
    format!("install one: {}; {WITHOUT}", engine::page())
}

/// What works in every project without an engine.
const WITHOUT: &str = "or do without: orchcli init --core embedded --ui embedded";

/// An engine that is not up (cli.md 7.3).
const START: &str = if cfg!(target_os = "macos") || cfg!(windows) {
    "start Docker Desktop, Colima, OrbStack or Rancher Desktop"
} else {
    "start it: systemctl start docker (rootless: systemctl --user start docker)"
};

/// An engine that is not for this user (cli.md 7.3).
const GROUP: &str = "users of the group docker may use it (membership counts from the next login), \
or run an engine of your own: https://docs.docker.com/engine/security/rootless/";
