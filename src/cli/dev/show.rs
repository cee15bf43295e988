//! What is shown while local processes run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use crate::cli::args::Format;
use crate::cli::failure::Ended;
use crate::cli::logs::{Printer, Style};
use crate::cli::output::{self, Output};
use crate::dev::local::News;
use crate::dev::logs::Origin;

/// Shows news and lines.
#[derive(Debug)]
pub struct Show {
    printer: Printer,
    states: BTreeMap<String, String>,
    /// Whose lines are shown; all when none is chosen.
    only: Option<String>,
}

impl Show {
    /// Room for the names of these services.
    pub fn new<'s>(services: impl Iterator<Item = &'s str>, output: &Output) -> Self {
        let mut printer = Printer::new(Style { prefix: true, timestamps: false, raw: false }, output);
        let mut states = BTreeMap::new();
        for service in services {
            printer.expect(&Origin::Process { service: service.to_owned() });
            states.insert(service.to_owned(), "not started".to_owned());
        }
        Self { printer, states, only: None }
    }

    /// Shows what happened.
    pub fn news(&mut self, news: &News, output: &Output) -> Result<(), Ended> {
        let (service, state) = match news {
            News::Line(entry) => {
                let service = entry.origin.service();
                return match &self.only {
                    Some(only) if only != service => Ok(()),
                    Some(_) | None => self.printer.print(entry, output),
                };
            }
            News::Building(service) => (service, "building".to_owned()),
            News::BuildFailed(service) => (service, "the build failed; what ran before goes on".to_owned()),
            News::Started(service, pid) => (service, format!("started, pid {pid}")),
            News::Ready(service, took) => (service, format!("ready after {:.1} s", took.as_secs_f64())),
            News::Ended(service, how, pause) => {
                (service, format!("ended with {how}; again in {} s", pause.as_secs()))
            }
            News::Failed(service, why) => (service, format!("failed: {why}")),
            News::Stopped(service) => (service, "stopped".to_owned()),
        };
        self.states.insert(service.clone(), state.clone());
        match output.format() {
            Format::Ndjson => output::event("health", json!({"service": service, "message": state})),
            Format::Text | Format::Json | Format::Yaml => {
                notice(output, service, &state);
                Ok(())
            }
        }
    }

    /// Shows the lines of the next service alone, and after the last one those of all.
    pub fn filter(&mut self, output: &Output) -> Result<(), Ended> {
        let names: Vec<&String> = self.states.keys().collect();
        let at = self.only.as_ref().and_then(|only| names.iter().position(|name| *name == only));
        self.only = names.get(at.map_or(0, |at| at + 1)).map(|name| (*name).clone());
        let shown = self.only.as_deref().unwrap_or("all services");
        output.data(format!("-- lines of {shown}\n").as_bytes())
    }

    /// Says how the services are.
    pub fn status(&self, output: &Output) -> Result<(), Ended> {
        let mut text = String::new();
        for (service, state) in &self.states {
            let _ = writeln!(text, "-- {service}: {state}");
        }
        output.data(text.as_bytes())
    }
}

/// Clears the screen.
pub fn clear(output: &Output) -> Result<(), Ended> {
    output.data(b"\x1b[2J\x1b[H")
}

/// Says where the UI is.
pub fn open(ui: Option<u16>, output: &Output) -> Result<(), Ended> {
    match ui {
        Some(port) => output.data(format!("-- the UI is at http://localhost:{port}\n").as_bytes()),
        None => output.data(b"-- there is no UI in this run\n"),
    }
}

/// Says which keys there are.
pub fn help(output: &Output) -> Result<(), Ended> {
    let keys =
        "-- r restart, b build core, l lines of one service, c clear, o where the UI is, s status, q quit\n";
    output.data(keys.as_bytes())
}

/// One line about a service, to people.
pub fn notice(output: &Output, service: &str, text: &str) {
    if !output.quiet() && output.format() == Format::Text {
        output.notice(&format!("{service}: {text}\n"));
    }
}
