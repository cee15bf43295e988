//! What `init` would do (cli.md 2.7).

use super::Wanted;
use super::source::Found;
use crate::dev::converge::{Action, Step};

/// The steps in their order; [`super::run`] does exactly these.
pub fn plan(wanted: &Wanted) -> Vec<Step> {
    let mut steps = Vec::new();
    let step = |id: String, action, target: String, reason: String, needs: Vec<String>| {
        let mut step = Step::local(id, action, target, Some(reason));
        step.depends_on = needs;
        step
    };
    for source in &wanted.sources {
        let name = source.service.as_str();
        let place = source.path.display().to_string();
        let (action, reason) = match (&source.found, &source.repository) {
            (Found::Nothing, Some(repository)) => (Action::Create, format!("clone of {}", repository.url)),
            (Found::Nothing, None) => (Action::Keep, "nothing to clone".to_owned()),
            (Found::Same(_), _) => (Action::Keep, "is the checkout that is asked for".to_owned()),
            (Found::Adopted(_), _) => (Action::Keep, "is taken as it is".to_owned()),
        };
        steps.push(step(format!("clone.{name}"), action, place.clone(), reason, Vec::new()));
        if source.is_fork() {
            let reason = format!("upstream is {}", source.official.url);
            let needs = vec![format!("clone.{name}")];
            steps.push(step(format!("remote.{name}"), Action::Change, place.clone(), reason, needs));
        }
        if wanted.dependencies {
            let reason = "dependencies by the lock file".to_owned();
            let needs = vec![format!("clone.{name}")];
            steps.push(step(format!("deps.{name}"), Action::Change, place, reason, needs));
        }
    }
    let cloned: Vec<String> =
        steps.iter().filter(|step| step.id.starts_with("clone.")).map(|s| s.id.clone()).collect();
    let root = wanted.root.display().to_string();
    let moved = wanted.ports.iter().map(|(service, port)| format!("{service} at port {port}"));
    let files = ["project files".to_owned()].into_iter().chain(moved);
    let reason = files.collect::<Vec<_>>().join(", ");
    steps.push(step("files".to_owned(), Action::Change, root.clone(), reason, cloned));
    if let Some(adopted) = &wanted.adopted {
        let found = &adopted.leftovers;
        for name in &found.containers {
            let (id, reason) = (format!("adopt.{name}"), "left by the old program".to_owned());
            let target = format!("container {name}");
            steps.push(step(id, Action::Remove, target, reason, vec!["files".to_owned()]));
        }
        for name in &found.volumes {
            let (id, reason) = (format!("adopt.{name}"), "is used as it is, in the mode it is of".to_owned());
            steps.push(step(id, Action::Keep, format!("volume {name}"), reason, vec!["files".to_owned()]));
        }
    }
    let reason = "known to the user's file".to_owned();
    steps.push(step("register".to_owned(), Action::Change, root, reason, vec!["files".to_owned()]));
    steps
}
