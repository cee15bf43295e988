//! `config list`, `get`, `set`, `unset`: what is set, and by whom.

use std::fmt::Write as _;

use clap::ValueEnum;
use clap_complete::ArgValueCompleter;
use serde_json::{Value as Json, json};

use super::target::Target;
use crate::cli::args::Global;
use crate::cli::completions::live;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::plan;
use crate::cli::project::{self, Access};
use crate::cli::registry;
use crate::compose;
use crate::dev::project::{FILE, Project};
use crate::dev::settings::{
    File, Key, NoKey, Origin, Overrides, PROJECT, Resolver, Scope, USER, Value, find,
};
use crate::redact;

/// Arguments of `config list`.
#[derive(Debug, clap::Args)]
pub struct ListArguments {
    /// Show where each value comes from
    #[arg(long)]
    show_origin: bool,
}

/// Arguments of `config get` and `unset`.
#[derive(Debug, clap::Args)]
pub struct KeyArguments {
    /// The key, dotted: services.core.port
    #[arg(add = ArgValueCompleter::new(live::keys))]
    key: String,
    /// Whose file [default: that of the key]
    #[arg(long, value_enum)]
    scope: Option<Whose>,
}

/// Arguments of `config set`.
#[derive(Debug, clap::Args)]
pub struct SetArguments {
    /// The key, dotted: services.core.port
    #[arg(add = ArgValueCompleter::new(live::keys))]
    key: String,
    /// The value; a list is separated by commas
    #[arg(allow_hyphen_values = true)]
    value: String,
    /// Whose file [default: that of the key]
    #[arg(long, value_enum)]
    scope: Option<Whose>,
}

/// Whose file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Whose {
    /// The user's own.
    User,
    /// `orchcli.yaml`.
    Project,
}

impl From<Whose> for Scope {
    fn from(whose: Whose) -> Self {
        match whose {
            Whose::User => Self::User,
            Whose::Project => Self::Project,
        }
    }
}

/// A value in effect, ready to be shown.
struct Shown {
    key: String,
    value: Json,
    origin: Origin,
    source: Option<String>,
}

impl Shown {
    fn document(&self) -> Json {
        json!({"key": self.key, "value": self.value, "origin": self.origin.as_str(), "source": self.source})
    }
}

/// Lists every value in effect.
pub fn list(arguments: &ListArguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let shown = effective(global, output)?;
    let width = shown.iter().map(|shown| shown.origin.to_string().len()).max().unwrap_or(0);
    let mut text = String::new();
    for Shown { key, value, origin, .. } in &shown {
        if arguments.show_origin {
            let _ = write!(text, "{:<width$}  ", origin.to_string());
        }
        let _ = writeln!(text, "{key} = {}", words(value));
    }
    let values: Vec<Json> = shown.iter().map(Shown::document).collect();
    output.result("ConfigList", json!({"values": values}), &text)
}

/// Shows one value in effect; or what one file says of it.
pub fn get(arguments: &KeyArguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let (key, path, scope) = known(&arguments.key)?;
    belongs(&arguments.key, scope, arguments.scope)?;
    let value = if arguments.scope.is_some() {
        let target = Target::of(scope, global, output)?;
        let value = target.value(&path)?;
        value.map(|value| (value, scope.as_str(), Some(target.path().display().to_string())))
    } else {
        let shown = effective_of(key, &path, scope, global, output)?;
        shown.map(|shown| (shown.value, shown.origin.as_str(), shown.source))
    };
    let (value, origin, source) = value.map_or((Json::Null, None, None), |(value, origin, source)| {
        (mask(&arguments.key, value), Some(origin), source)
    });
    let text = if value.is_null() { String::new() } else { words(&value) + "\n" };
    let fields = json!({"key": arguments.key, "value": value, "origin": origin, "source": source});
    output.result("ConfigValue", fields, &text)
}

/// Sets a value in its file.
pub fn set(arguments: &SetArguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let (key, path, scope) = known(&arguments.key)?;
    belongs(&arguments.key, scope, arguments.scope)?;
    let is_entry = path.len() > key.name.split('.').count();
    let value =
        if is_entry { Ok(Json::from(arguments.value.as_str())) } else { key.kind.read(&arguments.value) };
    let value = value.map_err(|wrong| {
        let message = format!("{} {wrong}, and is {}", arguments.key, arguments.value.escape_debug());
        Failure::new(ExitCode::Usage, Code::Usage, message)
    })?;
    change(&arguments.key, &path, scope, Some(value), global, output)
}

/// Takes a value out of its file.
pub fn unset(arguments: &KeyArguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let (_, path, scope) = known(&arguments.key)?;
    belongs(&arguments.key, scope, arguments.scope)?;
    change(&arguments.key, &path, scope, None, global, output)
}

fn change(
    name: &str,
    path: &[String],
    scope: Scope,
    value: Option<Json>,
    global: &Global,
    output: &mut Output,
) -> Result<(), Ended> {
    let target = Target::of(scope, global, output)?;
    let after = value.clone().map(|value| mask(name, value));
    if global.work.dry_run {
        let before = target.value(path)?.map(|value| mask(name, value));
        target.foresee(path, value)?;
        let action = if before == after { "keep" } else { "change" };
        let reason = format!("{name}: {} → {}", said(before.as_ref()), said(after.as_ref()));
        return plan::show("config", action, &target.path().display().to_string(), &reason, output);
    }
    let before = target.change(path, value)?.map(|value| mask(name, value));
    let text = if before == after {
        format!("= {name} is {} already\n", said(after.as_ref()))
    } else {
        format!(
            "{name}: {} → {} in {}\n",
            said(before.as_ref()),
            said(after.as_ref()),
            target.path().display()
        )
    };
    let fields = json!({"key": name, "before": before, "after": after, "scope": scope.as_str()});
    output.result("ConfigChange", fields, &text)
}

fn said(value: Option<&Json>) -> String {
    value.map_or_else(|| "not set".to_owned(), words)
}

fn known(name: &str) -> Result<(&'static Key, Vec<String>, Scope), Failure> {
    find(name).map_err(|error| {
        let NoKey { near, .. } = &error;
        let failure = Failure::new(ExitCode::Usage, Code::Usage, error.to_string());
        if near.is_some() { failure } else { failure.hint("orchcli config list tells the keys there are") }
    })
}

/// A key is of one file; who names the other is told.
fn belongs(name: &str, scope: Scope, wanted: Option<Whose>) -> Result<(), Failure> {
    if wanted.is_none_or(|wanted| Scope::from(wanted) == scope) {
        return Ok(());
    }
    let message = format!("{name} belongs to the {} configuration", scope.as_str());
    let failure = Failure::new(ExitCode::Usage, Code::Usage, message);
    let fallback = PROJECT.iter().find(|key| key.name == name).and_then(|key| key.user);
    Err(match fallback {
        Some(fallback) => failure.hint(format!("for all your projects, set {fallback}")),
        None => failure.hint(format!("leave --scope out, or say --scope {}", scope.as_str())),
    })
}

/// Everything in effect: of the project, if there is one, and of the user.
fn effective(global: &Global, output: &mut Output) -> Result<Vec<Shown>, Ended> {
    let sources = Sources::find(global, output)?;
    let mut all = Vec::new();
    if sources.project.is_some() {
        for key in PROJECT {
            all.extend(sources.shown(key, key.name)?);
        }
    }
    for key in USER.iter().filter(|key| !key.name.contains('*')) {
        all.extend(sources.shown(key, key.name)?);
    }
    for (host, credential) in sources.user["git"]["credentials"].as_object().into_iter().flatten() {
        for (name, value) in credential.as_object().into_iter().flatten() {
            let key = format!("git.credentials.{host}.{name}");
            let source = Some(sources.user_path.clone());
            all.push(Shown { key, value: value.clone(), origin: Origin::User, source });
        }
    }
    Ok(all)
}

fn effective_of(
    key: &'static Key,
    path: &[String],
    scope: Scope,
    global: &Global,
    output: &mut Output,
) -> Result<Option<Shown>, Ended> {
    let sources = Sources::find(global, output)?;
    if scope == Scope::Project && sources.project.is_none() {
        // Says where there is no project.
        project::locate(&global.compose, Access::ReadOnly, None, output)?;
    }
    if key.name.contains('*') {
        let value = path.iter().fold(&sources.user, |at, name| &at[name.as_str()]).clone();
        let source = Some(sources.user_path.clone());
        let shown = Shown { key: path.join("."), value, origin: Origin::User, source };
        return Ok(Some(shown).filter(|shown| !shown.value.is_null()));
    }
    let shown = sources.shown(key, key.name)?;
    // An entry of a map is asked for by its own name.
    let entry = path.get(key.name.split('.').count());
    Ok(match (shown, entry) {
        (Some(shown), Some(name)) => {
            let value = shown.value[name.as_str()].clone();
            Some(Shown { value, ..shown }).filter(|shown| !shown.value.is_null())
        }
        (shown, _) => shown,
    })
}

/// What values come from.
struct Sources {
    project: Option<Project>,
    user: Json,
    user_path: String,
    variables: compose::Variables,
}

impl Sources {
    fn find(global: &Global, output: &mut Output) -> Result<Self, Ended> {
        let project = match project::find(&global.compose, Access::ReadOnly, None, output) {
            Ok(project) => Some(project),
            Err(failure) if failure.exit == ExitCode::NoProject && global.compose.project.is_none() => None,
            Err(failure) => return Err(failure.into()),
        };
        let contents = registry::read(&global.compose, output)?.contents;
        let user_path = registry::open(&global.compose).map(|registry| registry.path().display().to_string());
        let process: compose::Variables = std::env::vars().collect();
        let folder = project.as_ref().and_then(|project| project.root().to_str());
        let variables = match folder {
            Some(folder) => {
                compose::variables(process.clone(), &[], folder, &project::Disk).unwrap_or(process)
            }
            None => process,
        };
        Ok(Self {
            project,
            user: serde_json::to_value(&contents).unwrap_or_default(),
            user_path: user_path.unwrap_or_default(),
            variables,
        })
    }

    fn shown(&self, key: &'static Key, name: &str) -> Result<Option<Shown>, Failure> {
        let variable = |name: &str| self.variables.get(name).cloned();
        let (flags, empty, none) = (Overrides::NONE, File::default(), std::collections::BTreeMap::new());
        let resolver = match &self.project {
            Some(project) => project.resolver(&flags, &variable),
            None => {
                Resolver { flags: &flags, variable: &variable, state: &none, file: &empty, user: &self.user }
            }
        };
        let value = resolver.value(key).map_err(|error| project::unfit(&error))?;
        let root = self.project.as_ref().map(Project::root);
        Ok(value.map(|Value { value, origin }| {
            let source = match &origin {
                Origin::Environment(name) => Some(name.clone()),
                Origin::Project(line) => root.map(|root| format!("{}:{line}", root.join(FILE).display())),
                Origin::State => {
                    self.project.as_ref().map(|project| project.folder().state().display().to_string())
                }
                Origin::User => Some(self.user_path.clone()),
                Origin::Flag | Origin::Default => None,
            };
            Shown { key: name.to_owned(), value: mask(name, value), origin, source }
        }))
    }
}

/// A value as people write it.
fn words(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(","),
        Json::Object(map) => {
            map.iter().map(|(name, value)| format!("{name}={}", words(value))).collect::<Vec<_>>().join(",")
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => value.to_string(),
    }
}

/// Without what is secret by its name or its form.
fn mask(key: &str, value: Json) -> Json {
    match value {
        Json::String(text) => {
            let name = key.rsplit('.').next().unwrap_or(key);
            // Which variable holds a token is no secret.
            if name == "token_env" {
                return Json::String(text);
            }
            if redact::is_secret(name) {
                return Json::String("***".to_owned());
            }
            let pair = redact::text(&format!("{name}={text}"));
            let plain = pair == format!("{name}={text}");
            Json::String(if plain {
                text
            } else {
                pair.split_once('=').map_or(pair.clone(), |(_, rest)| rest.to_owned())
            })
        }
        Json::Object(map) => {
            map.into_iter().map(|(name, value)| (name.clone(), mask(&name, value))).collect()
        }
        Json::Array(items) => items.into_iter().map(|item| mask(key, item)).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) => value,
    }
}
