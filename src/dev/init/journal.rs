//! `.orchcli/init.json`: how far `init` came (cli.md 3.1).

use std::path::PathBuf;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::dev::files::{self, Audience};
use crate::dev::folder::Folder;

/// How far `init` came. A step in it is looked at again before it is taken as done.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Journal {
    /// Whether it came to its end.
    #[serde(default)]
    pub finished: bool,
    /// The command line that asked for it, to be repeated.
    #[serde(default)]
    pub command: String,
    /// The steps that ended, and how.
    #[serde(default)]
    pub steps: IndexMap<String, Entry>,
    #[serde(skip)]
    path: PathBuf,
}

/// A step that ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// `done`, `kept`, `skipped` or `failed`.
    pub status: String,
    /// When.
    pub at: Timestamp,
}

impl Journal {
    /// The one in the folder. One that cannot be read is as good as none, as every step is looked at again.
    pub fn read(folder: &Folder) -> Option<Self> {
        let text = std::fs::read(folder.journal()).ok()?;
        let journal: Self = serde_json::from_slice(&text).ok()?;
        Some(Self { path: folder.journal(), ..journal })
    }

    /// A new one, written down before the first step.
    pub fn begin(folder: &Folder, command: String) -> Self {
        let journal = Self { path: folder.journal(), command, ..Self::default() };
        // It is a help: without it every step is looked at again.
        let _ = journal.write();
        journal
    }

    /// Whether the project lacks what other commands need: its files, or a checkout. What else did not come to its end,
    /// such as dependencies, is told by what needs it.
    pub fn is_incomplete(&self) -> bool {
        let well = |entry: &Entry| matches!(entry.status.as_str(), "done" | "kept" | "skipped");
        let lacks = |id: &String, entry: &Entry| id.starts_with("clone.") && !well(entry);
        !self.finished
            && (!self.steps.get("files").is_some_and(well)
                || self.steps.iter().any(|(id, entry)| lacks(id, entry)))
    }

    /// What to run to bring it to its end.
    pub fn again(&self) -> &str {
        if self.command.is_empty() { "orchcli init" } else { &self.command }
    }

    /// Notes how a step ended, and writes it down.
    pub fn note(&mut self, step: &str, status: &str) -> std::io::Result<()> {
        let at = Timestamp::now();
        self.steps.insert(step.to_owned(), Entry { status: status.to_owned(), at });
        self.write()
    }

    /// Notes that it came to its end.
    pub fn finish(&mut self) -> std::io::Result<()> {
        self.finished = true;
        self.write()
    }

    fn write(&self) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(std::io::Error::other)? + "\n";
        files::replace(&self.path, text.as_bytes(), Audience::Owner)
    }
}
