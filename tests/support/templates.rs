//! A project with the Compose files we make, as `init` leaves it.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use orchcli::dev::project::generated::Outcome;
use orchcli::dev::project::{By, Found, Project};
use orchcli::dev::registry::Contents;
use orchcli::dev::settings::{Mode, Overrides};

/// Writes the files of every mode, and the keys.
pub fn write(root: &Path, force: bool) -> Vec<(PathBuf, Outcome)> {
    let found = Found { root: root.to_owned(), by: By::Marker };
    let project = Project::open(found, &Contents::default()).unwrap();
    let settings = project.settings(&Overrides::default(), &|_| None).unwrap();
    let name = project.compose_name(&settings).unwrap();
    project.ensure_secrets().unwrap();
    project.write_compose_files(&Mode::ALL, &name, &settings, force).unwrap()
}

/// Makes the folders that a mode is seen by.
pub fn check_out(root: &Path, mode: Mode) {
    for (service, there) in [("ui", mode.has_ui_source()), ("core", mode.has_core_source())] {
        if there {
            std::fs::create_dir_all(root.join(service)).unwrap();
        }
    }
}
