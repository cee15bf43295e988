//! Every registered project (`stop --all`).

use serde_json::{Value, json};

use super::{Arguments, Ran, stop_one};
use crate::cli::args::Global;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::project::every;
use crate::cli::{engine, runtime, stack};

/// Stops them one after the other. One that cannot be stopped keeps nobody from the others; the command ends as they
/// all failed, or as partial when only some did.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let mut targets = Vec::new();
    for (root, flags) in every(&global.compose, output)? {
        let target = match stack::target(&flags, global.work.dry_run, output) {
            Ok(target) => target,
            // Its containers tell where they are of.
            Err(Ended::Failed(_)) => stack::Target::below(root.as_ref()),
            Err(ended) => return Err(ended),
        };
        targets.push((root, target));
    }
    runtime::run(global.work.timeout, async |interrupt| {
        let engine = engine::connect(&global.engine).await;
        let (mut text, mut documents, mut plans): (String, Vec<Value>, Vec<_>) = Default::default();
        let mut failures: Vec<Failure> = Vec::new();
        let mut count = 0;
        for (root, target) in targets {
            count += 1;
            match stop_one(arguments, target, engine.as_ref(), (global, &interrupt), output).await {
                Ok(Ran::Plan(steps)) => plans.extend(steps),
                Ok(Ran::Done(done)) => {
                    text.extend([root.as_str(), ": ", &done.text()]);
                    let mut document = done.fields();
                    document["path"] = json!(root);
                    if let Some(failure) = done.failure() {
                        document["error"] =
                            json!({"code": failure.code.as_str(), "message": failure.message});
                        failures.push(failure);
                    }
                    documents.push(document);
                }
                Err(Ended::Failed(failure)) if failure.code != Code::Interrupted => {
                    text.extend([root.as_str(), ": ", &failure.message, "\n"]);
                    let error = json!({"code": failure.code.as_str(), "message": failure.message});
                    documents.push(json!({"path": root, "error": error}));
                    failures.push(*failure);
                }
                Err(ended) => return Err(ended),
            }
            if interrupt.asked().is_cancelled() {
                break;
            }
        }
        if global.work.dry_run {
            return stack::plan(&plans, output);
        }
        if count == 0 {
            text.push_str("= no project is registered\n");
        }
        let fields = json!({"projects": documents});
        if failures.is_empty() {
            if interrupt.asked().is_cancelled() {
                return Err(stack::cut(&interrupt, fields, &text, output).into());
            }
            return output.result("StopResults", fields, &text);
        }
        Err(together(failures, count).details(fields).into())
    })
}

/// Several failures as one.
fn together(failures: Vec<Failure>, projects: usize) -> Failure {
    let is_partial = failures.len() < projects || failures.iter().any(|other| other.exit != failures[0].exit);
    let mut failures = failures.into_iter();
    let first = failures.next();
    let mut all = first.unwrap_or_else(|| Failure::new(ExitCode::Failed, Code::Internal, "not stopped"));
    if is_partial {
        all.exit = ExitCode::Partial;
    }
    for other in failures {
        // The same, as of an engine that is not there, is told once.
        if other.message != all.message && !all.causes.contains(&other.message) {
            all.causes.push(other.message);
        }
    }
    all
}
