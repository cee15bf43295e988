//! What is shown while local processes run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use crate::cli::args::Format;
use crate::cli::browser;
use crate::cli::failure::Ended;
use crate::cli::logs::{Printer, Style};
use crate::cli::output::{self, Output};
use crate::dev::local::News;
use crate::dev::logs::{Entry, Origin, Told};

/// Shows news and lines.
#[derive(Debug)]
pub struct Show {
    printer: Printer,
    states: BTreeMap<String, String>,
    /// Whose lines are shown; all when none is chosen.
    only: Option<String>,
    /// Whether a number is waited for.
    asking: bool,
}

impl Show {
    /// Room for the names of these services.
    pub fn new<'s>(services: impl Iterator<Item = &'s str>, output: &Output) -> Self {
        let mut printer = Printer::new(Style { prefix: true, timestamps: false, raw: false }, output);
        let mut states = BTreeMap::new();
        for service in services {
            printer.expect(&Origin::Process { service: service.to_owned() });
            states.insert(service.to_owned(), "started".to_owned());
        }
        Self { printer, states, only: None, asking: false }
    }

    /// Shows a line.
    pub fn entry(&mut self, entry: &Entry, output: &Output) -> Result<(), Ended> {
        match &self.only {
            Some(only) if only != entry.origin.service() => Ok(()),
            Some(_) | None => self.printer.print(entry, output),
        }
    }

    /// Shows what a container wrote, or that it cannot be read.
    pub fn told(&mut self, told: &Told, output: &mut Output) -> Result<(), Ended> {
        match told {
            Told::Entry(entry) => self.entry(entry, output),
            Told::Unreadable { service, why } => {
                output.warn("LOGS_UNREADABLE", &format!("{service} is left out: {why}"));
                Ok(())
            }
        }
    }

    /// Shows what happened.
    pub fn news(&mut self, news: &News, output: &Output) -> Result<(), Ended> {
        let (service, state) = match news {
            News::Line(entry) => return self.entry(entry, output),
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
        notice(output, service, &state)
    }

    /// Shows the lines of the next service alone, and after the last one those of all.
    pub fn filter(&mut self, output: &Output) -> Result<(), Ended> {
        let names: Vec<&String> = self.states.keys().collect();
        let at = self.only.as_ref().and_then(|only| names.iter().position(|name| *name == only));
        self.only = names.get(at.map_or(0, |at| at + 1)).map(|name| (*name).clone());
        let shown = self.only.as_deref().unwrap_or("all services");
        output.data(format!("-- lines of {shown}\n").as_bytes())
    }

    /// Asks which of these services; one alone is not asked for, but handed out.
    pub fn which(&mut self, services: &[&str], output: &Output) -> Result<Option<String>, Ended> {
        if let [service] = services {
            return Ok(Some((*service).to_owned()));
        }
        self.asking = true;
        let named = services.iter().enumerate().map(|(index, service)| format!("{} {service}", index + 1));
        let all = std::iter::once("0 all".to_owned()).chain(named).collect::<Vec<_>>().join(", ");
        output.data(format!("-- restart which? {all}\n").as_bytes()).map(|()| None)
    }

    /// Whether a number was asked for; any key answers, if only with never mind.
    pub fn was_asking(&mut self) -> bool {
        std::mem::take(&mut self.asking)
    }

    /// What happened last to each.
    pub fn states(&self) -> String {
        let mut text = String::new();
        for (service, state) in &self.states {
            let _ = writeln!(text, "-- {service}: {state}");
        }
        text
    }
}

/// Clears the screen.
pub fn clear(output: &Output) -> Result<(), Ended> {
    output.data(b"\x1b[2J\x1b[H")
}

/// Opens the UI, or says where it is.
pub fn open(ui: Option<&str>, output: &Output) -> Result<(), Ended> {
    let Some(url) = ui else { return output.data(b"-- there is no UI in this run\n") };
    match browser::open(url) {
        Ok(()) => output.data(format!("-- opens {url}\n").as_bytes()),
        Err(why) => output.data(format!("-- the UI is at {url} ({why})\n").as_bytes()),
    }
}

/// Says which keys there are.
pub fn help(output: &Output) -> Result<(), Ended> {
    let keys =
        "-- r restart, b build core, l lines of one service, c clear, o open the UI, s status, q quit\n";
    output.data(keys.as_bytes())
}

/// Says how a service is.
pub fn notice(output: &Output, service: &str, state: &str) -> Result<(), Ended> {
    match output.format() {
        Format::Ndjson => output::event("health", json!({"service": service, "message": state})),
        Format::Text | Format::Json | Format::Yaml => {
            output.notice(&format!("{service}: {state}\n"));
            Ok(())
        }
    }
}
