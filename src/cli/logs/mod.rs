//! `logs`: what the services wrote and write (cli.md 3.6).

mod filter;
mod harmless;
mod moment;
mod printer;

pub use printer::{Printer, Style};

use clap_complete::ArgValueCompleter;
use jiff::Timestamp;
use regex::Regex;
use serde_json::json;
use tokio::sync::mpsc::Receiver;

use super::args::{Format, Global};
use super::completions::live;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::{self, Output};
use super::project::{self, Access, Ask};
use super::runtime::{self, Interrupt};
use super::{engine, service};
use crate::dev::local::{Places, running};
use crate::dev::logs::{History, Level, Query, Told, history};
use crate::docker::Engine;
use filter::Filter;

/// Arguments of `logs`.
#[derive(Debug, clap::Args)]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Arguments {
    /// The services [default: all]
    #[arg(value_name = "SERVICE", add = ArgValueCompleter::new(live::services))]
    services: Vec<String>,
    /// Go on with what is written from now on, across restarts
    #[arg(short, long)]
    follow: bool,
    /// How many lines of each service, the last ones, before any is filtered out
    #[arg(long, value_name = "N|all", default_value = "100", value_parser = tail)]
    tail: Tail,
    /// None from before: 10m, 2026-01-31, an RFC 3339 time, or seconds since 1970
    #[arg(long, value_name = "TIME", value_parser = moment::ago)]
    since: Option<Timestamp>,
    /// None from after
    #[arg(long, value_name = "TIME", value_parser = moment::ago, conflicts_with = "follow")]
    until: Option<Timestamp>,
    /// Show when each line was written
    #[arg(short, long)]
    timestamps: bool,
    /// Further services, separated by commas
    #[arg(
        long = "service",
        value_name = "SERVICE",
        value_delimiter = ',',
        add = ArgValueCompleter::new(live::services)
    )]
    named: Vec<String>,
    /// Only the lines, not whose they are
    #[arg(long)]
    no_prefix: bool,
    /// Only lines that match this regular expression
    #[arg(long, value_name = "REGEX", value_parser = Regex::new)]
    grep: Option<Regex>,
    /// Only lines that do not match it
    #[arg(short = 'v', long, requires = "grep")]
    invert: bool,
    /// Only lines this severe or worse; a line that does not say is as the one before it
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<Level>,
    /// The bytes as they were written
    #[arg(long)]
    raw: bool,
    /// What was written before the last start
    #[arg(long, conflicts_with = "follow")]
    previous: bool,
}

/// How many lines; none is all.
#[derive(Debug, Clone, Copy)]
struct Tail(Option<usize>);

fn tail(text: &str) -> Result<Tail, String> {
    match text {
        "all" => Ok(Tail(None)),
        number => {
            number.parse().map(|lines| Tail(Some(lines))).map_err(|_| "neither a number nor all".to_owned())
        }
    }
}

fn level(text: &str) -> Result<Level, String> {
    let levels = [Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace];
    let named = |level: &Level| level.as_str() == text.to_ascii_lowercase();
    levels.into_iter().find(named).ok_or_else(|| "use error, warn, info, debug or trace".to_owned())
}

/// Shows the lines.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    match output.format() {
        Format::Json | Format::Yaml if arguments.follow => {
            let message = "what goes on has no end, and a document has one";
            let failure = Failure::new(ExitCode::Usage, Code::Usage, message);
            return Err(failure.hint("orchcli logs --follow --output ndjson").into());
        }
        Format::Text | Format::Json | Format::Ndjson | Format::Yaml => {}
    }
    let project = project::load(&global.compose, &Ask::new(Access::ReadOnly, &[]), output)?;
    let services: Vec<String> = arguments.services.iter().chain(&arguments.named).cloned().collect();
    let query = Query {
        project: project.model.name().to_owned(),
        services,
        folder: Some(project.project.folder().logs()),
        since: arguments.since,
        until: arguments.until,
        tail: arguments.tail.0,
        previous: arguments.previous,
    };
    runtime::run(global.work.timeout, async |interrupt| {
        let runs = !running(&Places::of(&project.project.folder())).is_empty();
        let engine = match engine::connect(&global.engine).await {
            Ok(engine) => Some(engine),
            // What runs without containers is shown without an engine.
            Err(failure) if runs => {
                output.warn(failure.code.as_str(), &format!("containers are left out: {}", failure.message));
                None
            }
            Err(failure) => return Err(failure.into()),
        };
        let seen = match &engine {
            Some(engine) => {
                engine.of_project(&query.project).await.map_err(|error| engine::failure(&error))?
            }
            None => Vec::new(),
        };
        for name in &query.services {
            let running = seen.iter().map(|container| container.service.as_str());
            service::known(name, project.known().into_iter().chain(running))?;
        }
        let history =
            history(engine.as_ref(), query.clone()).await.map_err(|error| engine::failure(&error))?;
        show(arguments, history, &query, engine, &interrupt, output).await
    })
}

async fn show(
    arguments: &Arguments,
    history: History,
    query: &Query,
    engine: Option<Engine>,
    interrupt: &Interrupt,
    output: &mut Output,
) -> Result<(), Ended> {
    for (service, why) in &history.unreadable {
        output.warn("LOGS_UNREADABLE", &format!("{service} is left out: {why}"));
    }
    if history.origins.is_empty() && history.unreadable.is_empty() {
        let what = if query.services.is_empty() {
            "no service".to_owned()
        } else {
            format!("none of {}", query.services.join(", "))
        };
        let failure =
            Failure::new(ExitCode::Unhealthy, Code::ServiceNotRunning, format!("{what} has a container"));
        return Err(failure.hint("start the stack: orchcli start -d").into());
    }
    for service in &query.services {
        if !history.origins.iter().any(|origin| origin.service() == service)
            && !history.unreadable.iter().any(|(unreadable, _)| unreadable == service)
        {
            output.warn("SERVICE_NOT_RUNNING", &format!("{service} has no container"));
        }
    }
    let mut filter = Filter::new(arguments.grep.clone(), arguments.invert, arguments.level);
    let mut printer = Printer::new(
        Style { prefix: !arguments.no_prefix, timestamps: arguments.timestamps, raw: arguments.raw },
        output,
    );
    for origin in &history.origins {
        printer.expect(origin);
    }
    let shown = history.entries.into_iter().filter(|entry| filter.passes(entry));
    match output.format() {
        Format::Json | Format::Yaml => {
            let lines: Vec<_> = shown.map(|entry| printer::fields(&entry)).collect();
            return output.result("Logs", json!({"lines": lines}), "");
        }
        Format::Text | Format::Ndjson => {}
    }
    let mut count: u64 = 0;
    for entry in shown {
        count += 1;
        printer.print(&entry, output)?;
    }
    if arguments.follow {
        let told = history.follower.start(engine, true, interrupt.asked());
        count += follow(told, &mut filter, &mut printer, output).await?;
    }
    match output.format() {
        Format::Ndjson => output.result("Logs", json!({"count": count}), ""),
        Format::Text | Format::Json | Format::Yaml => Ok(()),
    }
}

/// Shows what comes until nothing more does.
async fn follow(
    mut told: Receiver<Told>,
    filter: &mut Filter,
    printer: &mut Printer,
    output: &mut Output,
) -> Result<u64, Ended> {
    let mut count = 0;
    // Whoever read has gone, and no line may come that would show it.
    let gone = output::reader_gone();
    tokio::pin!(gone);
    loop {
        let told = tokio::select! {
            told = told.recv() => told,
            () = &mut gone => return Err(Ended::ReaderGone),
        };
        let Some(told) = told else { return Ok(count) };
        match told {
            Told::Entry(entry) if filter.passes(&entry) => {
                count += 1;
                printer.print(&entry, output)?;
            }
            Told::Entry(_) => {}
            Told::Unreadable { service, why } => {
                output.warn("LOGS_UNREADABLE", &format!("{service} is left out: {why}"));
            }
        }
    }
}

/// One line of the stream of a machine format.
fn event(fields: serde_json::Value) -> Result<(), Ended> {
    output::event("log", fields)
}
