//! `status`: how the services are (cli.md 3.7).

mod all;
mod beside;
mod subject;
mod table;

use std::io::{IsTerminal, stdout};
use std::time::Duration;

use serde_json::json;

use super::args::{Format, Global, duration};
use super::engine;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::{self, Output};
use super::project::{self, Access, Ask};
use super::runtime::{self, Interrupt};
use crate::docker::Engine;
use subject::Subject;

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Arguments {
    /// The services [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Look again and again
    #[arg(
        short,
        long,
        value_name = "PAUSE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "2s",
        value_parser = duration
    )]
    watch: Option<Duration>,
    /// End with 7 unless every expected service is ready
    #[arg(long)]
    check: bool,
    /// Only the names of the services that run
    #[arg(long = "services")]
    names: bool,
    /// Only the ids of the containers
    #[arg(long, conflicts_with = "names")]
    quiet_ids: bool,
    /// Every registered project
    #[arg(long, conflicts_with_all = ["services", "watch", "names", "quiet_ids"])]
    all_projects: bool,
}

/// Shows how the services are.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    if arguments.watch.is_some() && matches!(output.format(), Format::Json | Format::Yaml) {
        let failure =
            Failure::new(ExitCode::Usage, Code::Usage, "what goes on has no end, and a document has one");
        return Err(failure.hint("orchcli status --watch --output ndjson").into());
    }
    if arguments.all_projects {
        return all::run(arguments.check, global, output);
    }
    let loaded = project::load(&global.compose, &Ask::new(Access::ReadOnly, &[]), output)?;
    let subject = Subject::of(loaded, &arguments.services)?;
    runtime::run(global.work.timeout, async |interrupt| {
        let connected = engine::connect(&global.engine).await;
        match arguments.watch {
            Some(pause) => watch(&subject, connected.as_ref().ok(), pause, &interrupt, output).await,
            None => once(&subject, connected, arguments, output).await,
        }
    })
}

async fn once(
    subject: &Subject,
    connected: Result<Engine, Failure>,
    arguments: &Arguments,
    output: &mut Output,
) -> Result<(), Ended> {
    let seen = subject.look(connected.as_ref().ok()).await?;
    subject.knows(&seen)?;
    if let (Err(failure), false) = (&connected, seen.status.unknown.is_empty()) {
        output.warn(failure.code.as_str(), &failure.message);
    }
    let services = &seen.status.services;
    if arguments.names || arguments.quiet_ids {
        let of: Vec<String> = if arguments.names {
            services.iter().filter(|one| one.state == "running").map(|one| one.name.clone()).collect()
        } else {
            services.iter().filter_map(|one| one.container_id.clone()).collect()
        };
        let key = if arguments.names { "services" } else { "containerIds" };
        let text: String = of.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        output.result("Status", json!({key: of}), &text)?;
    } else {
        output.result("Status", subject.fields(&seen), &subject.text(&seen))?;
    }
    if connected.is_err() && !seen.status.unknown.is_empty() {
        return Err(Ended::Exit(ExitCode::Prerequisite));
    }
    if arguments.check && !subject.is_ready(&seen) {
        return Err(Ended::Exit(ExitCode::Unhealthy));
    }
    Ok(())
}

async fn watch(
    subject: &Subject,
    engine: Option<&Engine>,
    pause: Duration,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<(), Ended> {
    let asked = interrupt.asked();
    let mut seen = subject.look(engine).await?;
    subject.knows(&seen)?;
    loop {
        if output.format() == Format::Ndjson {
            output::event("status", subject.fields(&seen))?;
        } else {
            let clear = if stdout().is_terminal() { "\u{1b}[2J\u{1b}[H" } else { "" };
            output.data(format!("{clear}{}", subject.text(&seen)).as_bytes())?;
        }
        if asked.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
            return match output.format() {
                // As it was at last.
                Format::Ndjson => output.result("Status", subject.fields(&seen), ""),
                Format::Text | Format::Json | Format::Yaml => Ok(()),
            };
        }
        seen = subject.look(engine).await?;
    }
}
