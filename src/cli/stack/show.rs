//! Plans and services for people and programs.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;

use crate::cli;
use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::dev::ServiceStatus;
use crate::dev::converge::{Action, Step};
use crate::dev::images::{Action as ImageAction, ImageStep};

/// Prints what would be done (cli.md 2.7).
pub fn plan(steps: &[Step], output: &Output) -> Result<(), Ended> {
    plan_with_images(&[], steps, output)
}

/// The same, with the images that are pulled or built first.
pub fn plan_with_images(images: &[ImageStep], steps: &[Step], output: &Output) -> Result<(), Ended> {
    let mut text = String::new();
    let mut rows = Vec::new();
    for step in images.iter().filter(|step| step.action != ImageAction::Keep) {
        let action = if step.present.is_some() { Action::Change } else { Action::Create };
        let doing = match step.action {
            ImageAction::Keep | ImageAction::Pull => "pull",
            ImageAction::Build => "build",
            ImageAction::PullOrBuild => "pull or build",
        };
        let reason = format!("{doing}: {}", step.reason);
        let target = format!("image {}", step.image);
        let _ = writeln!(text, "{} {target}  ({reason})", action.mark());
        let id = format!("image.{}", step.service);
        rows.push(json!({"id": id, "action": action, "target": target, "reason": reason, "dependsOn": []}));
    }
    let nothing = rows.is_empty();
    rows.extend(steps.iter().map(|step| json!(step)));
    for step in steps {
        let reason = step.reason.as_ref().map(|reason| format!("  ({reason})")).unwrap_or_default();
        let _ = writeln!(text, "{} {}{reason}", step.action.mark(), step.target);
    }
    if nothing && steps.iter().all(|step| step.action == Action::Keep) {
        text.push_str("= up to date\n");
    }
    output.result("Plan", json!({"steps": rows}), &text)
}

/// The services as a table; `took` tells how long some took to become ready.
pub fn table(services: &[ServiceStatus], took: &[(String, Duration)]) -> String {
    let state = |service: &ServiceStatus| match (service.state, service.health) {
        (state, "none") => state.to_owned(),
        ("running", health) => health.to_owned(),
        (state, health) => format!("{state} ({health})"),
    };
    let row = |service: &ServiceStatus| {
        let time = took.iter().find(|(name, _)| *name == service.name).map(|(_, time)| time.as_millis());
        let time = time.filter(|time| *time > 0).map_or_else(String::new, |time| format!("{time} ms"));
        [service.name.clone(), state(service), service.url.clone().unwrap_or_default(), time]
    };
    cli::table::table(["SERVICE", "STATE", "URL", "READY AFTER"], services.iter().map(row))
}
