//! What only this machine knows: projects, services, keys (cli.md 3.11). Nothing here asks an engine, and whatever fails
//! is no candidate.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::sync::mpsc;
use std::time::Duration;

use clap_complete::CompletionCandidate;

use crate::cli::args::{Color, ComposeFlags, Format};
use crate::cli::output::Output;
use crate::cli::project::{self, Access, Ask};
use crate::cli::registry;
use crate::dev::settings::{PROJECT, USER};

/// Longest wait for files that are slow to read.
const PATIENCE: Duration = Duration::from_millis(300);

/// Names of the registered projects.
pub fn projects(current: &OsStr) -> Vec<CompletionCandidate> {
    let found = in_time(|| {
        let contents = registry::read(&flags(), &mut silent()).ok()?.contents;
        let names = contents.projects.into_iter().map(|(path, entry)| {
            let about = path.clone();
            (entry.name.unwrap_or(path), Some(about))
        });
        Some(names.collect())
    });
    candidates(current, found)
}

/// Names of the services of the project here.
pub fn services(current: &OsStr) -> Vec<CompletionCandidate> {
    // The shell reads what is typed there.
    project::leave_stdin();
    let found = in_time(|| {
        let loaded = project::load(&flags(), &Ask::new(Access::Model, &[]), &mut silent()).ok()?;
        Some(loaded.model.services().into_iter().map(|name| (name.to_owned(), None)).collect())
    });
    candidates(current, found)
}

/// The keys of the settings.
pub fn keys(current: &OsStr) -> Vec<CompletionCandidate> {
    let keys = PROJECT.iter().chain(USER).filter(|key| !key.name.contains('*'));
    candidates(current, keys.map(|key| (key.name.to_owned(), Some(key.about.to_owned()))).collect())
}

type Found = Vec<(String, Option<String>)>;

fn candidates(current: &OsStr, found: Found) -> Vec<CompletionCandidate> {
    let Some(begun) = current.to_str() else { return Vec::new() };
    let mut seen = BTreeSet::new();
    let fitting = found.into_iter().filter(|(name, _)| name.starts_with(begun) && seen.insert(name.clone()));
    fitting.map(|(name, about)| CompletionCandidate::new(name).help(about.map(Into::into))).collect()
}

/// What `find` finds in time; a thread that takes longer ends with the process.
fn in_time(find: impl FnOnce() -> Option<Found> + Send + 'static) -> Found {
    let (done, found) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody may be waiting any more.
        let _ = done.send(find().unwrap_or_default());
    });
    found.recv_timeout(PATIENCE).unwrap_or_default()
}

/// Nobody reads what a completion has to say.
fn silent() -> Output {
    Output::new(Format::Text, Color::Never, true)
}

/// The flags on the line that is being completed, as far as they say what the project is.
fn flags() -> ComposeFlags {
    let words: Vec<OsString> = std::env::args_os().skip_while(|word| word != "--").collect();
    let text = |at: usize| words.get(at).and_then(|word| word.to_str());
    let mut flags = ComposeFlags {
        project: std::env::var("ORCHCLI_PROJECT").ok(),
        user_config: std::env::var_os("ORCHCLI_CONFIG").map(Into::into),
        ..ComposeFlags::default()
    };
    for at in 0..words.len() {
        let Some(word) = text(at) else { continue };
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            // The last word is the one that is being completed.
            None => (word, text(at + 1).filter(|_| at + 2 < words.len()).map(str::to_owned)),
        };
        let Some(value) = value else { continue };
        match name {
            "-p" | "--project" => flags.project = Some(value),
            "--user-config" => flags.user_config = Some(value.into()),
            "--file" => flags.file.push(value.into()),
            "--profile" => flags.profile.push(value),
            _ => {}
        }
    }
    flags
}
