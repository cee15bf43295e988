//! `config projects`, `use`: the projects of this machine.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use clap_complete::ArgValueCompleter;
use serde_json::{Value, json};

use super::{purge, running};
use crate::cli::args::{ComposeFlags, Global};
use crate::cli::completions::live;
use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::cli::plain::one_line;
use crate::cli::plan;
use crate::cli::project::{self, Access};
use crate::cli::registry;
use crate::dev::counted;
use crate::dev::project::new_entry;
use crate::dev::registry::{Contents, Entry, Migration};

/// Arguments of `config projects`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Forget those whose folder is gone
    #[arg(long)]
    prune: bool,
}

/// A project that is named.
#[derive(Debug, clap::Args)]
pub struct Named {
    /// Name or folder of the project
    #[arg(value_name = "NAME|PATH", add = ArgValueCompleter::new(live::projects))]
    name: String,
}

/// Arguments of `config remove`.
#[derive(Debug, clap::Args)]
pub struct RemoveArguments {
    #[command(flatten)]
    named: Named,
    /// Stop and remove its containers first
    #[arg(long)]
    purge: bool,
}

/// Lists them, and whether they run as far as the engine answers.
pub fn list(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let flags = &global.compose;
    let contents = if arguments.prune {
        let registry = registry::open(flags).map_err(|error| registry::failure(&error))?;
        if global.work.dry_run {
            let known = registry::read(flags, output)?.contents;
            let gone: Vec<&str> =
                known.projects.keys().filter(|path| is_gone(path)).map(String::as_str).collect();
            let (action, reason) = if gone.is_empty() {
                ("keep", "the folder of every project is there".to_owned())
            } else {
                ("change", format!("forgets {}", gone.join(", ")))
            };
            return plan::show("config", action, &registry.path().display().to_string(), &reason, output);
        }
        let pruned = registry.update(|contents| {
            contents.projects.retain(|path, _| !is_gone(path));
            let gone = |path: &String| !contents.projects.contains_key(path);
            if contents.current_project.as_ref().is_some_and(gone) {
                contents.current_project = None;
            }
            contents.clone()
        });
        pruned.map_err(|error| registry::failure(&error))?
    } else {
        registry::read(flags, output)?.contents
    };
    let running = running::of(&contents, &global.engine)?;
    let rows: Vec<[String; 5]> =
        contents.projects.iter().map(|project| shown(row(project, &contents, running.as_ref()))).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (name, mode, state) = (width(1), width(2), width(3));
    let mut text = String::new();
    for [current, called, runs, up, path] in &rows {
        let _ = writeln!(text, "{current} {called:<name$}  {runs:<mode$}  {up:<state$}  {path}");
    }
    let list: Vec<Value> =
        contents.projects.iter().map(|project| document(project, &contents, running.as_ref())).collect();
    output.result("ProjectList", json!({"projects": list}), &text)
}

/// Each on its line, whatever the file says.
fn shown(row: [String; 5]) -> [String; 5] {
    row.map(|cell| one_line(&cell))
}

/// Makes one the current one.
pub fn choose(named: &Named, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let flags = &global.compose;
    let wanted = ComposeFlags { project: Some(named.name.clone()), ..flags.clone() };
    let (found, _) = project::locate(&wanted, Access::ReadOnly, None, output)?;
    let registry = registry::open(flags).map_err(|error| registry::failure(&error))?;
    let root = found.root.to_string_lossy().into_owned();
    if global.work.dry_run {
        let reason = format!("the current project becomes {root}");
        return plan::show("config", "change", &registry.path().display().to_string(), &reason, output);
    }
    let entry = new_entry(&found.root, jiff::Timestamp::now());
    let before = registry.update(|contents| {
        contents.projects.entry(root.clone()).or_insert(entry);
        contents.current_project.replace(root.clone())
    });
    let before = before.map_err(|error| registry::failure(&error))?;
    let fields = json!({"key": "current_project", "before": before, "after": root, "scope": "user"});
    output.result("ConfigChange", fields, &format!("the current project is {root}\n"))
}

/// Forgets one. Nothing of it is touched, but for its containers with `--purge`.
pub fn remove(arguments: &RemoveArguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let RemoveArguments { named, purge } = arguments;
    let flags = &global.compose;
    let contents = registry::read(flags, output)?.contents;
    // One whose folder is gone has no other way out.
    let gone = contents.projects.iter().find(|(path, entry)| {
        is_gone(path) && (**path == named.name || entry.name.as_ref() == Some(&named.name))
    });
    let root = match gone {
        Some((path, _)) => path.clone(),
        None => {
            let wanted = ComposeFlags { project: Some(named.name.clone()), ..flags.clone() };
            let (found, _) = project::locate(&wanted, Access::ReadOnly, None, output)?;
            found.root.to_string_lossy().into_owned()
        }
    };
    let known = contents.projects.contains_key(&root);
    if global.work.dry_run {
        let action = if known { "remove" } else { "keep" };
        let reason = if *purge {
            "from the user configuration, after its containers"
        } else {
            "from the user configuration"
        };
        return plan::show("config", action, &root, reason, output);
    }
    if *purge {
        purge::purge(Path::new(&root), global, output)?;
    }
    let registry = registry::open(flags).map_err(|error| registry::failure(&error))?;
    let removed = registry.update(|contents| {
        if contents.current_project.as_ref() == Some(&root) {
            contents.current_project = None;
        }
        contents.projects.shift_remove(&root)
    });
    let removed = removed.map_err(|error| registry::failure(&error))?;
    let text = match &removed {
        Some(_) => format!("{root} is forgotten; nothing in it was changed\n"),
        None => format!("= {root} was not registered\n"),
    };
    let fields = json!({"key": "projects", "before": removed, "after": null, "scope": "user"});
    output.result("ConfigChange", fields, &text)
}

/// Takes over what the reference knew.
pub fn migrate(global: &Global, output: &mut Output) -> Result<(), Ended> {
    let registry = registry::open(&global.compose).map_err(|error| registry::failure(&error))?;
    let migrated = registry.migrate(global.work.dry_run).map_err(|error| registry::failure(&error))?;
    let Some(Migration { from, added }) = migrated else {
        let fields = json!({"key": "projects", "before": null, "after": [], "scope": "user"});
        return output.result("ConfigChange", fields, "= there is nothing to take over\n");
    };
    if global.work.dry_run {
        let action = if added.is_empty() { "keep" } else { "change" };
        let reason = format!("takes over {} of {}", counted(added.len(), "project"), from.display());
        return plan::show("config", action, &registry.path().display().to_string(), &reason, output);
    }
    let mut text = if added.is_empty() {
        format!("= every project of {} is known already\n", from.display())
    } else {
        let many = counted(added.len(), "project");
        format!("took over {many} from {}, which stays as it is\n", from.display())
    };
    for path in &added {
        let _ = writeln!(text, "+ {path}");
    }
    let fields = json!({"key": "projects", "before": null, "after": added, "scope": "user"});
    output.result("ConfigChange", fields, &text)
}

fn is_gone(path: &str) -> bool {
    !Path::new(path).is_dir()
}

fn row(
    (path, entry): (&String, &Entry),
    contents: &Contents,
    running: Option<&BTreeSet<String>>,
) -> [String; 5] {
    let current = if contents.current_project.as_ref() == Some(path) { "*" } else { " " };
    let gone = if is_gone(path) { "  (not there)" } else { "" };
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let up = match running {
        Some(running) if running.contains(path) => "running",
        Some(_) => "stopped",
        None => "-",
    };
    [current.to_owned(), text(&entry.name), text(&entry.mode), up.to_owned(), format!("{path}{gone}")]
}

fn document(
    (path, entry): (&String, &Entry),
    contents: &Contents,
    running: Option<&BTreeSet<String>>,
) -> Value {
    json!({
        "name": entry.name,
        "path": path,
        "mode": entry.mode,
        "composeProject": entry.compose_project,
        "current": contents.current_project.as_ref() == Some(path),
        "missing": is_gone(path),
        "running": running.map(|running| running.contains(path)),
    })
}
