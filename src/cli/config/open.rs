//! `config edit`: the file in the user's editor, put in its place only when it is right.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::target::Target;
use super::values::Whose;
use crate::cli::args::Global;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::plan;
use crate::cli::project::{self, Access};
use crate::dev::files::{self, Audience};
use crate::dev::project::Error;
use crate::dev::settings::{File, Scope};

/// Arguments of `config edit`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Whose file [default: project within one, else user]
    #[arg(long, value_enum)]
    scope: Option<Whose>,
}

/// Lets the user edit it.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let mut within =
        || project::locate(&global.compose, Access::Mutating { dry_run: true }, None, output).is_ok();
    let scope = match arguments.scope {
        Some(whose) => whose.into(),
        None if within() => Scope::Project,
        None => Scope::User,
    };
    let target = Target::of(scope, global, output)?;
    let path = target.path().to_owned();
    if global.work.dry_run {
        let kept = Draft::beside(&path).is_kept();
        let reason = if kept { "opens an editor, on what was kept" } else { "opens an editor" };
        return plan::show("config", "change", &path.display().to_string(), reason, output);
    }
    let before = fs::read_to_string(&path).unwrap_or_default();
    let draft = Draft::beside(&path);
    let is_kept = draft.is_kept();
    if is_kept {
        output.notice(&draft.goes_on(&path));
    } else {
        draft.begin(&before)?;
    }
    let draft = draft.0;
    editor(&draft).inspect_err(|_| {
        // What is of an earlier edit is not this one's to throw away.
        if !is_kept {
            let _ = fs::remove_file(&draft);
        }
    })?;
    let after = fs::read_to_string(&draft).map_err(|error| project::unwritable(&draft, &error))?;
    if after == before {
        let _ = fs::remove_file(&draft);
        return done(scope, &path, false, output);
    }
    if let Err(failure) = check(&target, &after, &draft) {
        let hint =
            format!("what you wrote is kept in {}: orchcli config edit goes on with it", draft.display());
        return Err(failure.hint(hint).into());
    }
    let audience = if scope == Scope::User { Audience::Owner } else { Audience::All };
    files::replace(&path, after.as_bytes(), audience).map_err(|error| project::unwritable(&path, &error))?;
    let _ = fs::remove_file(&draft);
    done(scope, &path, true, output)
}

fn done(scope: Scope, path: &Path, changed: bool, output: &Output) -> Result<(), Ended> {
    let text =
        if changed { format!("changed {}\n", path.display()) } else { "= nothing changed\n".to_owned() };
    let fields =
        json!({"key": null, "before": null, "after": null, "scope": scope.as_str(), "changed": changed});
    output.result("ConfigChange", fields, &text)
}

/// A copy beside the file, of the same kind, so that editors know what it is. One that was refused is kept there.
struct Draft(PathBuf);

impl Draft {
    fn beside(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("yaml");
        Self(path.with_extension(format!("edit.{extension}")))
    }

    fn is_kept(&self) -> bool {
        self.0.is_file()
    }

    /// Says that it is gone on with, and whether the file is another one by now.
    fn goes_on(&self, path: &Path) -> String {
        let changed = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
        let (draft, file) = (self.0.display(), path.display());
        let since = if changed(path) > changed(&self.0) {
            format!("; {file} has changed since")
        } else {
            String::new()
        };
        format!("goes on with what was kept in {draft}{since}; remove it to begin with {file}\n")
    }

    fn begin(&self, text: &str) -> Result<(), Failure> {
        let made = self.0.parent().map_or(Ok(()), files::private_folder);
        made.and_then(|()| files::replace(&self.0, text.as_bytes(), Audience::Owner))
            .map_err(|error| project::unwritable(&self.0, &error))
    }
}

fn editor(draft: &Path) -> Result<(), Failure> {
    let named = ["VISUAL", "EDITOR"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|text| !text.trim().is_empty()));
    let usual = if cfg!(windows) { "notepad" } else { "vi" };
    let line = named.unwrap_or_else(|| usual.to_owned());
    let words = shlex::split(&line).filter(|words| !words.is_empty()).unwrap_or_else(|| vec![line.clone()]);
    let missing = |error: std::io::Error| {
        let message = format!("the editor {} cannot be run", line.escape_debug());
        let failure = Failure::new(ExitCode::Prerequisite, Code::ToolMissing, message).because(&error);
        failure.hint("name one with VISUAL or EDITOR")
    };
    let status = Command::new(&words[0]).args(&words[1..]).arg(draft).status().map_err(missing)?;
    if status.success() {
        return Ok(());
    }
    let how = status.code().map_or_else(|| "a signal".to_owned(), |code| format!("code {code}"));
    let message = format!("the editor ended with {how}; nothing is changed");
    Err(Failure::new(ExitCode::Failed, Code::Internal, message))
}

/// Whether what was written is such a file.
fn check(target: &Target, text: &str, draft: &Path) -> Result<(), Failure> {
    match target {
        Target::Project { .. } => File::parse(text)
            .map(drop)
            .map_err(|findings| project::unusable(&Error::Invalid { path: draft.to_owned(), findings })),
        Target::User(registry) => registry.check(text).map_err(|why| {
            let message = format!("{}: {why}", draft.display());
            Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message)
        }),
    }
}
