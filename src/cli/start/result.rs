//! What `start` did, for people and programs.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cli::browser;
use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::cli::stack;
use crate::dev::ServiceStatus;
use crate::dev::converge::{Desired, Step, Work, containers};
use crate::dev::start::{Started, statuses};
use crate::dev::status::put;
use crate::docker::Engine;

/// What was done.
pub struct Outcome<'a> {
    /// To the containers; nothing without an engine.
    pub started: Option<Started>,
    /// To the servers of this program: how each is, and whether it was started.
    pub local: Vec<(ServiceStatus, bool)>,
    /// Services that run from their checkouts, which `dev` does.
    pub from_source: &'a [String],
    /// What was wanted.
    pub desired: &'a Desired,
}

impl Outcome<'_> {
    /// Whether a signal ended it before its end.
    pub fn is_cut(&self) -> bool {
        self.started.as_ref().is_some_and(|started| started.interrupted)
    }

    /// How the services are that containers provide.
    pub fn containers(&self) -> &[ServiceStatus] {
        self.started.as_ref().map_or(&[], |started| &started.services)
    }

    /// How the services are.
    fn statuses(&self) -> Vec<ServiceStatus> {
        let mut all = self.containers().to_vec();
        for (process, _) in &self.local {
            put(&mut all, process.clone());
        }
        all
    }

    /// Their names.
    pub fn services(&self) -> Vec<String> {
        let local = self.local.iter().map(|(status, _)| &status.name);
        let all: BTreeSet<&String> = self.desired.stack.services.keys().chain(local).collect();
        all.into_iter().cloned().collect()
    }

    /// The services as a table, and what to do about those that are not among them.
    pub fn table(&self) -> String {
        let took = self.started.as_ref().map_or(&[][..], |started| &started.took);
        let mut text = stack::table(&self.statuses(), took);
        for name in self.from_source {
            let _ = writeln!(text, "{name} runs from its checkout: run orchcli dev");
        }
        text
    }

    /// Sees how the services are after their end.
    pub async fn look_again(&mut self, engine: Option<&Engine>) {
        if let (Some(engine), Some(started)) = (engine, &mut self.started)
            // An engine that does not answer now leaves what was known.
            && let Ok(seen) = containers(engine, &self.desired.stack.name).await
        {
            started.services = statuses(self.desired, &seen);
        }
        for (status, _) in self.local.iter_mut().filter(|(_, is_new)| *is_new) {
            *status = ServiceStatus { provider: status.provider, ..ServiceStatus::missing(&status.name) };
        }
    }

    /// Opens the page of the UI.
    pub fn open(&self, output: &mut Output) {
        let services = self.statuses();
        let ui = services.iter().find(|service| service.name == "ui").and_then(|service| service.url.clone());
        // Core within this program has a page of its own.
        let page = || services.iter().find(|service| service.name == "core")?.url.clone();
        let opened = match ui.or_else(page) {
            Some(url) => browser::open(&url),
            None => Err("no service of the stack has a page".to_owned()),
        };
        if let Err(why) = opened {
            output.warn("OPEN", &format!("no page is opened: {why}"));
        }
    }

    /// Prints it (cli.md 3.3, `StartResult`).
    pub fn print(&self, took: Duration, output: &Output) -> Result<(), Ended> {
        let mut text = String::new();
        let is_settled = self.started.as_ref().is_none_or(|started| started.plan.is_settled());
        if is_settled && !self.local.iter().any(|(_, is_new)| *is_new) {
            text.push_str("= up to date\n");
        }
        text.push_str(&self.table());
        if let Some(started) = &self.started
            && let Some((index, slowest)) =
                started.report.took.iter().enumerate().max_by_key(|(_, took)| **took)
            && *slowest >= Duration::from_secs(1)
        {
            let target = &started.plan.steps[index].target;
            let _ = writeln!(text, "slowest step: {target}, {:.1} s", slowest.as_secs_f64());
        }
        output.result("StartResult", self.document(took), &text)
    }

    /// The same for programs.
    pub fn document(&self, took: Duration) -> Value {
        let steps = || self.started.iter().flat_map(Started::done);
        let names = |wanted: fn(&Work) -> bool, is_new: bool| -> Vec<&str> {
            let of = |step: &&Step| wanted(&step.work);
            let mut names: Vec<&str> = steps().filter(of).filter_map(|step| step.work.service()).collect();
            names.dedup();
            let local = self.local.iter().filter(|(_, started)| *started == is_new);
            let local = local.map(|(status, _)| status.name.as_str());
            names.extend(local.filter(|name| !self.desired.stack.services.contains_key(*name)));
            names
        };
        let created = names(|work| matches!(work, Work::Create { .. }), true);
        let kept = names(|work| matches!(work, Work::Keep(Some(_)) | Work::Start(_)), false);
        let recreated: Vec<_> = steps()
            .filter(|step| matches!(step.work, Work::Recreate { .. }))
            .map(|step| json!({"service": step.work.service(), "reason": step.reason}))
            .collect();
        let removed: Vec<&str> = steps()
            .filter(|step| matches!(step.work, Work::Remove { .. }))
            .map(|step| step.target.trim_start_matches("container "))
            .collect();
        json!({
            "mode": self.desired.origin.mode, "composeProject": self.desired.stack.name,
            "services": self.statuses(), "created": created, "recreated": recreated, "kept": kept,
            "removed": removed, "fromSource": self.from_source,
            "durationMs": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        })
    }
}
