//! Dependencies of a checkout, by its package manager or by Go (cli.md 7.4): what `init` and `dev` install before a
//! service runs from source.

mod error;
mod plan;
mod run;
mod upto;

pub use error::Error;

use std::path::Path;
use std::time::Duration;

use super::report::{Event, Reporter};
use super::settings::{Runner, Service};
use super::task::{Context, Outcome};
use super::tools::{Tools, needs};
use plan::Plan;
use run::Job;

/// The longest it may take.
const LONGEST: Duration = Duration::from_mins(15);

/// Installs them, unless they are up to date. `runner` is what runs Core.
pub async fn install(
    service: Service,
    checkout: &Path,
    runner: Runner,
    tools: &Tools,
    context: &Context,
) -> Result<Outcome, Error> {
    if runner == Runner::Container && service == Service::Core {
        return Ok(Outcome::Skipped("the container that runs it has them".to_owned()));
    }
    if !plan::has_any(service, checkout) {
        return Ok(Outcome::Skipped("there is nothing to install".to_owned()));
    }
    if upto::date(service, checkout) {
        return Ok(Outcome::Kept("up to date".to_owned()));
    }
    let toolbox = tools.provide(&needs(service, checkout, runner), context).await?;
    for note in toolbox.notes() {
        context.reporter.tell(Event::Notice(note.clone()));
    }
    let Some(plan) = Plan::of(service, checkout, &toolbox, tools.offline())? else {
        return Ok(Outcome::Skipped("there is nothing to install".to_owned()));
    };
    let (folder, path, proxies) = (checkout, toolbox.path(), tools.proxies());
    let job = Job { folder, path, proxies, variables: &plan.variables, longest: LONGEST };
    if let Some(probe) = plan.probe {
        let variables = [plan.variables.as_slice(), &[probe]].concat();
        let silent = Context { reporter: Reporter::new(|_| ()), ..context.clone() };
        if (Job { variables: &variables, path: toolbox.path(), ..job })
            .run(&plan.command, &silent)
            .await
            .is_ok()
        {
            return Ok(Outcome::Kept("up to date".to_owned()));
        }
    }
    let failed = match job.run(&plan.command, context).await {
        Ok(()) => return Ok(Outcome::Done(plan.command.join(" "))),
        Err(failed) => failed,
    };
    let Some(otherwise) =
        plan.otherwise.filter(|_| !context.cancel.is_cancelled() && failed.is_out_of_sync())
    else {
        return Err(if tools.offline() { failed.offline() } else { failed });
    };
    let message = format!("the lock file in {} is not in step with package.json", checkout.display());
    let message = format!("{message}: {} puts it right", otherwise.join(" "));
    context.reporter.tell(Event::Warning { code: "DEPENDENCIES_OUT_OF_SYNC", message });
    match job.run(&otherwise, context).await {
        Ok(()) => Ok(Outcome::Done(otherwise.join(" "))),
        Err(failed) => Err(if tools.offline() { failed.offline() } else { failed }),
    }
}
