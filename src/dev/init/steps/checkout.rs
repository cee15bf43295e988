//! A checkout: cloned where it is not there, and with its `upstream` where it is a fork.

use std::sync::Arc;
use std::time::Duration;

use super::{Shared, set};
use crate::dev::folder::Folder;
use crate::dev::init::source::{Found, Source};
use crate::dev::init::{Error, Wanted};
use crate::dev::report::{Event, Unit};
use crate::dev::task::{Class, Context, Outcome, Retries, Task};
use crate::git::{self, Moved, Transfer, Upstream};

pub(super) fn clone(wanted: &Wanted, source: &Source, services: &Shared) -> Task<Error> {
    let name = source.service.as_str();
    let what =
        source.repository.as_ref().map_or_else(|| source.path.display().to_string(), ToString::to_string);
    let (wanted, source, services) = (wanted.clone(), source.clone(), Arc::clone(services));
    let work = move |context: Context| {
        let (wanted, source, services) = (wanted.clone(), source.clone(), Arc::clone(&services));
        async move { clone_now(&wanted, &source, &services, &context).await }
    };
    // The pauses of cli.md 6.4: 1, 3 and 9 s.
    let retries = Retries { times: 3, first: Duration::from_secs(1) };
    Task::new(format!("clone.{name}"), format!("cloning {what}"), Class::Network, work)
        .service(name)
        .retries(retries)
}

async fn clone_now(
    wanted: &Wanted,
    source: &Source,
    services: &Shared,
    context: &Context,
) -> Result<Outcome, Error> {
    let name = source.service.as_str();
    let (found, action) = match (&source.found, &source.repository) {
        (Found::Same(checkout), _) if checkout.head.is_some() => (checkout, "kept"),
        (Found::Adopted(checkout), _) => (checkout, "adopted"),
        (Found::Same(_) | Found::Nothing, None) => {
            return Ok(Outcome::Skipped("nothing to clone".to_owned()));
        }
        (Found::Same(_) | Found::Nothing, Some(repository)) => {
            let temporary = Folder::of(&wanted.root).tmp();
            let request = git::Request {
                url: repository.url.clone(),
                reference: source.reference.clone(),
                depth: wanted.depth,
                temporary: temporary.join(format!("clone-{name}-{:08x}", rand::random::<u32>())),
                into: source.path.clone(),
            };
            let transfer = transfer(context);
            let cloned = git::clone(request, wanted.access.clone(), &transfer).await?;
            for note in &cloned.notes {
                context.reporter.tell(Event::Warning { code: "CLONE_NOTE", message: note.clone() });
            }
            if source.is_fork() && !wanted.force && !source.path.join(source.marker()).is_file() {
                let file = source.marker();
                let (repository, service) = (repository.to_string(), name);
                // It is not what was meant: the place stays free for what is.
                std::fs::remove_dir_all(&source.path).map_err(Error::io("the clone cannot be removed"))?;
                return Err(Error::Foreign { repository, service, file });
            }
            let short = cloned.head.get(..7).unwrap_or(&cloned.head).to_owned();
            let branch = cloned.branch.clone();
            set(services, source.service, |done| {
                done.action = Some("cloned");
                done.head = Some(cloned.head);
                done.branch = cloned.branch;
            });
            return Ok(Outcome::Done(
                branch.map_or_else(|| short.clone(), |branch| format!("{branch} at {short}")),
            ));
        }
    };
    set(services, source.service, |done| {
        done.action = Some(action);
        done.head.clone_from(&found.head);
        done.branch.clone_from(&found.branch);
    });
    Ok(Outcome::Kept(if action == "kept" {
        "the checkout is there".to_owned()
    } else {
        "adopted".to_owned()
    }))
}

/// Tells that a program is waited for that may know a login.
pub fn waits(on: &str) -> Event {
    Event::Notice(format!("waits for {on}: it may ask in a window of its own; Ctrl-C ends it"))
}

fn transfer(context: &Context) -> Transfer {
    let (step, reporter) = (context.step.clone(), context.reporter.clone());
    Transfer::new(context.cancel.clone(), move |moved| {
        let (current, total, unit, message) = match moved {
            Moved::Waiting { on } => return reporter.tell(waits(&on)),
            Moved::Received { objects, of, bytes } => {
                let message = format!("{} received", indicatif::BinaryBytes(bytes));
                (objects, of, Unit::Objects, message)
            }
            Moved::Indexed { objects, of } => (objects, of, Unit::Objects, "putting in place".to_owned()),
            Moved::Written { files, of } => (files, of, Unit::Steps, "writing files".to_owned()),
        };
        let (step, message, total) = (step.clone(), Some(message), Some(total));
        reporter.tell(Event::StepProgress { step, current, total, unit, message });
    })
}

pub(super) fn remote(wanted: &Wanted, source: &Source, services: &Shared) -> Task<Error> {
    let name = source.service.as_str();
    let upstream = Upstream {
        checkout: source.path.clone(),
        url: source.official.url.clone(),
        push: wanted.push_upstream,
    };
    let (wanted, service, services) = (wanted.clone(), source.service, Arc::clone(services));
    let title = format!("setting upstream of {name} to {}", source.official);
    let work = move |context: Context| {
        let (wanted, upstream, services) = (wanted.clone(), upstream.clone(), Arc::clone(&services));
        async move {
            let changed = upstream.set()?;
            if wanted.fetch_upstream
                && let Err(error) = git::upstream(upstream, wanted.access.clone(), &transfer(&context)).await
            {
                if matches!(error, git::Error::Cancelled) {
                    return Err(error.into());
                }
                let message =
                    format!("upstream of {} is set, and cannot be fetched: {error}", service.as_str());
                context.reporter.tell(Event::Warning { code: "CLONE_FAILED", message });
                set(&services, service, |done| done.unfetched = Some(error.to_string()));
            }
            let fetched = if wanted.fetch_upstream { "set and fetched" } else { "set" };
            Ok(if changed { Outcome::Done(fetched.to_owned()) } else { Outcome::Kept("as it is".to_owned()) })
        }
    };
    Task::new(format!("remote.{name}"), title, Class::Network, work)
        .service(name)
        .needs(format!("clone.{name}"))
}
