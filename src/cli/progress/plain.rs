//! Progress where lines cannot be redrawn: a line at the start and the end of each step, and a sign of life (cli.md 9.3).

use std::collections::HashMap;
use std::io::{Write, stderr};
use std::time::Instant;

use indexmap::IndexMap;

use super::event::{amount, ended, span};
use super::markers::{Markers, clean};
use crate::dev::Event;

/// Lines on stderr, without control characters.
#[derive(Debug)]
pub struct Plain {
    markers: Markers,
    steps: bool,
    warnings: bool,
    verbose: bool,
    running: IndexMap<String, Running>,
    health: HashMap<String, String>,
}

#[derive(Debug)]
struct Running {
    title: String,
    since: Instant,
    amount: Option<String>,
}

impl Plain {
    /// Shows steps, warnings and what programs print, or not.
    pub fn new(markers: Markers, steps: bool, warnings: bool, verbose: bool) -> Self {
        Self { markers, steps, warnings, verbose, running: IndexMap::new(), health: HashMap::new() }
    }

    /// Whether steps are shown.
    pub fn shows_steps(&self) -> bool {
        self.steps
    }

    /// Writes the line of `event`, if it has one.
    pub fn show(&mut self, event: &Event) {
        if let Some(line) = self.line(event) {
            say(&line);
        }
    }

    /// Tells of each running step that it runs.
    pub fn heartbeat(&self) {
        for line in self.alive(Instant::now()) {
            say(&line);
        }
    }

    fn line(&mut self, event: &Event) -> Option<String> {
        match event {
            Event::StepReady { .. } => None,
            Event::StepStart { step, title, .. } => {
                let running = Running { title: clean(title), since: Instant::now(), amount: None };
                self.running.insert(step.clone(), running);
                self.steps.then(|| format!("{} {}", self.markers.start(), clean(title)))
            }
            Event::StepProgress { step, current, total, unit, .. } => {
                if let Some(running) = self.running.get_mut(step) {
                    running.amount = Some(amount(*current, *total, *unit));
                }
                None
            }
            Event::StepEnd { step, title, end, message, took } => {
                let begun = self.running.shift_remove(step).map(|running| running.title);
                let title = begun.as_ref().unwrap_or(title);
                self.steps.then(|| ended(self.markers, title, *end, message, *took))
            }
            Event::Line { step, text } => {
                (self.steps && self.verbose).then(|| format!("{step} | {}", clean(text)))
            }
            Event::Health { service, state } => {
                let before = self.health.insert(service.clone(), state.clone());
                (self.steps && before.as_ref() != Some(state))
                    .then(|| format!("{} {service}: {}", self.markers.running(), clean(state)))
            }
            Event::Warning { message, .. } => {
                self.warnings.then(|| format!("{} {}", self.markers.warning(), clean(message)))
            }
            Event::Notice(message) => self.warnings.then(|| clean(message)),
        }
    }

    fn alive(&self, now: Instant) -> Vec<String> {
        let line = |running: &Running| {
            let amount = running.amount.as_ref().map_or_else(String::new, |amount| format!(", {amount}"));
            let since = span(now.duration_since(running.since));
            format!("{} still {} ({since}{amount})", self.markers.running(), running.title)
        };
        self.running.values().map(line).collect()
    }
}

/// Nobody is left to tell when stderr is gone.
fn say(line: &str) {
    let _ = writeln!(stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::dev::{StepEnd, Unit};

    fn plain(steps: bool, warnings: bool, verbose: bool) -> Plain {
        Plain::new(Markers::new(true, false), steps, warnings, verbose)
    }

    fn start(step: &str) -> Event {
        Event::StepStart { step: step.to_owned(), service: None, title: format!("doing {step}") }
    }

    fn end(step: &str) -> Event {
        let (step, title, message) = (step.to_owned(), format!("{step} again"), "fine".to_owned());
        Event::StepEnd { step, title, end: StepEnd::Done, message, took: Duration::from_secs(2) }
    }

    #[test]
    fn a_step_is_a_line_at_its_start_and_one_at_its_end() {
        let mut plain = plain(true, true, false);
        assert_eq!(plain.line(&start("a")).as_deref(), Some("> doing a"));
        assert_eq!(plain.line(&end("a")).as_deref(), Some("+ doing a: fine (2.0 s)"));
        assert_eq!(plain.line(&end("b")).as_deref(), Some("+ b again: fine (2.0 s)"));
    }

    #[test]
    fn a_running_step_gives_a_sign_of_life() {
        let mut plain = plain(true, true, false);
        plain.line(&start("a"));
        plain.line(&start("b"));
        plain.line(&end("a"));
        let (step, unit) = ("b".to_owned(), Unit::Bytes);
        plain.line(&Event::StepProgress { step, current: 1024, total: Some(4096), unit, message: None });
        let later = Instant::now() + Duration::from_secs(30);
        let alive = plain.alive(later);
        assert_eq!(alive, [". still doing b (30 s, 1.00 KiB of 4.00 KiB)"]);
    }

    #[test]
    fn the_same_state_is_told_once() {
        let mut plain = plain(true, true, false);
        let health = |state: &str| Event::Health { service: "core".to_owned(), state: state.to_owned() };
        assert_eq!(plain.line(&health("waiting (1/5)")).as_deref(), Some(". core: waiting (1/5)"));
        assert_eq!(plain.line(&health("waiting (1/5)")), None);
        assert_eq!(plain.line(&health("ready")).as_deref(), Some(". core: ready"));
    }

    #[test]
    fn what_is_not_wanted_is_not_shown() {
        let warning = Event::Warning { code: "X", message: "mind".to_owned() };
        let text = Event::Line { step: "a".to_owned(), text: "npm says".to_owned() };
        let mut quiet = plain(false, false, true);
        assert!(
            [start("a"), end("a"), warning.clone(), text.clone()].iter().all(|e| quiet.line(e).is_none())
        );
        let mut usual = plain(true, true, false);
        assert_eq!(usual.line(&text), None);
        assert_eq!(usual.line(&warning).as_deref(), Some("warning: mind"));
        assert_eq!(plain(true, true, true).line(&text).as_deref(), Some("a | npm says"));
    }
}
