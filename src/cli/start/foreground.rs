//! `start` in the foreground: it shows what the services write until it is asked to end, and takes down what it started
//! (cli.md 2.5, 3.3).

use std::path::PathBuf;

use futures::future::join_all;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::result::Outcome;
use crate::cli::args::Format;
use crate::cli::engine;
use crate::cli::failure::Ended;
use crate::cli::logs::{Printer, Style};
use crate::cli::output::{Output, reader_gone};
use crate::cli::runtime::Interrupt;
use crate::dev::Reporter;
use crate::dev::converge::StepOutcome;
use crate::dev::converge::down::{Down, Found};
use crate::dev::logs::{Query, Told, history};
use crate::dev::stop::stop;
use crate::docker::Engine;

/// Whose lines are shown.
pub struct Shown {
    /// The Compose project.
    pub project: String,
    /// The services.
    pub services: Vec<String>,
    /// Where the logs of what runs without a container are.
    pub folder: Option<PathBuf>,
    /// None from before.
    pub since: Timestamp,
}

/// Shows lines until a signal comes, nobody reads them, or nothing runs any more, then stops the containers that this
/// run started.
pub async fn stay(
    engine: Option<&Engine>,
    outcome: &Outcome<'_>,
    shown: Shown,
    interrupt: &Interrupt,
    output: &mut Output,
) -> Result<(), Ended> {
    if output.format() == Format::Text {
        output.notice(&outcome.table());
    }
    let query = Query {
        project: shown.project.clone(),
        services: shown.services,
        since: Some(shown.since),
        folder: shown.folder,
        ..Query::default()
    };
    let past = history(engine, query).await.map_err(|error| engine::failure(&error))?;
    for (service, why) in &past.unreadable {
        output.warn("LOGS_UNREADABLE", &format!("{service} is left out: {why}"));
    }
    let mut printer = Printer::new(Style { prefix: true, timestamps: false, raw: false }, output);
    for origin in &past.origins {
        printer.expect(origin);
    }
    // What they write while they stop is shown too.
    let end = CancellationToken::new();
    let mut lines = past.follower.start(engine.cloned(), true, end.clone());
    interrupt.leave_at(3);
    let started = outcome.started.iter().flat_map(|started| &started.report.started);
    let started: Vec<(&Engine, &String)> = started.filter_map(|launch| Some((engine?, &launch.id))).collect();
    let stopping = async {
        interrupt.asked().cancelled().await;
        let insisted = interrupt.insisted();
        let stopped = tokio::select! {
            failed = end_of(&shown.project, &started) => failed,
            () = insisted.cancelled() => {
                let killed = join_all(started.iter().map(|(engine, id)| engine.kill(id))).await;
                killed.into_iter().filter_map(Result::err).map(|error| error.to_string()).collect()
            }
        };
        end.cancel();
        stopped
    };
    let showing = async {
        for entry in &past.entries {
            printer.print(entry, output)?;
        }
        let asked = interrupt.asked();
        let gone = reader_gone();
        tokio::pin!(gone);
        let mut silent = !started.is_empty();
        loop {
            tokio::select! {
                told = lines.recv() => match told {
                    Some(Told::Entry(entry)) => printer.print(&entry, output)?,
                    Some(Told::Unreadable { service, why }) => {
                        output.warn("LOGS_UNREADABLE", &format!("{service} is left out: {why}"));
                    }
                    None => return Ok::<(), Ended>(()),
                },
                () = &mut gone => return Err(Ended::ReaderGone),
                () = asked.cancelled(), if silent => {
                    silent = false;
                    output.notice("stopping; another Ctrl-C kills\n");
                }
            }
        }
    };
    let (shown, stopped) = {
        tokio::pin!(stopping, showing);
        tokio::select! {
            shown = &mut showing => {
                let asked = interrupt.asked();
                if shown.is_err() {
                    asked.cancel();
                }
                // Nothing runs any more, or this is the end of stopping.
                (shown, if asked.is_cancelled() { stopping.await } else { Vec::new() })
            }
            // What they wrote last is on its way.
            stopped = &mut stopping => (showing.await, stopped),
        }
    };
    for why in stopped {
        output.warn("ENGINE", &why);
    }
    if interrupt.insisted().is_cancelled() {
        return Err(interrupt.ended().into());
    }
    shown
}

/// Stops what was started, what depends on something before that; what went wrong comes back.
async fn end_of(project: &str, started: &[(&Engine, &String)]) -> Vec<String> {
    let Some((engine, _)) = started.first() else { return Vec::new() };
    let mut found = match Found::look(engine, project).await {
        Ok(found) => found,
        Err(error) => return vec![error.to_string()],
    };
    found.containers.retain(|seen| started.iter().any(|(_, id)| *id == seen.id()));
    let steps = found.plan(&Down { keep_containers: true, ..Down::default() });
    // The end has begun: only a second signal cuts it short.
    let (silent, never) = (Reporter::new(drop), CancellationToken::new());
    let stopped = stop(engine, &steps, None, steps.len(), &silent, &never).await;
    let failed = stopped.outcomes.iter().filter_map(|outcome| match outcome {
        StepOutcome::Failed(error) => Some(error.to_string()),
        StepOutcome::Done | StepOutcome::Kept | StepOutcome::Skipped(_) | StepOutcome::Cancelled => None,
    });
    failed.collect()
}
