//! Whether what there is is what the files say: `init`, generated files, containers, networks.

use super::{Automatic, Finding, Group, Job, Kind, Scene};
use crate::dev::converge::{Observed, Options, Plan, Work};
use crate::dev::counted;
use crate::dev::init::Journal;
use crate::dev::project::By;
use crate::dev::project::generated::{Outcome, foresee};
use crate::dev::settings::{Mode, Overrides};

pub(super) fn jobs(scene: &Scene) -> Vec<Job<'_>> {
    let job = |id, finding: fn(&Scene) -> Finding| {
        Job::new(id, Group::Project, Kind::Configuration, async move { finding(scene) })
    };
    let mut jobs = vec![
        job("init.state", init),
        job("files.edited", files),
        Job::new("compose.drift", Group::Project, Kind::Configuration, drift(scene)),
    ];
    let networks = scene.stack.iter().flat_map(|stack| &stack.networks);
    for (key, network) in networks.filter(|(_, network)| network.external) {
        let id = format!("net.external.{key}");
        jobs.push(Job::new(id, Group::Net, Kind::Conflict, external(scene, network.name.clone())));
    }
    jobs
}

fn init(scene: &Scene) -> Finding {
    let Some(project) = &scene.project else { return Finding::skip("there is no project here") };
    match Journal::read(&project.folder()) {
        None => Finding::skip("init was not run here"),
        Some(journal) if journal.finished => Finding::ok("init came to its end"),
        Some(journal) => {
            let ended = journal.steps.iter().map(|(id, entry)| format!("{id}: {}", entry.status));
            let detail = ended.collect::<Vec<_>>().join("\n");
            let finding = if journal.is_incomplete() {
                Finding::fail("init did not come to its end, and other commands refuse to work on it")
            } else {
                Finding::warn("init did not come to its end")
            };
            finding.detail(detail).fix(journal.again())
        }
    }
}

/// The Compose files that we make, as far as they are there.
fn files(scene: &Scene) -> Finding {
    let Some(project) = scene.project.as_ref().filter(|project| project.by() != By::File) else {
        return Finding::skip("there are no files that orchcli made");
    };
    let variable = |name: &str| scene.environment.get(name).map(str::to_owned);
    let Some((settings, name)) = project.settings(&Overrides::NONE, &variable).ok().and_then(|settings| {
        let name = project.compose_name(&settings).ok()?;
        Some((settings, name))
    }) else {
        return Finding::skip("the settings of the project cannot be used");
    };
    let (mut edited, mut old) = (Vec::new(), Vec::new());
    for mode in Mode::ALL {
        let (path, body) = project.compose_file(mode, &name, &settings);
        if !path.is_file() {
            continue;
        }
        match foresee(&path, &body, false) {
            Ok(Outcome::Edited { .. }) => edited.push(path.display().to_string()),
            Ok(Outcome::Written) => old.push(mode),
            Ok(Outcome::Kept | Outcome::Overwritten { .. }) => {}
            Err(error) => return Finding::warn(format!("{} cannot be read: {error}", path.display())),
        }
    }
    match (edited.is_empty(), old.is_empty()) {
        (true, true) => Finding::ok("as this version writes them"),
        (true, false) => {
            let names: Vec<&str> = old.iter().map(|mode| mode.file()).collect();
            Finding::warn(format!("of another version or of other settings: {}", names.join(", ")))
                .fixable("orchcli debug --fix", Automatic::Regenerate(old))
        }
        (false, _) => Finding::warn(format!("edited, and left alone: {}", edited.join(", ")))
            .fix("move what you changed into orchcli.override.yaml, then orchcli init --force"),
    }
}

/// Containers that are not what the files say now.
async fn drift(scene: &Scene) -> Finding {
    let Some(desired) = &scene.desired else { return Finding::skip("there is no model to compare with") };
    let Ok(engine) = &scene.engine else { return Finding::skip("no engine") };
    let observed = match Observed::look(engine, desired).await {
        Ok(observed) if observed.containers.is_empty() => return Finding::skip("the stack is not started"),
        Ok(observed) => observed,
        Err(error) => return Finding::skip(error.to_string()),
    };
    let plan = match Plan::of(desired, &observed, engine.speaks(), &Options::default()) {
        Ok(plan) => plan,
        Err(error) => return Finding::fail(error.to_string()),
    };
    let changed = plan.steps.iter().filter(|step| matches!(step.work, Work::Recreate { .. }));
    let changed: Vec<String> = changed
        .map(|step| {
            let service = step.work.service().unwrap_or_default();
            format!("{service}: {}", step.reason.as_deref().unwrap_or("changed"))
        })
        .collect();
    if changed.is_empty() {
        return Finding::ok("the containers are what the files say");
    }
    Finding::warn(format!("not what the files say now: {}", counted(changed.len(), "container")))
        .detail(changed.join("\n"))
        .fix("orchcli restart --recreate")
}

/// A network that somebody else makes.
async fn external(scene: &Scene, name: String) -> Finding {
    let Ok(engine) = &scene.engine else { return Finding::skip("no engine") };
    match engine.networks().await {
        Ok(all) if all.iter().any(|network| network.name.as_ref() == Some(&name)) => {
            Finding::ok(format!("{name} is there"))
        }
        Ok(_) => Finding::fail(format!("the network {name} is external, and not there"))
            .fixable(format!("docker network create {name}"), Automatic::CreateNetwork(name)),
        Err(error) => Finding::skip(error.to_string()),
    }
}
