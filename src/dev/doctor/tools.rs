//! Programs that checkouts need (cli.md 7).

use tokio::process::Command;

use super::{Finding, Group, Job, Kind, Scene};
use crate::dev::settings::{Overrides, Runner, Service};
use crate::dev::tools::{Need, Tool, Tools, Verdict, needs};

/// Longest wait for a version.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// Programs that nothing here needs to have, and what they are for.
const OPTIONAL: [(&str, &str); 2] =
    [("git", "cloning does without it"), ("nixpacks", "only images built from source need it")];

pub(super) fn jobs(scene: &Scene) -> Vec<Job<'_>> {
    let tools = Tools::new(&scene.environment, scene.offline);
    let needed = needed(scene);
    let mut jobs = Vec::new();
    for (name, purpose) in OPTIONAL {
        jobs.push(job(name, optional(scene, name, purpose)));
    }
    for tool in Tool::ALL {
        let need = needed.iter().find(|need| need.tool == tool).cloned();
        let usual = matches!(tool, Tool::Node | Tool::Npm | Tool::Go | Tool::Air);
        if need.is_some() || usual {
            jobs.push(job(tool.program(), look(tools.clone(), tool, need)));
        }
    }
    jobs
}

fn job<'a>(name: &str, work: impl Future<Output = Finding> + Send + 'a) -> Job<'a> {
    Job::new(format!("tools.{name}"), Group::Tools, Kind::Prerequisite, work)
}

/// What the checkouts that are there need.
fn needed(scene: &Scene) -> Vec<Need> {
    let variable = |name: &str| scene.environment.get(name).map(str::to_owned);
    let Some(project) = &scene.project else { return Vec::new() };
    let Ok(settings) = project.settings(&Overrides::NONE, &variable) else { return Vec::new() };
    let checkouts =
        [Service::Ui, Service::Core].map(|service| (service, project.checkout(service, &settings)));
    let there = checkouts.into_iter().filter(|(_, checkout)| checkout.is_dir());
    there
        .flat_map(|(service, checkout)| needs(service, &checkout, settings.runner.unwrap_or(Runner::Builtin)))
        .collect()
}

async fn look(tools: Tools, tool: Tool, need: Option<Need>) -> Finding {
    let name = tool.program();
    let Some(need) = need else {
        return match tools.first(tool).await {
            Some(found) => Finding::ok(format!("{found}; nothing here needs it")),
            None => Finding::skip("not found; nothing here needs it"),
        };
    };
    let asked = if need.requirement.is_any() {
        format!("{} needs it", need.service.as_str())
    } else {
        format!("{} needs {} ({})", need.service.as_str(), need.requirement, need.source)
    };
    let way = format!("install it: {}; or run {} as an image", tool.page(), need.service.as_str());
    match tools.look(&need).await {
        Verdict::Fits { found, note } => match note.or(need.passed_over) {
            None => Finding::ok(format!("{found}; {asked}")),
            Some(note) => Finding::warn(format!("{found}; {asked}")).detail(note),
        },
        Verdict::TooOld(found) => Finding::fail(format!("{found} is too old; {asked}")).fix(way),
        Verdict::Missing => Finding::fail(format!("{name} is not found, and {asked}")).fix(way),
    }
}

async fn optional(scene: &Scene, name: &str, purpose: &str) -> Finding {
    let path = scene.environment.get("PATH").unwrap_or_default();
    let Ok(path) = which::which_in(name, Some(path), "/") else {
        return Finding::skip(format!("not found; {purpose}"));
    };
    let asked = Command::new(&path).arg("--version").current_dir("/").kill_on_drop(true).output();
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(output)) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stdout);
            let line = text.lines().next().unwrap_or_default().trim();
            Finding::ok(format!("{line} at {}; {purpose}", path.display()))
        }
        Ok(_) | Err(_) => Finding::warn(format!("{} does not tell its version", path.display()))
            .fix(format!("{name} --version")),
    }
}
