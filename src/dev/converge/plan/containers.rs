//! The containers of a stack: how many, which are made anew, which are started, in which order.

use std::collections::BTreeSet;

use super::orphans::is_leftover;
use super::service::{Judge, never_started};
use super::{Action, Options, Plan, Running, Work};
use crate::compose::{Condition, Service};
use crate::dev::converge::body::Kitchen;
use crate::dev::converge::desired::Desired;
use crate::dev::converge::error::Error;
use crate::dev::converge::observed::Observed;
use crate::dev::converge::seen::{Seen, State};
use crate::docker::Api;

/// One container of a service, and what is to become of it.
enum Fate<'a> {
    Keep(&'a Seen),
    Recreate(&'a Seen, String),
    Remove(&'a Seen, String),
    Create(u32),
}

/// Plans them.
pub(super) fn plan(
    desired: &Desired,
    observed: &Observed,
    api: Api,
    options: &Options,
    replaced: &BTreeSet<String>,
    plan: &mut Plan,
) -> Result<(), Error> {
    // A name or a port may be free only when these are gone.
    let first: Vec<String> =
        plan.steps.iter().filter(|step| step.action == Action::Remove).map(|step| step.id.clone()).collect();
    let mut renewed: BTreeSet<String> = BTreeSet::new();
    let mut fates: Vec<(&str, &Service, Vec<Fate<'_>>)> = Vec::new();
    for (name, service) in desired.ordered() {
        let judge = Judge { desired, observed, replaced, renewed: &renewed };
        let kitchen = Kitchen {
            desired,
            api,
            container_of: &|other| Some(observed.container_of(other).unwrap_or_else(|| "new".to_owned())),
        };
        let of_service = fates_of(name, service, &judge, &kitchen, options, plan)?;
        if of_service.iter().any(|fate| matches!(fate, Fate::Recreate(..) | Fate::Create(_))) {
            renewed.insert(name.to_owned());
        }
        fates.push((name, service, of_service));
    }
    let restarted = stops(&fates, plan);
    for (name, service, of_service) in &fates {
        for fate in of_service {
            step(name, service, fate, desired, &restarted, &first, plan);
        }
    }
    Ok(())
}

fn fates_of<'a>(
    name: &str,
    service: &Service,
    judge: &Judge<'a, '_>,
    kitchen: &Kitchen<'_>,
    options: &Options,
    plan: &mut Plan,
) -> Result<Vec<Fate<'a>>, Error> {
    let wanted = service.replicas() as usize;
    let image_name = service.image_name(&judge.desired.stack.name, name);
    let image = judge.observed.images.get(&image_name);
    let mut kept: Vec<(&Seen, Option<String>)> = Vec::new();
    let observed: &'a Observed = judge.observed;
    let mut dropped = Vec::new();
    for seen in observed.containers.iter().filter(|seen| !seen.is_one_off() && seen.service() == name) {
        if is_leftover(seen, observed) {
            continue;
        }
        let number = seen.number().max(1);
        let recipe = kitchen.recipe(name, number, image)?;
        let why = if options.no_recreate {
            let differs = judge.why(name, service, &recipe, seen);
            plan.stale.extend(differs.map(|why| (name.to_owned(), why)));
            None
        } else if options.force_recreate {
            Some("--force-recreate".to_owned())
        } else if seen.state() == State::Gone {
            Some("the engine cannot use it any more".to_owned())
        } else {
            judge.why(name, service, &recipe, seen)
        };
        if !seen.is_ours() && why.is_some() {
            plan.notices.push(format!("{} was made by another program, and is made anew once", seen.name()));
        }
        kept.push((seen, why));
        dropped = recipe.dropped;
    }
    // What is obsolete goes first, then the highest numbers.
    kept.sort_by_key(|(seen, why)| (why.is_some(), seen.number()));
    let mut fates = Vec::new();
    for (seen, why) in kept.split_off(kept.len().min(wanted)) {
        let why = why.map_or_else(
            || format!("{wanted} are wanted"),
            |why| format!("{wanted} are wanted, and it is out of date: {why}"),
        );
        fates.push(Fate::Remove(seen, why));
    }
    kept.sort_by_key(|(seen, _)| seen.number());
    let taken: BTreeSet<u32> = kept.iter().map(|(seen, _)| seen.number()).collect();
    let missing = wanted.saturating_sub(kept.len());
    fates.extend(kept.into_iter().map(|(seen, why)| match why {
        Some(why) => Fate::Recreate(seen, why),
        None => Fate::Keep(seen),
    }));
    let free = (1_u32..).filter(|number| !taken.contains(number)).take(missing);
    let new: Vec<u32> = free.collect();
    if let Some(number) = new.first() {
        dropped = kitchen.recipe(name, *number, image)?.dropped;
    }
    fates.extend(new.into_iter().map(Fate::Create));
    dropped.dedup();
    for key in dropped {
        let message =
            format!("services.{name}.{key} is left out: the engine's API is version {}", kitchen.api);
        plan.warnings.push(("ENGINE_TOO_OLD", message));
    }
    Ok(fates)
}

/// Dependants that follow what they depend on are stopped before it is made anew (cli.md 8.5). Gives their services.
fn stops<'a>(fates: &[(&'a str, &Service, Vec<Fate<'_>>)], plan: &mut Plan) -> BTreeSet<&'a str> {
    let renewed: BTreeSet<&str> = fates
        .iter()
        .filter(|(_, _, fates)| fates.iter().any(|fate| matches!(fate, Fate::Recreate(..))))
        .map(|(name, _, _)| *name)
        .collect();
    let mut restarted = BTreeSet::new();
    for (name, service, fates) in fates {
        let follows =
            service.depends_on.iter().find(|(other, how)| how.restart && renewed.contains(other.as_str()));
        let Some((other, _)) = follows else { continue };
        for fate in fates {
            let (Fate::Keep(seen) | Fate::Recreate(seen, _)) = fate else { continue };
            if matches!(seen.state(), State::Running | State::Restarting) {
                let id = format!("stop.{name}-{}", seen.number());
                let target = format!("container {}", seen.name());
                plan.push(id, Action::Change, target, Work::Stop { id: seen.id().to_owned() })
                    .because(format!("it follows {other}, which is made anew"));
                restarted.insert(*name);
            }
        }
    }
    restarted
}

fn step(
    name: &str,
    service: &Service,
    fate: &Fate<'_>,
    desired: &Desired,
    restarted: &BTreeSet<&str>,
    first: &[String],
    plan: &mut Plan,
) {
    let needs = needs(name, service, desired, first, plan);
    match fate {
        Fate::Remove(seen, why) => {
            let id = format!("remove.{}", seen.name());
            let target = format!("container {}", seen.name());
            let work = Work::Remove { id: seen.id().to_owned(), volumes: false };
            plan.push(id, Action::Remove, target, work).because(why.clone());
        }
        Fate::Create(number) => {
            let target = format!("container {}", desired.container_name(name, *number));
            let work = Work::Create { service: name.to_owned(), number: *number };
            plan.push(format!("container.{name}-{number}"), Action::Create, target, work).after(needs);
        }
        Fate::Recreate(seen, why) => {
            let number = seen.number().max(1);
            let target = format!("container {}", desired.container_name(name, number));
            let work = Work::Recreate { service: name.to_owned(), number, old: seen.id().to_owned() };
            plan.push(format!("container.{name}-{number}"), Action::Change, target, work)
                .because(why.clone())
                .after(needs);
        }
        Fate::Keep(seen) => keep(name, seen, desired, restarted, needs, plan),
    }
}

/// One that is as it should be: it gets its name back if it lost it, and is started if it does not run.
fn keep(
    name: &str,
    seen: &Seen,
    desired: &Desired,
    restarted: &BTreeSet<&str>,
    mut needs: Vec<String>,
    plan: &mut Plan,
) {
    let number = seen.number().max(1);
    let proper = desired.container_name(name, number);
    let target = format!("container {proper}");
    if seen.replaces().is_some() {
        let id = format!("rename.{name}-{number}");
        let work = Work::Rename { id: seen.id().to_owned(), name: proper };
        plan.push(id.clone(), Action::Change, target.clone(), work)
            .because("an interrupted recreation left it with another name");
        needs.push(id);
    }
    let running =
        Running { service: name.to_owned(), id: seen.id().to_owned(), paused: seen.state() == State::Paused };
    let id = format!("container.{name}-{number}");
    let finished = seen.state() == State::Exited && seen.exit_code() == 0 && only_completes(name, desired);
    let why = match seen.state() {
        _ if restarted.contains(name) => Some("what it depends on is made anew"),
        State::Running | State::Restarting => None,
        State::Exited if finished => None,
        State::Paused => Some("it is paused"),
        State::Created if never_started(seen) => Some("it was never started"),
        State::Created | State::Exited | State::Gone => Some("it does not run"),
    };
    match why {
        None => plan.push(id, Action::Keep, target, Work::Keep(Some(running))).after(needs),
        Some(why) => plan.push(id, Action::Change, target, Work::Start(running)).because(why).after(needs),
    };
}

/// Whether others only wait for its end: then it is done when it is done.
pub fn only_completes(name: &str, desired: &Desired) -> bool {
    let mut conditions = desired
        .stack
        .services
        .values()
        .filter_map(|service| service.depends_on.get(name))
        .map(|how| how.condition)
        .peekable();
    conditions.peek().is_some() && conditions.all(|condition| condition == Condition::Completed)
}

/// What must be done before a container of the service can be made.
fn needs(name: &str, service: &Service, desired: &Desired, first: &[String], plan: &Plan) -> Vec<String> {
    let mut needs: Vec<String> = first.to_vec();
    needs.extend(service.networks.keys().map(|key| format!("network.{key}")));
    let volumes = service.volumes.iter().filter_map(|mount| mount.source.as_ref());
    needs.extend(volumes.map(|key| format!("volume.{key}")));
    for other in service.depends_on.keys().filter(|other| desired.stack.services.contains_key(*other)) {
        let start = format!("container.{other}-");
        needs.extend(plan.steps.iter().filter(|step| is_of(&step.id, &start)).map(|step| step.id.clone()));
    }
    // Whoever follows this one is stopped first; and this one itself, if it follows another.
    let followers = desired
        .stack
        .services
        .iter()
        .filter(|(_, other)| other.depends_on.get(name).is_some_and(|how| how.restart));
    for other in followers.map(|(other, _)| other.as_str()).chain([name]) {
        let start = format!("stop.{other}-");
        needs.extend(plan.steps.iter().filter(|step| is_of(&step.id, &start)).map(|step| step.id.clone()));
    }
    needs.retain(|id| plan.has(id));
    needs
}

/// Whether an id is that start and a number.
fn is_of(id: &str, start: &str) -> bool {
    id.strip_prefix(start).is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}
