//! The project and its files.

use std::time::Duration;

use super::{Automatic, Finding, Group, Job, Kind, Scene};
use crate::dev::project::By;
use crate::dev::{counted, lock};

pub(super) fn jobs(scene: &Scene) -> Vec<Job<'_>> {
    let job = |id, kind, finding: fn(&Scene) -> Finding| {
        Job::new(id, Group::Project, kind, async move { finding(scene) })
    };
    vec![
        job("project.found", Kind::Configuration, found),
        job("project.registered", Kind::Configuration, registered),
        job("project.lock", Kind::Conflict, locked),
        job("compose.valid", Kind::Configuration, valid),
        job("legacy.stack", Kind::Conflict, legacy),
        job("legacy.config", Kind::Configuration, legacy_config),
    ]
}

fn found(scene: &Scene) -> Finding {
    match (&scene.project, &scene.trouble) {
        (Some(project), _) => Finding::ok(project.root().display().to_string()),
        (None, Some(trouble)) if !trouble.absent => Finding::fail(trouble.message.clone()),
        (None, _) => {
            Finding::skip("there is no project here").fix("orchcli init, or name one with --project")
        }
    }
}

fn registered(scene: &Scene) -> Finding {
    let Some(project) = &scene.project else { return Finding::skip("there is no project here") };
    match (project.by(), project.entry()) {
        (By::File, _) => Finding::skip("only --file names it: it is not kept"),
        (_, Some(_)) => Finding::ok(format!("as {}", project.name())),
        (_, None) => Finding::warn("the user's file does not know it")
            .fixable("orchcli debug --fix", Automatic::Register),
    }
}

fn locked(scene: &Scene) -> Finding {
    let Some(project) = &scene.project else { return Finding::skip("there is no project here") };
    let path = project.folder().lock();
    if !path.is_file() {
        return Finding::ok("nobody works on it");
    }
    match lock::take(&path, "debug", Duration::ZERO, |_| {}) {
        Ok(_) => Finding::ok("nobody works on it"),
        Err(error @ lock::Error::Held { .. }) if lock::is_left(&path) => {
            Finding::warn(format!("{error}, which is gone"))
                .fixable("orchcli debug --fix", Automatic::FreeLock)
        }
        Err(error @ lock::Error::Held { .. }) => {
            Finding::warn(error.to_string()).fix("wait for it, or end it")
        }
        Err(error @ lock::Error::Unusable { .. }) => {
            Finding::fail(error.to_string()).fix(format!("see who owns {}", path.display()))
        }
    }
}

fn valid(scene: &Scene) -> Finding {
    match (&scene.stack, &scene.trouble) {
        (Some(stack), _) => Finding::ok(counted(stack.services.len(), "service")),
        (None, Some(trouble)) if !trouble.absent => {
            let mut finding = Finding::fail(trouble.message.clone());
            finding.detail.clone_from(&trouble.detail);
            finding.fix(trouble.hint.clone().unwrap_or_else(|| "orchcli config compose".to_owned()))
        }
        (None, _) => Finding::skip("there is no project here"),
    }
}

fn legacy(scene: &Scene) -> Finding {
    if scene.engine.is_err() {
        return Finding::skip("no engine");
    }
    let left = &scene.legacy;
    if left.is_empty() {
        return Finding::ok("nothing of the old program");
    }
    let all: Vec<&str> = left.containers.iter().chain(&left.volumes).map(String::as_str).collect();
    let summary = format!("left by the old program: {}", all.join(", "));
    if left.containers.is_empty() {
        return Finding::ok(summary);
    }
    Finding::warn(summary).fix("orchcli init --adopt goes on with its data")
}

fn legacy_config(scene: &Scene) -> Finding {
    let home = scene.environment.home().map(|home| home.join(".orchcli/orchcli-config.json"));
    let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join("orchcli-config.json")));
    match [home, beside].into_iter().flatten().find(|path| path.is_file()) {
        Some(path) => {
            Finding::ok(format!("{} is there, and was taken over on the first run", path.display()))
        }
        None => Finding::ok("no file of the old program"),
    }
}
