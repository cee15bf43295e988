//! `start` in the foreground: it stays until it is asked to end, and takes down what it started (cli.md 2.5).

use std::time::Duration;

use futures::future::join_all;

use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::cli::runtime::Interrupt;
use crate::cli::stack;
use crate::dev::start::Started;
use crate::docker::Engine;

/// How long containers may take to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Waits for a signal, then stops the containers that this run started.
pub async fn stay(
    engine: &Engine,
    started: &Started,
    interrupt: &Interrupt,
    output: &mut Output,
) -> Result<(), Ended> {
    output.people(&stack::table(&started.services, &started.took))?;
    interrupt.asked().cancelled().await;
    let ids: Vec<&String> = started.report.started.iter().map(|(id, _)| id).collect();
    let stopped = join_all(ids.iter().map(|id| engine.stop(id, Some(GRACE)))).await;
    for error in stopped.into_iter().filter_map(Result::err) {
        output.warn("ENGINE", &error.to_string());
    }
    Ok(())
}
