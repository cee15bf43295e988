//! The programs that were found, for the children of this program.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{Manager, Tool};

/// Programs that will do.
#[derive(Debug, Clone)]
pub struct Toolbox {
    inherited: OsString,
    programs: BTreeMap<Tool, PathBuf>,
    folders: Vec<PathBuf>,
    notes: Vec<String>,
}

impl Toolbox {
    /// An empty one beside `PATH`.
    pub(super) fn new(inherited: OsString) -> Self {
        Self { inherited, programs: BTreeMap::new(), folders: Vec::new(), notes: Vec::new() }
    }

    /// Puts a program in. Its folder comes before `PATH` where that would lead to another one.
    pub(super) fn put(&mut self, tool: Tool, path: &Path, note: Option<String>) {
        let leads_to = which::which_in(tool.program(), Some(self.path()), "/").ok();
        if leads_to.as_deref() != Some(path)
            && let Some(folder) = path.parent()
        {
            self.folders.push(folder.to_owned());
        }
        self.programs.insert(tool, path.to_owned());
        self.notes.extend(note);
    }

    /// `PATH` for whoever is to use these programs.
    pub fn path(&self) -> OsString {
        let inherited = std::env::split_paths(&self.inherited);
        // A folder whose name cannot stand there is left out with the others.
        std::env::join_paths(self.folders.iter().cloned().chain(inherited))
            .unwrap_or_else(|_| self.inherited.clone())
    }

    /// What is worth knowing about them.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The program of a tool that was asked for.
    pub fn program(&self, tool: Tool) -> Option<&Path> {
        self.programs.get(&tool).map(PathBuf::as_path)
    }

    /// Whether Corepack is there.
    pub(super) fn has_corepack(&self) -> bool {
        which::which_in("corepack", Some(self.path()), "/").is_ok()
    }

    /// What runs the package manager of a checkout: itself; or Corepack, where it is not there, or where `packageManager`
    /// names a version and Corepack is what keeps to it.
    pub fn manager(&self, manager: Manager, checkout: &Path) -> Vec<String> {
        let name = manager.program().to_owned();
        let pinned = Manager::pinned(checkout).is_some();
        let through = manager.is_of_corepack()
            && (pinned || self.program(manager.tool()).is_none())
            && self.has_corepack();
        if through { vec!["corepack".to_owned(), name] } else { vec![name] }
    }
}
