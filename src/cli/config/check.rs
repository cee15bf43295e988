//! `config validate`: every file there is, each finding with its place.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::args::Global;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access, Ask};
use crate::cli::registry;
use crate::compose::{Finding, STDIN, Severity, called};
use crate::dev::project::{FILE, text_of};
use crate::dev::settings::File;

/// A file and what is wrong with it.
struct Checked {
    path: String,
    findings: Vec<Value>,
}

/// Checks the user's file, `orchcli.yaml` and the Compose files; exit 5 when one is wrong.
pub fn run(global: &Global, output: &mut Output) -> Result<(), Ended> {
    let mut files = Vec::new();
    let registry = registry::open(&global.compose).map_err(|error| registry::failure(&error))?;
    if registry.path().exists() {
        let findings = match registry.read() {
            Ok(_) => Vec::new(),
            Err(error) => vec![whole(Code::ConfigInvalid, &error.to_string())],
        };
        files.push(Checked { path: registry.path().display().to_string(), findings });
    }
    let user_is_good = files.iter().all(|file| file.findings.is_empty());
    let access = if user_is_good { Access::ReadOnly } else { Access::Model };
    match project::locate(&global.compose, access, None, output) {
        Ok((found, _)) => {
            let file = project_file(&found.root.join(FILE));
            let good = file.as_ref().is_none_or(|file| file.findings.is_empty());
            files.extend(file);
            // With wrong settings the model would be wrong as well.
            if good {
                compose(global, access, &mut files, output)?;
            }
        }
        Err(failure) if failure.exit == ExitCode::NoProject && global.compose.project.is_none() => {
            if !global.compose.file.is_empty() || std::env::var_os("COMPOSE_FILE").is_some() {
                compose(global, access, &mut files, output)?;
            }
        }
        Err(failure) => return Err(failure.into()),
    }
    report(&files, output)
}

fn project_file(path: &Path) -> Option<Checked> {
    let shown = path.display().to_string();
    let findings = match text_of(path) {
        Ok(None) => return None,
        Ok(Some(text)) => match File::parse(&text) {
            Ok(_) => Vec::new(),
            Err(findings) => {
                findings.iter().map(|finding| project::finding_document(&shown, finding)).collect()
            }
        },
        Err(error) => vec![whole(Code::ConfigInvalid, &format!("cannot be read: {error}"))],
    };
    Some(Checked { path: shown, findings })
}

/// The Compose files. What is wrong with them carries its file itself.
fn compose(
    global: &Global,
    access: Access,
    files: &mut Vec<Checked>,
    output: &mut Output,
) -> Result<(), Ended> {
    match project::load(&global.compose, &Ask::new(access, &[]), output) {
        Ok(loaded) => {
            let there = |path: &String| path == STDIN || Path::new(path).exists();
            let existing = loaded.files.iter().filter(|path| there(path)).map(|path| called(path).to_owned());
            files.extend(existing.map(|path| Checked { path, findings: Vec::new() }));
            // What containers cannot be given, or are not.
            for finding in loaded.model.for_containers(global.work.offline) {
                match finding.severity {
                    Severity::Warning => output.warn(finding.code.as_str(), &finding.to_string()),
                    Severity::Error => add(files, document(&finding)),
                }
            }
            Ok(())
        }
        Err(Ended::Failed(failure)) if failure.exit == ExitCode::Invalid => {
            files.extend(by_file(&failure));
            Ok(())
        }
        Err(other) => Err(other),
    }
}

fn by_file(failure: &Failure) -> Vec<Checked> {
    let mut files: Vec<Checked> = Vec::new();
    let findings = failure.details.as_ref().and_then(|details| details["findings"].as_array().cloned());
    for finding in findings.unwrap_or_else(|| vec![whole(failure.code, &failure.message)]) {
        add(&mut files, finding);
    }
    files
}

/// Puts a finding to its file.
fn add(files: &mut Vec<Checked>, finding: Value) {
    let path = finding["file"].as_str().unwrap_or_default().to_owned();
    match files.iter_mut().find(|file| file.path == path) {
        Some(file) => file.findings.push(finding),
        None => files.push(Checked { path, findings: vec![finding] }),
    }
}

fn document(finding: &Finding) -> Value {
    let Finding { code, file, line, column, path, message, .. } = finding;
    json!({"code": code.as_str(), "message": message, "file": file, "line": line, "column": column, "path": path})
}

fn whole(code: Code, message: &str) -> Value {
    json!({"code": code.as_str(), "message": message, "line": 0, "column": 0, "path": ""})
}

fn report(files: &[Checked], output: &Output) -> Result<(), Ended> {
    let mut text = String::new();
    for Checked { path, findings } in files {
        if findings.is_empty() {
            let _ = writeln!(text, "ok    {path}");
        }
        for finding in findings {
            let number = |name: &str| finding[name].as_u64().unwrap_or_default();
            let at = if number("line") > 0 {
                format!("{path}:{}:{}", number("line"), number("column"))
            } else {
                path.clone()
            };
            let below = finding["path"].as_str().filter(|path| !path.is_empty());
            let below = below.map_or_else(String::new, |path| format!("{path}: "));
            let _ = writeln!(text, "fail  {at}: {below}{}", finding["message"].as_str().unwrap_or_default());
        }
    }
    let document = |file: &Checked| json!({"path": file.path, "findings": file.findings});
    let list: Vec<Value> = files.iter().map(document).collect();
    output.result("ConfigReport", json!({"files": list}), &text)?;
    let good = files.iter().all(|file| file.findings.is_empty());
    if good { Ok(()) } else { Err(Ended::Exit(ExitCode::Invalid)) }
}
