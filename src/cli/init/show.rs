//! What `init` did, and what it would do.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::dev::converge::Step;
use crate::dev::init::{Done, Error, Wanted};
use crate::dev::ports::Wanted as Port;
use crate::dev::settings::{Mode, Service};
use crate::dev::task::{Outcome, Record, Status};

/// Prints the plan.
pub fn plan(steps: &[Step], output: &Output) -> Result<(), Ended> {
    let mut text = String::new();
    for step in steps {
        let reason = step.reason.as_deref().unwrap_or_default();
        let _ = writeln!(text, "{} {:<12} {} ({reason})", step.action.mark(), step.id, step.target);
    }
    output.result("Plan", json!({"steps": steps}), &text)
}

/// Prints the summary; `ports` are those that the project uses from now on.
pub fn result(wanted: &Wanted, done: &Done, ports: &[Port], output: &Output) -> Result<(), Ended> {
    let mut text = format!("project {} is ready, mode {}\n", wanted.root.display(), wanted.mode());
    for source in &wanted.sources {
        let name = source.service.as_str();
        let from = source.repository.as_ref().map_or_else(String::new, |from| format!(" from {}", from.url));
        let _ = writeln!(text, "  {name:<6} {}{from}", source.path.display());
        if source.is_fork() {
            let _ = writeln!(text, "         upstream {}", source.official.url);
        }
    }
    if !ports.is_empty() {
        let ports = ports.iter().map(|wanted| format!("{} {}", wanted.service, wanted.port));
        let _ = writeln!(text, "  ports  {}", ports.collect::<Vec<_>>().join(", "));
    }
    let _ = writeln!(text, "next: {}", next(wanted));
    if wanted.sources.iter().any(crate::dev::init::Source::is_fork) {
        text += "contribute: git switch -c my-change, commit, git push -u origin my-change, then open a pull request\n";
    } else if !wanted.sources.is_empty() {
        text += "contribute: git switch -c my-change, commit, git push -u origin my-change\n";
    }
    let mut result = document(wanted, done, next(wanted));
    result["ports"] = ports.iter().map(|wanted| (wanted.service.clone(), json!(wanted.port))).collect();
    output.result("InitResult", result, &text)
}

/// The result for programs; `next` is the command to go on with.
pub fn document(wanted: &Wanted, done: &Done, next: &str) -> Value {
    let mut services = serde_json::Map::new();
    for service in [Service::Ui, Service::Core] {
        let name = service.as_str();
        let Some(source) = wanted.sources.iter().find(|source| source.service == service) else {
            services.insert(name.to_owned(), json!({"provider": wanted.provider(service).as_str()}));
            continue;
        };
        let found = done.services.get(name).cloned().unwrap_or_default();
        let origin = source.repository.as_ref().map(|repository| repository.url.clone());
        let upstream = source.is_fork().then(|| source.official.url.clone());
        let repository = source.repository.as_ref().map(ToString::to_string);
        services.insert(
            name.to_owned(),
            json!({
                "provider": "source", "path": source.path.display().to_string(), "repo": repository,
                "ref": source.reference.clone().or(found.branch), "head": found.head,
                "remotes": {"origin": origin, "upstream": upstream}, "action": found.action,
            }),
        );
    }
    json!({
        "project": {"path": wanted.root.display().to_string()}, "mode": wanted.mode().as_str(),
        "services": services, "steps": done.steps.iter().map(step).collect::<Vec<_>>(), "next": [next],
    })
}

fn step(record: &Record<Error>) -> Value {
    let (status, error) = match &record.status {
        Status::Ended(Outcome::Done(_)) => ("done", None),
        Status::Ended(Outcome::Kept(_) | Outcome::Skipped(_)) => ("skipped", None),
        Status::Needs(id) => ("skipped", Some(format!("needs {id}"))),
        Status::Failed(error) => ("failed", Some(crate::redact::text(&error.to_string()))),
        Status::TimedOut(longest) => ("failed", Some(format!("took longer than {} s", longest.as_secs()))),
        Status::Panicked(words) => ("failed", Some(words.clone())),
        Status::Cancelled => ("failed", Some("cancelled".to_owned())),
    };
    let took = u64::try_from(record.took.as_millis()).unwrap_or(u64::MAX);
    json!({"id": record.id, "status": status, "durationMs": took, "error": error})
}

fn next(wanted: &Wanted) -> &'static str {
    match wanted.mode() {
        Mode::Production => "orchcli start -d",
        Mode::Development | Mode::UiDev | Mode::CoreDev => "orchcli dev",
    }
}
