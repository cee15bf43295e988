//! How long steps took in earlier runs (cli.md 9.5).

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use super::Span;
use crate::dev::folder::Folder;
use crate::dev::state::State;

/// How many runs are kept.
const RUNS: usize = 20;
/// How many runs it takes to say what is usual.
const ENOUGH: usize = 3;
/// How many steps of a command are kept: those of services that are gone make room.
const STEPS: usize = 200;

/// How long the steps of one command took, in milliseconds, the newest last.
#[derive(Debug, Clone, Default)]
pub struct History(BTreeMap<String, Vec<u64>>);

impl History {
    /// That of a command in a project.
    pub fn read(folder: &Folder, command: &str) -> Self {
        Self(State::read(folder).durations.remove(command).unwrap_or_default())
    }

    /// What is usual for a step: the median, once there are runs enough.
    pub fn usual(&self, step: &str) -> Option<Duration> {
        let mut runs = self.0.get(step).filter(|runs| runs.len() >= ENOUGH)?.clone();
        runs.sort_unstable();
        Some(Duration::from_millis(runs[runs.len() / 2]))
    }

    /// Keeps how long the steps took that did something. Only for who holds the lock of the project.
    pub fn add(folder: &Folder, command: &str, spans: &[Span]) -> io::Result<()> {
        if spans.iter().all(|span| !span.done) {
            return Ok(());
        }
        let mut state = State::read(folder);
        let steps = state.durations.entry(command.to_owned()).or_default();
        for span in spans.iter().filter(|span| span.done) {
            let runs = steps.entry(span.id.clone()).or_default();
            runs.push(u64::try_from(span.took().as_millis()).unwrap_or(u64::MAX));
            let surplus = runs.len().saturating_sub(RUNS);
            runs.drain(..surplus);
        }
        if steps.len() > STEPS {
            steps.retain(|step, _| spans.iter().any(|span| span.id == *step));
        }
        state.write(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(id: &str, millis: u64, done: bool) -> Span {
        let ended = Duration::from_millis(millis);
        Span {
            id: id.to_owned(),
            needs: Vec::new(),
            ready: Duration::ZERO,
            began: Duration::ZERO,
            ended,
            done,
        }
    }

    #[test]
    fn the_median_of_the_last_twenty_runs_is_usual() {
        let project = tempfile::tempdir().unwrap();
        let folder = Folder::of(project.path());
        for millis in (0..40).map(|run| if run < 20 { 9000 } else { 100 + run }) {
            History::add(&folder, "start", &[span("pull.core", millis, true)]).unwrap();
        }
        let usual = History::read(&folder, "start").usual("pull.core");
        assert_eq!(usual, Some(Duration::from_millis(130)));
        assert_eq!(History::read(&folder, "init").usual("pull.core"), None);
    }

    #[test]
    fn two_runs_say_nothing_and_a_run_that_did_nothing_writes_nothing() {
        let project = tempfile::tempdir().unwrap();
        let folder = Folder::of(project.path());
        History::add(&folder, "start", &[span("a", 5, false)]).unwrap();
        assert!(!folder.state().exists());
        for _ in 0..2 {
            History::add(&folder, "start", &[span("a", 5, true)]).unwrap();
        }
        assert_eq!(History::read(&folder, "start").usual("a"), None);
    }

    #[test]
    fn what_others_keep_in_the_file_stays() {
        let project = tempfile::tempdir().unwrap();
        let folder = Folder::of(project.path());
        let state = State { ports: BTreeMap::from([("core".to_owned(), 3100)]), ..State::default() };
        state.write(&folder).unwrap();
        History::add(&folder, "start", &[span("a", 5, true)]).unwrap();
        assert_eq!(State::read(&folder).ports["core"], 3100);
    }
}
