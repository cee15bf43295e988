//! The lines of one container.

use std::sync::Arc;

use futures::StreamExt;
use jiff::Timestamp;
use tokio::sync::mpsc::Sender;

use super::seen::Seen;
use super::{Entry, Origin, Query, Told};
use crate::docker::{Engine, Error, Found, Line, Reading};

/// What a container wrote so far, and what is known of it from now on.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) entries: Vec<Entry>,
    pub(super) seen: Seen,
}

/// Reads what is wanted of a container.
pub(super) async fn read(
    engine: &Engine,
    container: &Found,
    origin: Arc<Origin>,
    query: &Query,
) -> Result<Read, Error> {
    let current = if query.previous { engine.before_last_run(&container.id).await? } else { None };
    let whole = query.until.is_some() || query.previous;
    // The last line is needed even if it is not wanted: lines after it are new.
    let tail = if whole { None } else { query.tail.map(|tail| tail.max(1)) };
    let reading = Reading { since: query.since, until: query.until, tail, follow: false };
    let mut lines = engine.lines(&container.id, reading);
    let mut seen = Seen::from(query.since);
    let mut entries = Vec::new();
    while let Some(line) = lines.next().await {
        let line = line?;
        if seen.is_new(&line) && within(&line, query.until, current) {
            entries.push(Entry { origin: Arc::clone(&origin), line });
        }
    }
    if let Some(tail) = query.tail {
        entries.drain(..entries.len().saturating_sub(tail.max(1)));
        if let Some(first) = entries.first() {
            seen.settle(first.line.time);
        }
        if tail == 0 {
            entries.clear();
        }
    }
    Ok(Read { entries, seen })
}

fn within(line: &Line, until: Option<Timestamp>, current: Option<Timestamp>) -> bool {
    until.is_none_or(|until| line.time <= until) && current.is_none_or(|current| line.time <= current)
}

/// Tells what a container writes until it ends; hands back what was seen.
pub(super) async fn follow(
    engine: Engine,
    id: String,
    origin: Arc<Origin>,
    mut seen: Seen,
    told: Sender<Told>,
) -> (String, Seen, Option<Error>) {
    let reading = Reading { since: seen.again(), until: None, tail: None, follow: true };
    let mut lines = engine.lines(&id, reading);
    while let Some(line) = lines.next().await {
        match line {
            Ok(line) if seen.is_new(&line) => {
                let entry = Entry { origin: Arc::clone(&origin), line };
                if told.send(Told::Entry(entry)).await.is_err() {
                    break;
                }
            }
            Ok(_) => {}
            Err(error) => return (id, seen, Some(error)),
        }
    }
    (id, seen, None)
}
