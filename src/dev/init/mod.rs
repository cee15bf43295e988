//! `init`: from a folder to a project (cli.md 3.1). What is asked for is checked before anything is touched; then each
//! step is a task, noted in a journal, and found to be done already when it is run again.

mod adopted;
mod error;
mod files;
mod foreseen;
mod journal;
mod plan;
mod source;
mod steps;

pub use adopted::Adopted;
pub use error::Error;
pub use foreseen::{Foreseen, foresee};
pub use journal::Journal;
pub use plan::plan;
pub use source::{Found, Source, conflict, official};
pub use steps::{Done, ServiceDone, run, waits};

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::dev::settings::{Mode, Provider, Runner, Service};
use crate::dev::tools::Tools;
use crate::git::Access;

/// What is asked for, checked.
#[derive(Debug, Clone)]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Wanted {
    /// The folder of the project, canonical.
    pub root: PathBuf,
    /// What runs from source.
    pub sources: Vec<Source>,
    /// How many commits are fetched; all without it.
    pub depth: Option<u32>,
    /// Whether `upstream` of a fork is fetched.
    pub fetch_upstream: bool,
    /// Whether it can be pushed to.
    pub push_upstream: bool,
    /// Whether dependencies are installed.
    pub dependencies: bool,
    /// Whether edited files are overwritten and foreign repositories accepted.
    pub force: bool,
    /// Whether nothing may be fetched.
    pub offline: bool,
    /// What `orchcli.yaml` is to say, by the path of its key.
    pub settings: Vec<(Vec<String>, Value)>,
    /// Ports to use where the wanted ones are taken, by service.
    pub ports: BTreeMap<String, u16>,
    /// What the reference left, when it is to be taken over.
    pub adopted: Option<Adopted>,
    /// How Git hosts are reached.
    pub access: Access,
    /// The programs of this machine.
    pub tools: Tools,
}

impl Wanted {
    /// What runs Core from source, as the project says.
    pub fn runner(&self) -> Runner {
        steps::settings(self)
            .map_or(Runner::Builtin, |(_, settings)| settings.runner.unwrap_or(Runner::Builtin))
    }

    /// The mode that the project is set up for; what cannot be read says nothing of it.
    pub fn mode(&self) -> Mode {
        steps::settings(self).map_or(Mode::Production, |(_, settings)| steps::mode(self, &settings))
    }

    /// How a service is provided by what is there now.
    pub fn provider(&self, service: Service) -> Provider {
        let Ok((_, settings)) = steps::settings(self) else { return Provider::Image };
        let mode = steps::mode(self, &settings);
        let has_source = match service {
            Service::Ui => mode.has_ui_source(),
            Service::Core => mode.has_core_source(),
            Service::Mongodb => false,
        };
        if has_source {
            Provider::Source
        } else {
            settings.service(service).provider.unwrap_or(Provider::Image)
        }
    }
}
