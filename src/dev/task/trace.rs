//! Where the time went (cli.md 9.5).

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::Span;

/// The steps as a trace that Chrome and Perfetto show: one row a step, its wait and its work.
pub fn chrome(spans: &[Span]) -> Value {
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let event = |row: usize, name: &str, category: &str, from: Duration, took: Duration| {
        json!({
            "name": name, "cat": category, "ph": "X", "pid": 1, "tid": row + 1,
            "ts": micros(from), "dur": micros(took),
        })
    };
    let mut events = Vec::new();
    for (row, span) in spans.iter().enumerate() {
        events.push(event(row, &span.id, "wait", span.ready, span.waited()));
        events.push(event(row, &span.id, "work", span.began, span.took()));
    }
    json!({"traceEvents": events, "displayTimeUnit": "ms"})
}

/// The chain of steps that took the longest, from its first to its last: what to make faster.
pub fn critical_path(spans: &[Span]) -> Vec<&Span> {
    let by_id: HashMap<&str, &Span> = spans.iter().map(|span| (span.id.as_str(), span)).collect();
    let mut path = Vec::new();
    let mut next = spans.iter().max_by_key(|span| span.ended);
    while let Some(span) = next {
        path.push(span);
        let needed = span.needs.iter().filter_map(|id| by_id.get(id.as_str()).copied());
        // A step can only need one that ended before it began.
        next = needed.filter(|needed| needed.ended <= span.began).max_by_key(|needed| needed.ended);
        if path.len() > spans.len() {
            break;
        }
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(id: &str, needs: &[&str], from: u64, to: u64) -> Span {
        let needs = needs.iter().map(|id| (*id).to_owned()).collect();
        let [ready, began, ended] = [from, from, to].map(Duration::from_millis);
        Span { id: id.to_owned(), needs, ready, began, ended, done: true }
    }

    #[test]
    fn the_critical_path_leads_to_the_last_step() {
        let spans = [
            span("a", &[], 0, 10),
            span("b", &[], 0, 50),
            span("c", &["a", "b"], 50, 60),
            span("d", &["a"], 10, 20),
        ];
        let path: Vec<&str> = critical_path(&spans).iter().map(|span| span.id.as_str()).collect();
        assert_eq!(path, ["b", "c"]);
    }

    #[test]
    fn a_trace_has_a_row_a_step() {
        let trace = chrome(&[span("a", &[], 1, 10), span("b", &["a"], 10, 12)]);
        assert_eq!(trace["traceEvents"][3]["ts"], 10_000);
        assert_eq!(trace["traceEvents"][3]["dur"], 2_000);
        assert_eq!(trace["traceEvents"][3]["tid"], 2);
    }
}
