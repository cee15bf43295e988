//! Progress on a terminal: one line a running step, ended ones scroll away above (cli.md 9.3).

use console::Term;
use indexmap::IndexMap;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::event::ended;
use super::markers::{Markers, clean};
use crate::dev::{Event, Unit};

const BUSY: &str = "{spinner} {prefix} {wide_msg:.dim} {elapsed}";
const BYTES: &str = "{spinner} {prefix} {wide_msg:.dim} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta} {elapsed}";
const BYTES_SO_FAR: &str =
    "{spinner} {prefix} {wide_msg:.dim} {binary_bytes} {binary_bytes_per_sec} {elapsed}";
const COUNTED: &str = "{spinner} {prefix} {wide_msg:.dim} {human_pos}/{human_len} {elapsed}";

/// Lines that are redrawn.
#[derive(Debug)]
pub struct Live {
    term: Term,
    lines: MultiProgress,
    markers: Markers,
    warnings: bool,
    verbose: bool,
    running: IndexMap<String, Step>,
    /// How many running steps have no line.
    more: Option<ProgressBar>,
}

#[derive(Debug)]
struct Step {
    title: String,
    service: Option<String>,
    bar: ProgressBar,
    shown: bool,
}

impl Live {
    /// Draws on `term`.
    pub fn new(term: Term, markers: Markers, warnings: bool, verbose: bool) -> Self {
        let lines = MultiProgress::with_draw_target(ProgressDrawTarget::term(term.clone(), 20));
        Self { term, lines, markers, warnings, verbose, running: IndexMap::new(), more: None }
    }

    /// Shows what happened.
    pub fn show(&mut self, event: &Event) {
        match event {
            Event::StepReady { .. } => {}
            Event::StepStart { step, service, title } => self.begin(step, service.as_ref(), title),
            Event::StepProgress { step, current, total, unit, message } => {
                let Some(running) = self.running.get(step) else { return };
                running.bar.set_style(self.style(*unit, *total));
                running.bar.set_length(total.unwrap_or(0));
                running.bar.set_position(*current);
                if let Some(message) = message {
                    running.bar.set_message(clean(message));
                }
            }
            Event::StepEnd { step, title, end, message, took } => {
                let running = self.running.shift_remove(step);
                let title = running.as_ref().map_or(title, |running| &running.title);
                self.print(&ended(self.markers, title, *end, message, *took));
                if let Some(running) = running {
                    running.bar.finish_and_clear();
                    self.lines.remove(&running.bar);
                }
                self.fill();
            }
            Event::Line { step, text } => {
                if self.verbose {
                    self.print(&format!("{step} | {}", clean(text)));
                } else if let Some(running) = self.running.get(step) {
                    running.bar.set_message(clean(text));
                }
            }
            Event::Health { service, state } => {
                let waits = |step: &&Step| step.service.as_ref() == Some(service);
                if let Some(running) = self.running.values().find(waits) {
                    running.bar.set_message(clean(state));
                }
            }
            Event::Warning { message, .. } => {
                if self.warnings {
                    self.print(&format!("{} {}", self.markers.warning(), clean(message)));
                }
            }
            Event::Notice(message) => {
                if self.warnings {
                    self.print(&clean(message));
                }
            }
        }
    }

    /// Moves the spinners.
    pub fn tick(&mut self) {
        for step in self.running.values().filter(|step| step.shown) {
            step.bar.tick();
        }
    }

    /// Takes the lines off the screen for a while.
    pub fn hide(&mut self) {
        // A terminal that is gone shows nothing either way.
        let _ = self.lines.clear();
        self.lines.set_draw_target(ProgressDrawTarget::hidden());
    }

    /// Puts them back.
    pub fn unhide(&mut self) {
        self.lines.set_draw_target(ProgressDrawTarget::term(self.term.clone(), 20));
        self.tick();
    }

    /// Takes the lines off the screen for good.
    pub fn clear(&mut self) {
        self.running.clear();
        self.more = None;
        let _ = self.lines.clear();
        let _ = self.term.show_cursor();
    }

    fn begin(&mut self, step: &str, service: Option<&String>, title: &str) {
        let title = clean(title);
        let bar = ProgressBar::hidden().with_prefix(title.clone());
        bar.set_style(self.style(Unit::Steps, None));
        let step_now = Step { title, service: service.cloned(), bar, shown: false };
        if let Some(before) = self.running.insert(step.to_owned(), step_now) {
            self.lines.remove(&before.bar);
        }
        self.fill();
    }

    /// Gives a line to as many steps as fit, and tells how many are left over.
    fn fill(&mut self) {
        let room = usize::from(self.term.size().0).saturating_sub(2).max(1);
        let fits = if self.running.len() > room { room - 1 } else { room };
        if let Some(more) = self.more.take() {
            more.finish_and_clear();
            self.lines.remove(&more);
        }
        let shown = self.running.values().filter(|step| step.shown).count();
        for step in self.running.values_mut().filter(|step| !step.shown).take(fits.saturating_sub(shown)) {
            // Added, a bar draws where the others do, and counts from now.
            step.bar = self.lines.add(step.bar.clone());
            step.shown = true;
            step.bar.tick();
        }
        let hidden = self.running.values().filter(|step| !step.shown).count();
        if hidden > 0 {
            let more = self.lines.add(ProgressBar::no_length());
            more.set_style(plain_style("  {msg}"));
            more.set_message(format!("and {hidden} more"));
            more.tick();
            self.more = Some(more);
        }
    }

    fn print(&self, line: &str) {
        let _ = self.lines.println(line);
    }

    fn style(&self, unit: Unit, total: Option<u64>) -> ProgressStyle {
        let template = match (unit, total) {
            (Unit::Bytes, Some(_)) => BYTES,
            (Unit::Bytes, None) => BYTES_SO_FAR,
            (Unit::Objects | Unit::Steps, Some(_)) => COUNTED,
            (Unit::Objects | Unit::Steps, None) => BUSY,
        };
        plain_style(template).tick_strings(self.markers.spinner())
    }
}

/// A template that does not parse would show the usual spinner; `every_template_parses` sees to it that all do.
fn plain_style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_parses() {
        for template in [BUSY, BYTES, BYTES_SO_FAR, COUNTED, "  {msg}"] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
