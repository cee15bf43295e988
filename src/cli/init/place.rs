//! Where `init` works, and which repositories are the official ones there (cli.md 4.4, 6.2).

use std::path::PathBuf;

use crate::cli::args::Global;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access};
use crate::dev::project::{By, Found, Search, find};
use crate::dev::registry::Contents;
use crate::dev::settings::{Overrides, Service};

/// Where it works.
#[derive(Debug)]
pub struct Place {
    /// The current folder, canonical: paths that are given count from it.
    pub here: PathBuf,
    /// The folder of the project: the one that the current folder is in, else the current folder.
    pub root: PathBuf,
    /// The repository of the UI that forks are forks of.
    pub ui: String,
    /// That of Core.
    pub core: String,
}

/// Finds it. A project that is named has to be there; in a folder that is in none a new one is made.
pub fn place(global: &Global, user: &Contents, output: &mut Output) -> Result<Place, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(ExitCode::Failed, Code::Internal, "the current folder is not there").because(&error)
    };
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).map_err(failed)?;
    let root = if global.compose.project.is_some() {
        let access = Access::Mutating { dry_run: global.work.dry_run };
        project::locate(&global.compose, access, None, output)?.0.root
    } else {
        let search = Search { here: &here, named: None, contents: user };
        find(&search).ok().flatten().map_or_else(|| here.clone(), |found| found.root)
    };
    if root != here {
        output.notice(&format!("this is about the project {}\n", root.display()));
    }
    let found = Found { root: root.clone(), by: By::Marker };
    let project = project::open(found, user, output)?;
    let settings = project.settings(&Overrides::NONE, &|_| None).map_err(|error| project::unfit(&error))?;
    let official =
        |service, usual: &str| settings.service(service).repo.clone().unwrap_or_else(|| usual.to_owned());
    let (ui, core) = (official(Service::Ui, "KubeOrch/ui"), official(Service::Core, "KubeOrch/core"));
    Ok(Place { here, root, ui, core })
}
