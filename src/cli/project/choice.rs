//! Which project is meant, asked where there is none and somebody can answer (cli.md 4.4).

use std::path::Path;

use super::words::split_files;
use super::{Disk, here};
use crate::cli::args::Global;
use crate::cli::failure::Ended;
use crate::cli::prompt::{Prompter, may_ask};
use crate::cli::{registry, runtime};
use crate::compose::{self, Variables};
use crate::dev::project::{Search, find};

/// Puts the project that was chosen among the flags. Where one is found or named, or nobody can be asked, nothing is
/// asked; what is wrong then is told by who looks for the project.
pub fn choose(global: &mut Global) -> Result<(), Ended> {
    let flags = &global.compose;
    // Most often nobody can be asked: then nothing is read for it.
    if !may_ask(&global.work) || flags.project.is_some() || !flags.file.is_empty() {
        return Ok(());
    }
    let read = registry::open(flags).and_then(|registry| registry.read());
    let Ok(contents) = read.map(|read| read.contents) else { return Ok(()) };
    let here = here()?;
    let roots: Vec<&String> = contents.projects.keys().filter(|root| Path::new(root).is_dir()).collect();
    let search = Search { here: Path::new(&here), named: None, contents: &contents };
    if roots.is_empty() || !matches!(find(&search), Ok(None)) || names_files(&here) {
        return Ok(());
    }
    let mut chosen = None;
    let work = &global.work;
    runtime::run(work.timeout, async |interrupt| {
        let prompter = Prompter::new(work, &interrupt);
        let mut items: Vec<String> = roots.iter().map(|root| (*root).clone()).collect();
        items.push("none of them".to_owned());
        let none = roots.len();
        let question = "There is no project here. Which one do you mean?";
        let index = prompter.select(question, items, none, "--project").await?;
        chosen = roots.get(index).map(|root| (*root).clone());
        Ok(())
    })?;
    global.compose.project = chosen;
    Ok(())
}

/// Whether the environment, or `.env` here, names Compose files, which make a project of their folder.
fn names_files(here: &str) -> bool {
    let process: Variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    compose::variables(process, &[], here, &Disk).is_ok_and(|variables| !split_files(&variables).is_empty())
}
