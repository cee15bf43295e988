//! How a command ends that brought services up.

use serde_json::Value;

use super::failure::of_troubles;
use super::of_steps;
use crate::cli::args::Format;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::runtime::Interrupt;
use crate::dev::start::Started;
use crate::dev::{Event, Reporter};

/// What failed of it.
pub fn failure_of(started: &Started) -> Option<Failure> {
    of_troubles(&started.troubles).or_else(|| of_steps(&started.plan.steps, &started.report.outcomes))
}

/// The end of a command that was interrupted, with what it did by then: people read it before the error, programs within.
pub fn cut(interrupt: &Interrupt, document: Value, text: &str, output: &Output) -> Failure {
    if output.format() == Format::Text {
        output.notice(text);
    }
    interrupt.ended().details(document)
}

/// The last lines that services in trouble wrote.
pub fn last_words(started: &Started, reporter: &Reporter) {
    for trouble in &started.troubles {
        for line in &trouble.lines {
            reporter.tell(Event::Notice(format!("{} | {line}", trouble.container)));
        }
    }
}
