//! Sources that are watched: what a build depends on (cli.md 3.2).

use std::path::{Path, PathBuf};
use std::time::Duration;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{sleep, timeout};

/// How long it must be quiet after a change.
const DEBOUNCE: Duration = Duration::from_millis(300);
/// Longest wait for quiet.
const LONGEST: Duration = Duration::from_secs(5);
/// Folders that no build depends on.
const APART: [&str; 5] = [".git", "tmp", "vendor", "node_modules", ".orchcli"];

/// Watches a checkout as long as it lives.
#[derive(Debug)]
pub struct Watch {
    _watcher: RecommendedWatcher,
    changes: Receiver<()>,
}

impl Watch {
    /// Watches the Go sources below a folder.
    pub fn go(folder: &Path) -> notify::Result<Self> {
        // Events have real paths.
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let sources = Sources::of(&folder);
        let (told, seen) = mpsc::channel(1);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let Ok(event) = event else { return };
            let is_change = match event.kind {
                EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Any => true,
                EventKind::Access(_) | EventKind::Other => false,
            };
            if is_change && event.paths.iter().any(|path| sources.matter(path)) {
                // One that waits already is as good.
                let _ = told.try_send(());
            }
        })?;
        watcher.watch(&folder, RecursiveMode::Recursive)?;
        let (calm, changes) = mpsc::channel(1);
        tokio::spawn(settle(seen, calm));
        Ok(Self { _watcher: watcher, changes })
    }

    /// Waits for changes, and for quiet after them. Whoever waits for other things beside it loses none.
    pub async fn changed(&mut self) {
        if self.changes.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// Tells of changes once it is quiet after them, until nobody watches any more.
async fn settle(mut seen: Receiver<()>, calm: Sender<()>) {
    while seen.recv().await.is_some() {
        let quiet = async {
            loop {
                sleep(DEBOUNCE).await;
                if seen.try_recv().is_err() {
                    return;
                }
            }
        };
        // Somebody who writes all the time waits for nothing.
        let _ = timeout(LONGEST, quiet).await;
        // One that waits already is as good.
        let _ = calm.try_send(());
    }
}

/// Which files matter.
#[derive(Debug)]
struct Sources {
    folder: PathBuf,
    ignored: Gitignore,
}

impl Sources {
    fn of(folder: &Path) -> Self {
        let mut builder = GitignoreBuilder::new(folder);
        // One that is not there ignores nothing.
        let _ = builder.add(folder.join(".gitignore"));
        Self { folder: folder.to_owned(), ignored: builder.build().unwrap_or_else(|_| Gitignore::empty()) }
    }

    fn matter(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.folder) else { return false };
        let mut parts = below.components().map(|part| part.as_os_str().to_string_lossy());
        let Some(name) = below.file_name().map(|name| name.to_string_lossy()) else { return false };
        let go = name.ends_with(".go") && !name.ends_with("_test.go");
        let top = below.components().count() == 1 && ["go.mod", "go.sum", "config.yaml"].contains(&&*name);
        let template = below.starts_with("templates");
        (go || top || template)
            && !parts.any(|part| APART.contains(&&*part))
            && !self.ignored.matched_path_or_any_parents(below, false).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_depends_on_matters_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".gitignore"), "generated/\n").unwrap();
        let sources = Sources::of(folder.path());
        for (path, matters) in [
            ("main.go", true),
            ("handlers/auth.go", true),
            ("go.mod", true),
            ("config.yaml", true),
            ("templates/core/x.tmpl", true),
            ("main_test.go", false),
            ("README.md", false),
            ("deep/go.mod", false),
            (".git/hooks/x.go", false),
            ("vendor/x/x.go", false),
            ("generated/x.go", false),
            ("tmp/main.go", false),
        ] {
            assert_eq!(sources.matter(&folder.path().join(path)), matters, "{path}");
        }
        assert!(!sources.matter(Path::new("/elsewhere/main.go")));
    }

    #[tokio::test]
    async fn a_change_is_not_lost_to_who_looks_away_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let mut watch = Watch::go(folder.path()).unwrap();
        std::fs::write(folder.path().join("main.go"), "package main").unwrap();
        let impatient = async { while timeout(Duration::from_millis(20), watch.changed()).await.is_err() {} };
        assert!(timeout(Duration::from_mins(1), impatient).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn changes_are_told_once_when_it_is_quiet() {
        let (told, seen) = mpsc::channel(1);
        let (calm, mut changes) = mpsc::channel(1);
        tokio::spawn(settle(seen, calm));
        for _ in 0..4 {
            // One that waits already is as good.
            let _ = told.try_send(());
            sleep(DEBOUNCE / 2).await;
            assert!(changes.try_recv().is_err(), "it is not quiet yet");
        }
        changes.recv().await.unwrap();
        assert!(timeout(LONGEST * 2, changes.recv()).await.is_err(), "several writes are one change");
    }
}
