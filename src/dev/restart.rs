//! `restart`: services stopped and started again, in the order of what they depend on (cli.md 3.5).

use std::collections::BTreeSet;

use super::converge::{Action, Desired, Error, Observed, Options, Orphans, Plan, Running, State, Step, Work};
use crate::docker::Engine;

/// Leaves the services that are restarted: those that are named, all if none is, and with `followers` those that
/// follow them (`depends_on` with `restart: true`).
pub fn choose(desired: &mut Desired, services: &[String], followers: bool) {
    if services.is_empty() {
        return;
    }
    let mut chosen: BTreeSet<String> = services.iter().cloned().collect();
    loop {
        let follow = |(name, service): (&String, &crate::compose::Service)| {
            let follows = service.depends_on.iter().any(|(other, how)| how.restart && chosen.contains(other));
            (follows && !chosen.contains(name)).then(|| name.clone())
        };
        let more: Vec<String> = desired.stack.services.iter().filter_map(follow).collect();
        if more.is_empty() || !followers {
            break;
        }
        chosen.extend(more);
    }
    desired.stack.services.retain(|name, _| chosen.contains(name));
}

/// The steps. What is out of date is made anew with `recreate`, else restarted as it is, which is told.
pub async fn plan(engine: &Engine, desired: &Desired, recreate: bool) -> Result<(Plan, Observed), Error> {
    let observed = Observed::look(engine, desired).await?;
    let options = Options { orphans: Orphans::Keep, ..Options::default() };
    let plan = Plan::of(desired, &observed, engine.speaks(), &options)?;
    let plan = turned(plan, &observed, recreate)?;
    Ok((plan, observed))
}

/// The plan of a start, turned into that of a restart.
fn turned(plan: Plan, observed: &Observed, recreate: bool) -> Result<Plan, Error> {
    let mut turned = Plan { steps: Vec::new(), ..plan };
    for step in plan.steps {
        let runs = |service: &str| {
            let mut of = observed.of_service(service).map(super::converge::Seen::state);
            of.any(|state| matches!(state, State::Running | State::Restarting | State::Paused))
        };
        if let Some(service) = step.work.service().filter(|service| !runs(service)) {
            return Err(Error::NotRunning(service.to_owned()));
        }
        let step = match step.work {
            Work::Keep(Some(ref running)) => restarted(running.clone(), step),
            Work::Recreate { ref service, ref old, .. } if !recreate => {
                let why = step.reason.clone().unwrap_or_default();
                turned.notices.push(format!("{service} is out of date ({why}): --recreate makes it anew"));
                turned.stale.push((service.clone(), why));
                let running = Running { service: service.clone(), id: old.clone(), paused: false };
                restarted(running, step)
            }
            Work::Create { .. }
            | Work::Remove { .. }
            | Work::Stop { .. }
            | Work::CreateNetwork(_)
            | Work::ReplaceNetwork { .. }
            | Work::CreateVolume(_)
                if !recreate =>
            {
                continue;
            }
            Work::Keep(None)
            | Work::Recreate { .. }
            | Work::Create { .. }
            | Work::Remove { .. }
            | Work::Stop { .. }
            | Work::CreateNetwork(_)
            | Work::ReplaceNetwork { .. }
            | Work::CreateVolume(_)
            | Work::Start(_)
            | Work::Restart(_)
            | Work::Rename { .. }
            | Work::RemoveNetwork(_)
            | Work::RemoveVolume(_)
            | Work::RemoveImage(_) => step,
        };
        turned.steps.push(step);
    }
    Ok(turned)
}

fn restarted(running: Running, step: Step) -> Step {
    Step { action: Action::Change, reason: Some("restart".to_owned()), work: Work::Restart(running), ..step }
}
