//! An engine that is installed and not up is started when the user wants it (cli.md 7.3).

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::args::Global;
use super::engine;
use super::failure::Ended;
use super::prompt::Prompter;
use crate::dev::tools::{Places, engine as engines};
use crate::docker::discover::{self, Environment};
use crate::docker::{Error, Why};

/// How long an engine may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is asked.
const PACE: Duration = Duration::from_millis(500);

/// Offers to start one, where there is somebody to ask and no engine answers. What comes of it is found by whoever looks
/// for the engine next.
pub async fn offer(global: &Global, prompter: &Prompter) -> Result<(), Ended> {
    if !prompter.may_ask() || global.work.dry_run {
        return Ok(());
    }
    let environment = Environment::of_process();
    let connect = || discover::connect(engine::wanted(&global.engine), &environment);
    match connect().await {
        Err(error) if is_down(&error) => {}
        Ok(_) | Err(_) => return Ok(()),
    }
    let places = Places::of(&environment);
    let starters = engines::starters(&places);
    if starters.is_empty() {
        return Ok(());
    }
    let mut items: Vec<String> = starters.iter().map(|command| command.join(" ")).collect();
    items.push("no".to_owned());
    let question = "No container engine answers. Start one?";
    let which = prompter.select(question, items, 0, "DOCKER_HOST or --docker-host, once one is up").await?;
    let Some(command) = starters.get(which) else { return Ok(()) };
    let _held = prompter.hold();
    if let Err(words) = engines::start(command, &places).await {
        tracing::warn!("{words}");
        return Ok(());
    }
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end && connect().await.is_err_and(|error| is_down(&error)) {
        sleep(PACE).await;
    }
    Ok(())
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
