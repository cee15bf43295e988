//! `.orchcli/`: what commands keep in a project (cli.md 4.5).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{self, Audience};
use super::link::Link;

/// Its name.
pub(super) const NAME: &str = ".orchcli";

/// In one that makes no project of the folder it is in.
const NO_PROJECT: &str = "no-project";

/// `.orchcli/` of a project, there or not.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// That of the project at `root`.
    pub fn of(root: &Path) -> Self {
        Self(root.join(NAME))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes it, for this user only, and keeps it out of Git. One that was checked out with the project may hold links:
    /// what is written into it must not land elsewhere.
    pub fn prepare(&self) -> io::Result<()> {
        if let Some(link) = self.link() {
            return Err(Link(link).into());
        }
        files::private_folder(&self.0)?;
        let ignore = self.0.join(".gitignore");
        if ignore.exists() { Ok(()) } else { files::replace(&ignore, b"*\n", Audience::Owner) }
    }

    /// Says whether it makes a project of the folder it is in: what a run of Compose files that were named keeps there does
    /// not (cli.md 4.4), unless there was one before.
    pub fn mark(&self, is_project: bool) -> io::Result<()> {
        let mark = self.0.join(NO_PROJECT);
        match (is_project, mark.exists()) {
            (true, true) => fs::remove_file(mark),
            (false, false) if self.is_new()? => {
                files::replace(&mark, b"Kept for the Compose files that --file names.\n", Audience::Owner)
            }
            (true, false) | (false, true | false) => Ok(()),
        }
    }

    /// Whether nothing is in it but what [`prepare`](Self::prepare) makes.
    fn is_new(&self) -> io::Result<bool> {
        let mut entries = fs::read_dir(&self.0)?;
        entries.try_fold(true, |new, entry| Ok(new && entry?.file_name() == ".gitignore"))
    }

    /// The first link in it. What lies in its folders for builds and clones is nobody's to write through.
    fn link(&self) -> Option<PathBuf> {
        let (build, tmp) = (self.build(), self.tmp());
        let mut paths = vec![self.0.clone()];
        while let Some(path) = paths.pop() {
            let Ok(found) = fs::symlink_metadata(&path) else { continue };
            if found.is_symlink() {
                return Some(path);
            }
            let below = path.parent().is_some_and(|above| above == build || above == tmp);
            if found.is_dir() && !below {
                paths.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
            }
        }
        None
    }

    /// Held by the one command that changes the project (cli.md 2.8).
    pub fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// What was chosen for the project: ports.
    pub fn state(&self) -> PathBuf {
        self.0.join("state.json")
    }

    /// The journal of `init`.
    pub fn journal(&self) -> PathBuf {
        self.0.join("init.json")
    }

    /// Keys for containers.
    pub fn secrets(&self) -> PathBuf {
        self.0.join("secrets.env")
    }

    /// A file per local process.
    pub fn run(&self) -> PathBuf {
        self.0.join("run")
    }

    /// What local processes and tasks said.
    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }

    /// What is built from checkouts.
    pub fn build(&self) -> PathBuf {
        self.0.join("build")
    }

    /// What is not finished.
    pub fn tmp(&self) -> PathBuf {
        self.0.join("tmp")
    }
}

/// Whether a folder of that name is a project's: the reference keeps its configuration in one of a home (cli.md 4.1).
pub(super) fn is_ours(path: &Path) -> bool {
    let has = |name: &str| fs::exists(path.join(name)).unwrap_or(false);
    path.is_dir() && !has("orchcli-config.json") && !has(NO_PROJECT)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn nothing_is_written_through_a_link() {
        for name in ["", "lock", "state.json", "tmp", "logs/tasks/pull.log"] {
            let home = tempfile::tempdir().unwrap();
            let elsewhere = home.path().join("elsewhere");
            fs::create_dir(&elsewhere).unwrap();
            let folder = Folder::of(&home.path().join("shop"));
            let link = if name.is_empty() { folder.path().to_owned() } else { folder.path().join(name) };
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            symlink(&elsewhere, &link).unwrap();
            let refused = folder.prepare().unwrap_err();
            assert_eq!(refused.to_string(), format!("{} is a link: remove it", link.display()));
            assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0, "{name}");
        }
    }

    #[test]
    fn it_makes_a_project_of_its_folder_unless_it_says_otherwise() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::of(root.path());
        for is_project in [true, false, false, true] {
            folder.prepare().and_then(|()| folder.mark(is_project)).unwrap();
            assert_eq!(is_ours(folder.path()), is_project);
        }
    }

    #[test]
    fn it_stays_that_of_a_project_which_was_there_before() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::of(root.path());
        folder.prepare().and_then(|()| folder.mark(true)).unwrap();
        fs::write(folder.lock(), "").unwrap();
        folder.mark(false).unwrap();
        assert!(is_ours(folder.path()));
    }

    #[test]
    fn what_a_clone_or_a_build_holds_may_be_links() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::of(home.path());
        fs::create_dir_all(folder.tmp().join("ui-1/docs")).unwrap();
        symlink("..", folder.tmp().join("ui-1/docs/up")).unwrap();
        folder.prepare().unwrap();
    }
}
