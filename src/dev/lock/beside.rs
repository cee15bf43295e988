//! The stand-in for locks on file systems that have none: a file that can be made only once (cli.md 4.6).

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::holder::{self, Holder};

/// Makes the file, whose end is the lock's, or tells who did. The file of a process that is gone is taken away first.
pub(super) fn attempt(lock: &Path, command: &str) -> io::Result<Result<PathBuf, Option<Holder>>> {
    let path = with_suffix(lock, ".held");
    match make(&path, command) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        made => return made.map(|()| Ok(path)),
    }
    let holder = holder::read(&path);
    if let Some(holder) = holder.as_ref().filter(|holder| holder.is_gone()) {
        take_away(&path, holder);
    }
    Ok(Err(holder))
}

/// Two may find it stale at once: the name goes to one of them, and what turns out to be a fresh one goes back.
fn take_away(path: &Path, stale: &Holder) {
    let aside = with_suffix(path, &format!(".{}", std::process::id()));
    if fs::rename(path, &aside).is_err() {
        return;
    }
    if holder::read(&aside).as_ref() != Some(stale) {
        let _ = fs::hard_link(&aside, path);
    }
    let _ = fs::remove_file(&aside);
}

/// Whether a process that is gone left its file.
pub(super) fn is_left(lock: &Path) -> bool {
    holder::read(&with_suffix(lock, ".held")).is_some_and(|holder| holder.is_gone())
}

/// Takes the file of a process that is gone away.
pub(super) fn free_left(lock: &Path) -> io::Result<()> {
    let path = with_suffix(lock, ".held");
    if let Some(holder) = holder::read(&path).filter(Holder::is_gone) {
        take_away(&path, &holder);
    }
    if is_left(lock) { Err(io::Error::other("the lock cannot be taken away")) } else { Ok(()) }
}

fn make(path: &Path, command: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(Holder::this(command).to_line().as_bytes())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_and_the_other_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("lock");
        let first = attempt(&lock, "init").unwrap().unwrap();
        assert_eq!(attempt(&lock, "start").unwrap().unwrap_err().unwrap().command, "init");
        fs::remove_file(first).unwrap();
        attempt(&lock, "start").unwrap().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_a_killed_process_left_is_taken_away_and_another_machines_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("lock");
        let held = folder.path().join("lock.held");
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let gone = Holder { pid: child.id(), ..Holder::this("start") };
        fs::write(&held, gone.to_line()).unwrap();
        assert_eq!(attempt(&lock, "stop").unwrap().unwrap_err(), Some(gone.clone()), "told once");
        attempt(&lock, "stop").unwrap().unwrap();

        let elsewhere = Holder { host: "elsewhere".to_owned(), ..gone };
        fs::write(&held, elsewhere.to_line()).unwrap();
        for _ in 0..2 {
            assert!(attempt(&lock, "stop").unwrap().is_err());
        }
    }
}
