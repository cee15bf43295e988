//! What a project is known by: its own files, and its entry in the user's.

use jiff::Timestamp;

use crate::dev::files::{Audience, replace};
use crate::dev::folder::Folder;
use crate::dev::init::{Error, Wanted, files};
use crate::dev::project::generated::Outcome as Written;
use crate::dev::project::{self, By, Project, new_entry, text_of};
use crate::dev::registry::Registry;
use crate::dev::report::Event;
use crate::dev::settings::{Mode, Overrides, Runner, Service, Settings, set as set_value};
use crate::dev::state::State;
use crate::dev::task::{Context, Outcome};
use crate::dev::tools::needs;

pub(in crate::dev::init) fn settings(wanted: &Wanted) -> Result<(Project, Settings), Error> {
    let found = project::Found { root: wanted.root.clone(), by: By::Marker };
    let project = Project::open(found, &crate::dev::registry::Contents::default())?;
    let settings = project.settings(&Overrides::NONE, &|_| None)?;
    Ok((project, settings))
}

/// The mode that the project is set up for: a checkout counts that is asked for, whether it came or not, and one that
/// is there, whichever run made it.
pub(in crate::dev::init) fn mode(wanted: &Wanted, settings: &Settings) -> Mode {
    let is_source = |service: Service| {
        let usual = || settings.service(service).path.clone().unwrap_or_else(|| service.as_str().to_owned());
        wanted.sources.iter().any(|source| source.service == service)
            || wanted.root.join(usual()).join(".git").exists()
    };
    Mode::of(is_source(Service::Ui), is_source(Service::Core))
}

pub(super) fn write(wanted: &Wanted, context: &Context) -> Result<Outcome, Error> {
    let warn = |code, message| context.reporter.tell(Event::Warning { code, message });
    let mut changed = false;
    let path = wanted.root.join(project::FILE);
    let wrong = || Error::io(format!("{} cannot be written", path.display()));
    let before = text_of(&path).map_err(wrong())?;
    if !wanted.settings.is_empty() {
        let mut text = before.clone().unwrap_or_else(|| "version: 1\n".to_owned());
        for (key, value) in &wanted.settings {
            text = set_value(&text, key, value).map_err(|error| Error::Edit(error.to_string()))?;
        }
        if before.as_deref() != Some(&text) {
            replace(&path, text.as_bytes(), Audience::All).map_err(wrong())?;
            changed = true;
        }
    } else if before.is_none() {
        replace(&path, b"version: 1\n", Audience::All).map_err(wrong())?;
        changed = true;
    }
    changed |= keep_ports(wanted)?;
    let (project, settings) = settings(wanted)?;
    let name = project.compose_name(&settings).map_err(|error| Error::Name(error.to_string()))?;
    let written = project.write_compose_files(&Mode::ALL, &name, &settings, wanted.force);
    for (path, outcome) in written.map_err(Error::io("the Compose files cannot be written"))? {
        match outcome {
            Written::Kept => {}
            Written::Written | Written::Overwritten { .. } => changed = true,
            Written::Edited { new } => {
                let message =
                    format!("{} was edited and stays; the new one is {}", path.display(), new.display());
                warn("FILE_EDITED", message);
            }
        }
    }
    project.ensure_secrets().map_err(Error::io("the keys of the containers cannot be written"))?;
    changed |= files::ignore(&wanted.root)?;
    for source in wanted.sources.iter().filter(|source| source.path.join(".git").exists()) {
        let (made, notes) = files::of_checkout(source.service, &source.path, &settings)?;
        changed |= made;
        let needs = needs(source.service, &source.path, settings.runner.unwrap_or(Runner::Builtin));
        for note in notes.into_iter().chain(needs.into_iter().filter_map(|need| need.passed_over)) {
            warn("CONFIG_INVALID", note);
        }
    }
    Ok(if changed { Outcome::Done("written".to_owned()) } else { Outcome::Kept("up to date".to_owned()) })
}

/// Keeps the ports that were chosen; one that is asked for now goes before one that was chosen for it once.
fn keep_ports(wanted: &Wanted) -> Result<bool, Error> {
    let folder = Folder::of(&wanted.root);
    let before = State::read(&folder);
    let mut state = before.clone();
    let said = |service: &str| wanted.settings.iter().any(|(key, _)| *key == ["services", service, "port"]);
    state.ports.retain(|service, _| !said(service));
    state.ports.extend(wanted.ports.clone());
    if state == before {
        return Ok(false);
    }
    state.write(&folder).map_err(Error::io("the ports cannot be kept"))?;
    Ok(true)
}

pub(super) fn register(wanted: &Wanted, registry: &Registry) -> Result<Outcome, Error> {
    let (_, settings) = settings(wanted)?;
    let mode = mode(wanted, &settings);
    let key = wanted.root.to_string_lossy().into_owned();
    let now = Timestamp::now();
    let changed = registry.update(|contents| {
        let before = contents.projects.get(&key).cloned();
        let entry = contents.projects.entry(key.clone()).or_insert_with(|| new_entry(&wanted.root, now));
        for source in wanted.sources.iter().filter(|source| source.path.exists()) {
            let path = Some(source.path.to_string_lossy().into_owned());
            match source.service {
                Service::Ui => entry.ui_path = path,
                Service::Core => entry.core_path = path,
                Service::Mongodb => {}
            }
        }
        entry.mode = Some(mode.as_str().to_owned());
        let changed = before.as_ref() != Some(entry) || contents.current_project.as_ref() != Some(&key);
        contents.current_project = Some(key.clone());
        changed
    })?;
    Ok(if changed { Outcome::Done(mode.as_str().to_owned()) } else { Outcome::Kept("up to date".to_owned()) })
}
