//! Every registered project (`status --all-projects`).

use std::path::Path;

use serde_json::{Value, json};

use super::subject::Subject;
use crate::cli::args::{ComposeFlags, Global};
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access, Ask};
use crate::cli::{engine, runtime};

/// Shows how each is. One that cannot be looked at keeps nobody from the others.
pub fn run(check: bool, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let mut projects = Vec::new();
    for (root, flags) in project::every(&global.compose, output)? {
        let subject = subject(&root, &flags, output);
        projects.push((root, subject));
    }
    runtime::run(global.work.timeout, async |_| {
        let connected = engine::connect(&global.engine).await;
        let engine = connected.as_ref().ok();
        let (mut text, mut documents): (String, Vec<Value>) = Default::default();
        let (mut is_ready, mut is_known) = (true, true);
        for (root, subject) in &projects {
            let seen = match subject {
                Ok(subject) => subject.look(engine).await.map(|seen| (subject, seen)),
                Err(why) => Err(why.clone()),
            };
            let gap = if text.is_empty() { "" } else { "\n" };
            match seen {
                Ok((subject, seen)) => {
                    is_ready &= subject.is_ready(&seen);
                    is_known &= seen.status.unknown.is_empty();
                    text.extend([gap, root, "\n", &subject.text(&seen)]);
                    documents.push(subject.fields(&seen));
                }
                Err(failure) => {
                    is_ready = false;
                    text.extend([gap, root, "\n", &failure.message, "\n"]);
                    let error = json!({"code": failure.code.as_str(), "message": failure.message});
                    documents.push(json!({"path": root, "error": error}));
                }
            }
        }
        if projects.is_empty() {
            text.push_str("no project is registered\n");
        }
        if let (Err(failure), false) = (&connected, is_known) {
            output.warn(failure.code.as_str(), &failure.message);
        }
        output.result("StatusList", json!({"projects": documents}), &text)?;
        if connected.is_err() && !is_known {
            return Err(Ended::Exit(ExitCode::Prerequisite));
        }
        if check && !is_ready { Err(Ended::Exit(ExitCode::Unhealthy)) } else { Ok(()) }
    })
}

fn subject(root: &str, flags: &ComposeFlags, output: &mut Output) -> Result<Subject, Failure> {
    let gone = || {
        let message = format!("{root} is not there: orchcli config projects --prune forgets it");
        Failure::new(ExitCode::NoProject, Code::NoProject, message)
    };
    if !Path::new(root).is_dir() {
        return Err(gone());
    }
    match project::load(flags, &Ask::new(Access::ReadOnly, &[]), output) {
        Ok(loaded) => Subject::of(loaded, &[]),
        Err(Ended::Failed(failure)) => Err(*failure),
        Err(Ended::ReaderGone | Ended::Exit(_) | Ended::Remote(_)) => Err(gone()),
    }
}
