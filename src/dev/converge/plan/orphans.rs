//! Containers that nothing in the files stands for any more, and those that an interrupted recreation left behind.

use super::{Action, Options, Orphans, Plan, Work};
use crate::dev::converge::desired::Desired;
use crate::dev::converge::observed::Observed;
use crate::dev::converge::seen::Seen;

pub(super) fn plan(desired: &Desired, observed: &Observed, options: &Options, plan: &mut Plan) {
    let mut told = Vec::new();
    for seen in observed.containers.iter().filter(|seen| !seen.is_one_off()) {
        if is_leftover(seen, observed) {
            remove(seen, "an interrupted recreation left it behind", plan);
        } else if !desired.declared.iter().any(|name| name == seen.service()) {
            let goes = match options.orphans {
                Orphans::Remove => true,
                Orphans::RemoveOurs => seen.is_ours(),
                Orphans::Keep => false,
            };
            if goes {
                let why = format!("no container provides {} any more", seen.service());
                remove(seen, &why, plan);
            } else if options.orphans != Orphans::Keep {
                told.push(seen.name().to_owned());
            }
        }
    }
    if !told.is_empty() {
        let message = format!(
            "containers of services that there are no more, made by another program: {}; --remove-orphans removes them",
            told.join(", ")
        );
        plan.warnings.push(("ORPHANS", message));
    }
}

/// Whether it was made to replace another one, and that one is still there: the recreation begins anew.
pub(super) fn is_leftover(seen: &Seen, observed: &Observed) -> bool {
    seen.replaces().is_some_and(|old| observed.containers.iter().any(|other| other.id().starts_with(old)))
}

fn remove(seen: &Seen, why: &str, plan: &mut Plan) {
    let id = format!("remove.{}", seen.name());
    let target = format!("container {}", seen.name());
    let work = Work::Remove { id: seen.id().to_owned(), volumes: false };
    plan.push(id, Action::Remove, target, work).because(why);
}
