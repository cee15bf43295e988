//! Progress as NDJSON on stdout (cli.md 2.3).

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::event;
use crate::cli::output;
use crate::dev::Event;

/// Progress of one step is told at most this often: programs want to know, not to be flooded.
const PACE: Duration = Duration::from_millis(100);

/// One line an event.
#[derive(Debug, Default)]
pub struct Stream {
    told: HashMap<String, Instant>,
}

impl Stream {
    /// Writes the line of `event`.
    pub fn show(&mut self, event: &Event) {
        if let Event::StepProgress { step, .. } = event {
            let now = Instant::now();
            if self.told.get(step).is_some_and(|last| now.duration_since(*last) < PACE) {
                return;
            }
            self.told.insert(step.clone(), now);
        }
        if let Some((name, fields)) = event::fields(event) {
            // A reader that has gone is noticed with the result; the work is done either way.
            let _ = output::event(name, fields);
        }
    }
}
