//! An engine that is installed and not up is started when the user wants it (cli.md 7.3).

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::args::Global;
use super::engine;
use super::failure::{Ended, Failure};
use super::prompt::Prompter;
use crate::dev::tools::{Places, engine as engines};
use crate::docker::discover::{self, Environment};
use crate::docker::{Engine, Error, Why};

/// How long an engine may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is asked.
const PACE: Duration = Duration::from_millis(500);

/// Connects to the engine; where none answers and there is somebody to ask, one is started first, if it is wanted. The
/// command ends when it is interrupted meanwhile.
pub async fn connect(global: &Global, prompter: &Prompter) -> Result<Result<Engine, Failure>, Ended> {
    let environment = Environment::of_process();
    let connect = || discover::connect(engine::wanted(&global.engine), &environment);
    let mut found = connect().await;
    let may_start = prompter.may_ask() && !global.work.dry_run;
    if may_start && found.as_ref().is_err_and(is_down) && start(&environment, prompter).await? {
        let end = Instant::now() + PATIENCE;
        found = connect().await;
        while found.as_ref().is_err_and(is_down) && Instant::now() < end {
            sleep(PACE).await;
            found = connect().await;
        }
    }
    Ok(found.map_err(|error| engine::failure(&error)))
}

/// Offers to start one; whether that was done.
async fn start(environment: &Environment, prompter: &Prompter) -> Result<bool, Ended> {
    let places = Places::of(environment);
    let starters = engines::starters(&places);
    if starters.is_empty() {
        return Ok(false);
    }
    let mut items: Vec<String> = starters.iter().map(|command| command.join(" ")).collect();
    items.push("no".to_owned());
    let question = "No container engine answers. Start one?";
    let which = prompter.select(question, items, 0, "DOCKER_HOST or --docker-host, once one is up").await?;
    let Some(command) = starters.get(which) else { return Ok(false) };
    let _held = prompter.hold();
    if let Err(words) = engines::start(command, &places).await {
        tracing::warn!("{words}");
        return Ok(false);
    }
    Ok(true)
}

/// Whether nobody listens where an engine of this machine would.
fn is_down(error: &Error) -> bool {
    match error {
        Error::Nowhere { tried } => tried.iter().all(is_down),
        Error::Unreachable { endpoint, why } => {
            let here = endpoint.starts_with("unix://") || endpoint.starts_with("npipe://");
            here && matches!(why, Why::Absent | Why::Refused)
        }
        Error::Denied { .. }
        | Error::TooOld { .. }
        | Error::WrongSystem { .. }
        | Error::Address { .. }
        | Error::NoContext { .. }
        | Error::File { .. }
        | Error::Login { .. }
        | Error::Lost(_)
        | Error::Refused { .. }
        | Error::Broken(_) => false,
    }
}
