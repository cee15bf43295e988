//! `restart`: services stopped and started again, in the order of what they depend on (cli.md 3.5).

use std::collections::BTreeSet;

use super::converge::{
    Action, Desired, Error, Observed, Options, Orphans, Plan, Running, Seen, State, Step, Work,
};
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

/// The steps. What is out of date is made anew with `recreate`, else restarted as it is, which is told. What is `named`
/// has to run; without names, all but what did its work. What is left as it is is wanted no more.
pub async fn plan(
    engine: &Engine,
    desired: &mut Desired,
    named: &[String],
    recreate: bool,
) -> Result<(Plan, Observed), Error> {
    let observed = Observed::look(engine, desired).await?;
    let options = Options { orphans: Orphans::Keep, ..Options::default() };
    let plan = Plan::of(desired, &observed, engine.speaks(), &options)?;
    let (plan, left) = turned(plan, &observed, named, recreate)?;
    desired.stack.services.retain(|name, _| !left.contains(name));
    Ok((plan, observed))
}

/// The plan of a start, turned into that of a restart, and the services that are left as they are.
fn turned(
    plan: Plan,
    observed: &Observed,
    named: &[String],
    recreate: bool,
) -> Result<(Plan, Vec<String>), Error> {
    let mut turned = Plan { steps: Vec::new(), ..plan };
    let mut left = Vec::new();
    for step in plan.steps {
        if let Some(service) = step.work.service().filter(|service| !runs(observed, service)) {
            let follows = !named.is_empty() && !named.iter().any(|name| name == service);
            let is_done = named.is_empty() && is_done(observed, service);
            if !follows && !is_done {
                return Err(Error::NotRunning(service.to_owned()));
            }
            if follows {
                turned.notices.push(format!("{service} does not run, and is left so"));
            }
            if follows || !(recreate && matches!(step.work, Work::Recreate { .. })) {
                left.push(service.to_owned());
                continue;
            }
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
    match left.first() {
        Some(service) if !turned.steps.iter().any(|step| step.work.service().is_some()) => {
            Err(Error::NotRunning(service.clone()))
        }
        Some(_) | None => Ok((turned, left)),
    }
}

fn runs(observed: &Observed, service: &str) -> bool {
    let mut of = observed.of_service(service).map(Seen::state);
    of.any(|state| matches!(state, State::Running | State::Restarting | State::Paused))
}

/// Whether its containers did what they were for, and ended.
fn is_done(observed: &Observed, service: &str) -> bool {
    let mut of = observed.of_service(service).peekable();
    of.peek().is_some() && of.all(|seen| seen.state() == State::Exited && seen.exit_code() == 0)
}

fn restarted(running: Running, step: Step) -> Step {
    Step { action: Action::Change, reason: Some("restart".to_owned()), work: Work::Restart(running), ..step }
}
