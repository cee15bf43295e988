//! Where the time went (cli.md 9.5).

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::record::Record;

/// The tasks as a trace that Chrome and Perfetto show: one row a task, its wait and its work.
pub fn chrome<E>(records: &[Record<E>]) -> Value {
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let event = |row: usize, name: &str, category: &str, from: Duration, took: Duration| {
        json!({
            "name": name, "cat": category, "ph": "X", "pid": 1, "tid": row + 1,
            "ts": micros(from), "dur": micros(took),
        })
    };
    let mut events = Vec::new();
    for (row, record) in records.iter().enumerate() {
        events.push(event(row, &record.id, "wait", record.ready, record.waited()));
        events.push(event(row, &record.id, "work", record.began, record.took()));
    }
    json!({"traceEvents": events, "displayTimeUnit": "ms"})
}

/// The chain of tasks that took the longest, from its first to its last: what to make faster.
pub fn critical_path<E>(records: &[Record<E>]) -> Vec<&Record<E>> {
    let by_id: HashMap<&str, &Record<E>> =
        records.iter().map(|record| (record.id.as_str(), record)).collect();
    let mut path = Vec::new();
    let mut next = records.iter().max_by_key(|record| record.ended);
    while let Some(record) = next {
        path.push(record);
        let needed = record.needs.iter().filter_map(|id| by_id.get(id.as_str()).copied());
        // A task can only need one that ended before it began.
        next = needed.filter(|needed| needed.ended <= record.began).max_by_key(|needed| needed.ended);
        if path.len() > records.len() {
            break;
        }
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::super::record::Status;
    use super::*;

    fn record(id: &str, needs: &[&str], from: u64, to: u64) -> Record<()> {
        let needs = needs.iter().map(|id| (*id).to_owned()).collect();
        let status = Status::Ended(Outcome::Done(String::new()));
        let [ready, began, ended] = [from, from, to].map(Duration::from_millis);
        Record { id: id.to_owned(), title: id.to_owned(), needs, status, ready, began, ended }
    }

    #[test]
    fn the_critical_path_leads_to_the_last_task() {
        let records = [
            record("a", &[], 0, 10),
            record("b", &[], 0, 50),
            record("c", &["a", "b"], 50, 60),
            record("d", &["a"], 10, 20),
        ];
        let path: Vec<&str> = critical_path(&records).iter().map(|record| record.id.as_str()).collect();
        assert_eq!(path, ["b", "c"]);
    }

    #[test]
    fn a_trace_has_a_row_a_task() {
        let trace = chrome(&[record("a", &[], 1, 10), record("b", &["a"], 10, 12)]);
        assert_eq!(trace["traceEvents"][3]["ts"], 10_000);
        assert_eq!(trace["traceEvents"][3]["dur"], 2_000);
        assert_eq!(trace["traceEvents"][3]["tid"], 2);
    }
}
