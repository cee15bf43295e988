//! Events as people and programs read them.

use std::time::Duration;

use indicatif::{BinaryBytes, HumanCount};
use serde_json::{Value, json};

use super::markers::{Markers, clean};
use crate::dev::{Event, StepEnd, Unit};

/// The name of an event and its fields, for a line of NDJSON (cli.md 2.3); nothing for what the form has no name for.
pub fn fields(event: &Event) -> Option<(&'static str, Value)> {
    let fields = match event {
        Event::StepReady { .. } => return None,
        Event::StepStart { step, service, title } => {
            ("step.start", json!({"step": step, "service": service, "message": clean(title)}))
        }
        Event::StepProgress { step, current, total, unit, message } => (
            "step.progress",
            json!({
                "step": step, "current": current, "total": total, "unit": unit_name(*unit),
                "message": message.as_deref().map(clean),
            }),
        ),
        Event::StepEnd { step, end, message, took, .. } => (
            "step.end",
            json!({
                "step": step, "ok": *end != StepEnd::Failed, "status": end_name(*end), "message": clean(message),
                "durationMs": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            }),
        ),
        Event::Line { step, text } => ("log", json!({"step": step, "message": clean(text)})),
        Event::Health { service, state } => ("health", json!({"service": service, "message": clean(state)})),
        Event::Warning { code, message } => ("warning", json!({"code": code, "message": clean(message)})),
        Event::Notice(message) => ("log", json!({"message": clean(message)})),
    };
    Some(fields)
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => "bytes",
        Unit::Objects => "objects",
        Unit::Steps => "steps",
    }
}

/// How a step ended, in a word.
pub fn end_name(end: StepEnd) -> &'static str {
    match end {
        StepEnd::Done => "done",
        StepEnd::Kept => "kept",
        StepEnd::Skipped => "skipped",
        StepEnd::Failed => "failed",
    }
}

/// The line that tells how a step ended.
pub fn ended(markers: Markers, title: &str, end: StepEnd, message: &str, took: Duration) -> String {
    let mut line = format!("{} {}", markers.end(end), clean(title));
    if !message.is_empty() {
        line += ": ";
        line += &clean(message);
    }
    match end {
        StepEnd::Done | StepEnd::Failed => format!("{line} ({})", span(took)),
        StepEnd::Kept | StepEnd::Skipped => line,
    }
}

/// How far a step is: `12.0 MiB of 40.0 MiB`.
pub fn amount(current: u64, total: Option<u64>, unit: Unit) -> String {
    let of = |count: u64| match unit {
        Unit::Bytes => BinaryBytes(count).to_string(),
        Unit::Objects | Unit::Steps => HumanCount(count).to_string(),
    };
    let what = match unit {
        Unit::Objects => " objects",
        Unit::Bytes | Unit::Steps => "",
    };
    match total {
        Some(total) => format!("{} of {}{what}", of(current), of(total)),
        None => format!("{}{what}", of(current)),
    }
}

/// A span of time for people: `0.4 s`, `12 s`, `3 m 5 s`.
pub fn span(took: Duration) -> String {
    match took.as_secs() {
        0..10 => format!("{:.1} s", took.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} m {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short() {
        let spans = [400, 12_900, 185_000].map(|millis| span(Duration::from_millis(millis)));
        assert_eq!(spans, ["0.4 s", "12 s", "3 m 5 s"]);
    }

    #[test]
    fn amounts_have_their_unit() {
        assert_eq!(amount(12 << 20, Some(40 << 20), Unit::Bytes), "12.00 MiB of 40.00 MiB");
        assert_eq!(amount(1200, Some(4000), Unit::Objects), "1,200 of 4,000 objects");
        assert_eq!(amount(2, None, Unit::Steps), "2");
    }

    #[test]
    fn an_end_tells_what_came_out() {
        let markers = Markers::new(true, false);
        let line = |end, message| ended(markers, "cloning ui", end, message, Duration::from_millis(1500));
        assert_eq!(line(StepEnd::Done, "main at 1a2b3c4"), "+ cloning ui: main at 1a2b3c4 (1.5 s)");
        assert_eq!(line(StepEnd::Kept, "up to date"), "= cloning ui: up to date");
        assert_eq!(line(StepEnd::Skipped, "needs a tool"), "- cloning ui: needs a tool");
        assert_eq!(line(StepEnd::Failed, ""), "x cloning ui (1.5 s)");
    }
}
