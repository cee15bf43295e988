//! The Compose files of a project that we make: written by commands that change something, foreseen by the others
//! (cli.md 4.5).

use std::path::Path;

use super::disk::Foreseen;
use super::{Access, Ask, text_of};
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::output::Output;
use crate::compose;
use crate::dev::project::generated::{Outcome, foresee};
use crate::dev::project::{Mode, Project};
use crate::dev::settings::Settings;

/// What a user lays on the file of the mode.
const LAID_ON: [&str; 2] = ["docker/docker-compose.override.yml", "orchcli.override.yaml"];

/// Whether a command writes them.
pub(super) fn writes(ask: &Ask<'_>) -> bool {
    ask.make_files && ask.access == (Access::Mutating { dry_run: false })
}

/// The file of the mode and what is laid on it, and where to read them.
pub(super) fn of_mode(
    project: &Project,
    settings: &Settings,
    mode: Mode,
    write: bool,
    output: &mut Output,
) -> Result<(Vec<String>, Foreseen), Failure> {
    let name = project
        .compose_name(settings)
        .map_err(|error| Failure::new(ExitCode::Invalid, Code::ConfigInvalid, error.to_string()))?;
    let (path, body) = project.compose_file(mode, &name, settings);
    let mut foreseen = Foreseen::default();
    let file = text_of(&path)?;
    let unwritable = |path: &Path| {
        let message = format!("{} cannot be written", path.display());
        move |error: std::io::Error| Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
    };
    if write {
        let written =
            project.write_compose_files(&[mode], &name, settings, false).map_err(unwritable(&path))?;
        for (path, outcome) in written {
            if let Outcome::Edited { new } = outcome {
                let message = format!(
                    "{} was edited and is used as it is; what this version would write is {}",
                    path.display(),
                    new.display()
                );
                output.warn("FILE_EDITED", &message);
            }
        }
        project.ensure_secrets().map_err(unwritable(&project.folder().secrets()))?;
    } else {
        match foresee(&path, &body, false).map_err(unwritable(&path))? {
            Outcome::Written => foreseen.put(file.clone(), body),
            Outcome::Kept | Outcome::Edited { .. } | Outcome::Overwritten { .. } => {}
        }
        let secrets = project.folder().secrets();
        if !secrets.exists() {
            foreseen.put(text_of(&secrets)?, String::new());
        }
    }
    let root = text_of(project.root())?;
    let laid_on =
        LAID_ON.iter().map(|file| compose::join(&root, file)).filter(|file| Path::new(file).is_file());
    Ok(([file].into_iter().chain(laid_on).collect(), foreseen))
}
