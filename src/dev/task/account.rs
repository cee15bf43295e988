//! What is kept of the steps of a command: when they ran, how long they usually run, what their programs print
//! (cli.md 9.4, 9.5).

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use super::{History, Span, Spans};
use crate::dev::folder::Folder;
use crate::dev::logs::Log;
use crate::dev::report::Event;
use crate::docker::Stdio;
use crate::redact;

/// How many logs of steps are open at once; what further steps print is shown and not kept.
const OPEN: usize = 64;

/// The account of one command. What cannot be written is left out: it is a help, and the work goes on.
#[derive(Debug)]
pub struct Account {
    spans: Spans,
    kept: Option<Kept>,
}

#[derive(Debug)]
struct Kept {
    folder: Folder,
    command: &'static str,
    history: History,
    logs: HashMap<String, Option<Log>>,
}

impl Account {
    /// An account that begins now.
    pub fn begin() -> Self {
        Self { spans: Spans::begin(), kept: None }
    }

    /// From now on in the folder of a project, for the next runs of the command and for who reads the logs.
    pub fn keep(&mut self, folder: Folder, command: &'static str) {
        let history = History::read(&folder, command);
        self.kept = Some(Kept { folder, command, history, logs: HashMap::new() });
    }

    /// Takes in what was told.
    pub fn hear(&mut self, event: &Event) {
        self.spans.hear(event);
        if let (Event::Line { step, text }, Some(kept)) = (event, &mut self.kept) {
            kept.note(step, text);
        }
    }

    /// How long a step usually takes.
    pub fn usual(&self, step: &str) -> Option<Duration> {
        self.kept.as_ref()?.history.usual(step)
    }

    /// The steps that ran.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.all()
    }

    /// Keeps how long they took. Only for who holds the lock of the project.
    pub fn close(&self) {
        if let Some(kept) = &self.kept {
            // The next run knows a little less.
            let _ = History::add(&kept.folder, kept.command, &self.spans());
        }
    }
}

impl Kept {
    fn note(&mut self, step: &str, text: &str) {
        if !self.logs.contains_key(step) {
            let named_well = step.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
            let fits = self.logs.len() < OPEN && named_well && !step.starts_with('.');
            let folder = self.folder.logs().join("tasks");
            let log = fits.then(|| Log::open(&folder, step).ok()).flatten();
            self.logs.insert(step.to_owned(), log);
        }
        if let Some(log) = self.logs.get_mut(step)
            && let Some(open) = log
            && open.write(Timestamp::now(), Stdio::Out, &redact::text(text)).is_err()
        {
            *log = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_step_prints_is_in_its_log_without_secrets() {
        let project = tempfile::tempdir().unwrap();
        let folder = Folder::of(project.path());
        let mut account = Account::begin();
        let line = |step: &str, text: &str| Event::Line { step: step.to_owned(), text: text.to_owned() };
        account.hear(&line("deps.ui", "before"));
        account.keep(folder.clone(), "init");
        account.hear(&line("deps.ui", "added 12 packages from https://me:hidden@host/x"));
        account.hear(&line("../deps", "elsewhere"));
        let text = std::fs::read_to_string(folder.logs().join("tasks/deps.ui.log")).unwrap();
        assert!(text.ends_with("stdout added 12 packages from https://***@host/x\n"), "{text}");
        assert!(!text.contains("before"));
        assert!(!folder.logs().join("deps.log").exists());
    }
}
