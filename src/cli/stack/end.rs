//! How a command ends that brought services up.

use super::failure::of_troubles;
use super::{of_steps, table};
use crate::cli::args::Format;
use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::cli::runtime::Interrupt;
use crate::dev::start::Started;
use crate::dev::{Event, Reporter};

/// Ends it when something failed, or when it was interrupted: then it tells what is up. In a machine format the result
/// does, which is the caller's to print, unless the time that is up is the error.
pub fn conclude(started: &Started, interrupt: &Interrupt, output: &Output) -> Result<(), Ended> {
    let failed =
        of_troubles(&started.troubles).or_else(|| of_steps(&started.plan.steps, &started.report.outcomes));
    if let Some(failure) = failed {
        return Err(failure.into());
    }
    let has_result = output.format() != Format::Text && !interrupt.is_out_of_time();
    if started.interrupted && !has_result {
        output.notice(&table(&started.services, &started.took));
        return Err(interrupt.ended());
    }
    Ok(())
}

/// The last lines that services in trouble wrote.
pub fn last_words(started: &Started, reporter: &Reporter) {
    for trouble in &started.troubles {
        for line in &trouble.lines {
            reporter.tell(Event::Notice(format!("{} | {line}", trouble.container)));
        }
    }
}
