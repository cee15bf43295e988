//! Programs that checkouts need (cli.md 7).

use std::time::Duration;

use tokio::process::Command;

use super::{Finding, Group, Job, Kind, Scene};
use crate::dev::settings::{Overrides, Service};

/// Longest wait for a version.
const PATIENCE: Duration = Duration::from_secs(2);

/// A program, how it tells its version, and the checkout that needs it.
const TOOLS: [(&str, &str, Option<Service>); 4] = [
    ("git", "--version", None),
    ("node", "--version", Some(Service::Ui)),
    ("npm", "--version", Some(Service::Ui)),
    ("go", "version", Some(Service::Core)),
];

pub(super) fn jobs(scene: &Scene) -> Vec<Job<'_>> {
    let tools = TOOLS.iter();
    tools
        .map(|tool| {
            Job::new(format!("tools.{}", tool.0), Group::Tools, Kind::Prerequisite, look(scene, tool))
        })
        .collect()
}

async fn look(scene: &Scene, (name, flag, needed): &(&str, &str, Option<Service>)) -> Finding {
    let variable = |name: &str| scene.environment.get(name).map(str::to_owned);
    let checkout = needed.and_then(|service| {
        let project = scene.project.as_ref()?;
        Some(project.checkout(service, &project.settings(&Overrides::NONE, &variable).ok()?))
    });
    let checkout = checkout.filter(|folder| folder.is_dir());
    let Ok(path) = which::which(name) else {
        return match checkout {
            Some(folder) => Finding::fail(format!("not found, and {} needs it", folder.display()))
                .fix(format!("install {name}, or run the service as an image")),
            None => Finding::skip("not found, and nothing here needs it"),
        };
    };
    let asked = Command::new(&path).arg(flag).kill_on_drop(true).output();
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(output)) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stdout);
            let line = text.lines().next().unwrap_or_default().trim();
            Finding::ok(format!("{line} at {}", path.display()))
        }
        Ok(_) | Err(_) => Finding::warn(format!("{} does not tell its version", path.display()))
            .fix(format!("{name} {flag}")),
    }
}
