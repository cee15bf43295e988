//! The Compose files of a project that we make: written by commands that change something, foreseen by the others
//! (cli.md 4.5).

use std::path::Path;

use super::disk::Foreseen;
use super::edited::Edited;
use super::{Access, Ask, refusal, text_of, unwritable};
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::compose::{self, Request, Variables, Wanted};
use crate::dev::project::Project;
use crate::dev::project::generated::{Outcome, foresee};
use crate::dev::settings::{Mode, Settings};

/// What a user lays on the file of the mode.
const LAID_ON: [&str; 2] = ["docker/docker-compose.override.yml", "orchcli.override.yaml"];

/// What keeps the edited file of a mode from being started, if something does.
pub fn unusable(
    project: &Project,
    settings: &Settings,
    mode: Mode,
    without: &[String],
) -> Result<Option<Failure>, Failure> {
    let Made { files, reader, edited } = of_mode(project, settings, mode, false)?;
    let (Some(edited), Some(file)) = (edited, files.first()) else { return Ok(None) };
    let request = Request {
        files: &files,
        directory: &compose::parent(file),
        name: None,
        variables: &Variables::default(),
        interpolate: false,
        wanted: Wanted { services: &[], profiles: &settings.profiles, without },
    };
    let (model, findings) = compose::load(&request, &reader);
    if model.is_some() {
        return Ok(None);
    }
    let failure = edited.refusal(&findings, &[], refusal(&findings, &text_of(project.root())?));
    Ok(Some(failure).filter(|failure| failure.code == Code::FileEdited))
}

/// Whether a command writes them.
pub(super) fn writes(ask: &Ask<'_>) -> bool {
    ask.make_files && ask.access == (Access::Mutating { dry_run: false })
}

/// The Compose files of a project that we make.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The file of the mode and what is laid on it.
    pub(super) files: Vec<String>,
    /// Where to read them.
    pub(super) reader: Foreseen,
    /// The file of the mode, if somebody edited it.
    pub(super) edited: Option<Edited>,
}

/// The file of the mode and what is laid on it.
pub(super) fn of_mode(
    project: &Project,
    settings: &Settings,
    mode: Mode,
    write: bool,
) -> Result<Made, Failure> {
    let name = project
        .compose_name(settings)
        .map_err(|error| Failure::new(ExitCode::Invalid, Code::ConfigInvalid, error.to_string()))?;
    let (path, body) = project.compose_file(mode, &name, settings);
    let mut reader = Foreseen::default();
    let mut edited = None;
    let file = text_of(&path)?;
    if write {
        let written = project.write_compose_files(&[mode], &name, settings, false);
        for (path, outcome) in written.map_err(|error| unwritable(&path, &error))? {
            if let Outcome::Edited { new } = outcome {
                edited = Some(Edited { path, new: Some(new), body: body.clone() });
            }
        }
        let secrets = project.folder().secrets();
        project.ensure_secrets().map_err(|error| unwritable(&secrets, &error))?;
    } else {
        match foresee(&path, &body, false).map_err(|error| unwritable(&path, &error))? {
            Outcome::Written => reader.put(file.clone(), body),
            Outcome::Edited { .. } => edited = Some(Edited { path, new: None, body }),
            Outcome::Kept | Outcome::Overwritten { .. } => {}
        }
        let secrets = project.folder().secrets();
        if !secrets.exists() {
            reader.put(text_of(&secrets)?, String::new());
        }
    }
    let root = text_of(project.root())?;
    let laid_on =
        LAID_ON.iter().map(|file| compose::join(&root, file)).filter(|file| Path::new(file).is_file());
    Ok(Made { files: [file].into_iter().chain(laid_on).collect(), reader, edited })
}
