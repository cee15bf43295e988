//! The server's configuration: gathered from where it lies, shown, checked.

use std::fmt::Write as _;
use std::fs::File as OpenFile;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Arguments;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::settings::{
    self, File, Flag, Key, LIMIT, Loaded, Machine, Problem, Refused, Settings, Shown, Sources, Store,
    Warning, keep, key,
};

/// The file that is read when none is named, in the current folder.
const DEFAULT_FILE: &str = "config.yaml";

/// Widest column of values, in characters; longer ones push their origin to the right.
const WIDTH: usize = 56;

/// A configuration that cannot be used, and what else was found in it.
#[derive(Debug)]
pub struct Unusable {
    /// Why.
    pub failure: Box<Failure>,
    /// What may not be as meant.
    pub warnings: Vec<Warning>,
}

impl From<Failure> for Unusable {
    fn from(failure: Failure) -> Self {
        Self { failure: Box::new(failure), warnings: Vec::new() }
    }
}

/// Reads the settings from flags, environment and file.
pub fn load(arguments: &Arguments) -> Result<Loaded, Unusable> {
    settings::load(&sources(arguments)?).map_err(|Refused { problems, warnings }| Unusable {
        failure: Box::new(invalid(&problems)),
        warnings,
    })
}

fn sources(arguments: &Arguments) -> Result<Sources, Failure> {
    Ok(Sources {
        flags: flags(arguments),
        environment: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        file: file(arguments.config.as_deref())?,
        machine: Machine { container: in_container(), root: is_root() },
        fresh: keep::fresh().map_err(|error| {
            Failure::new(ExitCode::Failed, Code::Internal, "no secrets can be made").because(&error)
        })?,
    })
}

fn flags(arguments: &Arguments) -> Vec<Flag> {
    let release = arguments.release.then(|| "release".to_owned());
    let given: [(Key, &'static str, &Option<String>); 9] = [
        (key::HOST, "--host", &arguments.host),
        (key::PORT, "--port", &arguments.port),
        (key::CONSOLE_PORT, "--console-port", &arguments.console_port),
        (key::STORE, "--store", &arguments.store),
        (key::DATA_DIR, "--data-dir", &arguments.data_dir),
        (key::LOG_FORMAT, "--log-format", &arguments.log_format),
        (key::LOG_LEVEL, "--log-level", &arguments.log_level),
        (key::GIN_MODE, "--release", &release),
        (key::SHUTDOWN_TIMEOUT, "--shutdown-timeout", &arguments.shutdown_timeout),
    ];
    given
        .into_iter()
        .filter_map(|(key, name, value)| Some(Flag { key, name, value: value.clone()? }))
        .collect()
}

fn file(named: Option<&Path>) -> Result<Option<File>, Failure> {
    let path = named.map_or_else(|| PathBuf::from(DEFAULT_FILE), Path::to_owned);
    match read(&path) {
        Ok(text) => File::parse(&path, &text).map(Some).map_err(|problem| invalid(&[problem])),
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => Ok(None),
        Err(error) => {
            let message = format!("{} cannot be read", path.display());
            Err(Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message).because(&error))
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let read = OpenFile::open(path)?.take(LIMIT + 1).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read <= LIMIT) {
        Ok(text)
    } else {
        Err(ErrorKind::FileTooLarge.into())
    }
}

/// What container engines leave behind, and what Kubernetes tells every pod.
fn in_container() -> bool {
    ["/.dockerenv", "/run/.containerenv"].iter().any(|path| Path::new(path).exists())
        || ["KUBERNETES_SERVICE_HOST", "container"].iter().any(|name| std::env::var_os(name).is_some())
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

fn invalid(problems: &[Problem]) -> Failure {
    let message = match problems {
        [problem] => problem.to_string(),
        several => format!("the configuration has {} problems", several.len()),
    };
    let mut failure = Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message);
    failure = failure.details(json!({"problems": problems.iter().map(details).collect::<Vec<_>>()}));
    if let [problem] = problems {
        return failure.hint(&problem.hint);
    }
    failure.causes = problems.iter().map(|problem| format!("{problem}; {}", problem.hint)).collect();
    failure.hint("correct them, then see orchcli serve --check")
}

fn details(problem: &Problem) -> Value {
    json!({"key": problem.key, "origin": problem.origin.to_string(), "message": problem.why, "hint": problem.hint})
}

/// Refuses what this version cannot serve, and files that cannot be read.
pub fn check(settings: &Settings) -> Result<(), Failure> {
    if let Store::Mongo(_) = settings.store {
        let message = "MongoDB is not built into this version; documents are kept in SQLite";
        let failure = Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message);
        return Err(failure.hint("use --store sqlite, and leave out MONGO_URI"));
    }
    let Some(path) = &settings.outbound_ca_file else { return Ok(()) };
    OpenFile::open(path).map(drop).map_err(|error| {
        let message = format!("OUTBOUND_CA_FILE: {} cannot be read", path.display());
        Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message).because(&error)
    })
}

/// `--print-config`: every setting, masked, with its origin.
pub fn print(loaded: &Loaded, output: &mut Output) -> Result<(), Ended> {
    warn(&loaded.warnings, output);
    let lines: Vec<String> = loaded.shown.iter().map(line).collect();
    let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default().min(WIDTH);
    let mut text = String::new();
    for (line, shown) in lines.iter().zip(&loaded.shown) {
        let _ = writeln!(text, "{line:width$}  # {}", shown.origin);
    }
    let settings: Vec<Value> = loaded
        .shown
        .iter()
        .map(|shown| json!({"key": shown.key.name, "value": shown.value, "origin": shown.origin.to_string()}))
        .collect();
    output.result("Settings", json!({"settings": settings}), &text)
}

fn line(shown: &Shown) -> String {
    match &shown.value {
        Some(value) if !value.is_empty() => format!("{}: {value}", shown.key.name),
        _ => format!("{}:", shown.key.name),
    }
}

/// `--check`, when nothing is wrong.
pub fn confirm(loaded: &Loaded, output: &mut Output) -> Result<(), Ended> {
    warn(&loaded.warnings, output);
    output.result("Check", json!({"valid": true}), "the configuration is valid\n")
}

/// Shows warnings.
pub fn warn(warnings: &[Warning], output: &mut Output) {
    for warning in warnings {
        output.warn(warning.code, &warning.message);
    }
}
