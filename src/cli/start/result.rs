//! What `start -d` did, for people and programs.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::cli::stack;
use crate::dev::converge::{Desired, Work};
use crate::dev::start::Started;

/// Prints it (cli.md 3.3, `StartResult`).
pub fn print(started: &Started, desired: &Desired, took: Duration, output: &Output) -> Result<(), Ended> {
    let mut text = String::new();
    if started.plan.is_settled() {
        text.push_str("= up to date\n");
    }
    text.push_str(&stack::table(&started.services, &started.took));
    if let Some((index, slowest)) = started.report.took.iter().enumerate().max_by_key(|(_, took)| **took)
        && *slowest >= Duration::from_secs(1)
    {
        let target = &started.plan.steps[index].target;
        let _ = writeln!(text, "slowest step: {target}, {:.1} s", slowest.as_secs_f64());
    }
    output.result("StartResult", document(started, desired, took), &text)
}

fn document(started: &Started, desired: &Desired, took: Duration) -> Value {
    let steps = &started.plan.steps;
    let names = |wanted: fn(&Work) -> bool| -> Vec<&str> {
        let mut names: Vec<&str> =
            steps.iter().filter(|step| wanted(&step.work)).filter_map(|step| step.work.service()).collect();
        names.dedup();
        names
    };
    let created = names(|work| matches!(work, Work::Create { .. }));
    let kept = names(|work| matches!(work, Work::Keep(Some(_)) | Work::Start(_)));
    let recreated: Vec<_> = steps
        .iter()
        .filter(|step| matches!(step.work, Work::Recreate { .. }))
        .map(|step| json!({"service": step.work.service(), "reason": step.reason}))
        .collect();
    let removed: Vec<&str> = steps
        .iter()
        .filter(|step| matches!(step.work, Work::Remove { .. }))
        .map(|step| step.target.trim_start_matches("container "))
        .collect();
    json!({
        "mode": desired.origin.mode, "composeProject": desired.stack.name, "services": started.services,
        "created": created, "recreated": recreated, "kept": kept, "removed": removed,
        "durationMs": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    })
}
