//! Files that are made here and may be edited there: the Compose files in `docker/` (cli.md 4.5).

mod marker;
mod template;

pub use marker::{Standing, standing};
pub use template::{Filling, body};

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::dev::files::{self, Audience};

/// The folder of a project that they are in.
pub const FOLDER: &str = "docker";

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was not there, or nobody had edited it: it is written.
    Written,
    /// It is as it would be written.
    Kept,
    /// Somebody edited it: it stays, and the new one is beside it.
    Edited {
        /// The new one.
        new: PathBuf,
    },
    /// Somebody edited it, and it was to be overwritten: the old one is beside it.
    Overwritten {
        /// The old one.
        old: PathBuf,
    },
}

/// What would become of a file, without touching it; with `force`, an edited one is overwritten.
pub fn foresee(path: &Path, body: &str, force: bool) -> io::Result<Outcome> {
    let found = text_of(path)?;
    Ok(match standing(found.as_deref(), body) {
        Standing::Current => Outcome::Kept,
        Standing::Absent | Standing::Untouched => Outcome::Written,
        Standing::Edited if force => Outcome::Overwritten { old: beside(path, ".bak") },
        Standing::Edited => Outcome::Edited { new: beside(path, ".new") },
    })
}

/// Writes a file as far as nobody edited it; with `force`, an edited one is overwritten after it was saved.
pub fn put(path: &Path, body: &str, force: bool) -> io::Result<Outcome> {
    let outcome = foresee(path, body, force)?;
    let text = marker::marked(body);
    match &outcome {
        Outcome::Kept => {}
        Outcome::Written => {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            files::replace(path, text.as_bytes(), Audience::All)?;
            forget_new(path)?;
        }
        Outcome::Edited { new } => {
            if text_of(new)?.as_deref() != Some(&text) {
                files::replace(new, text.as_bytes(), Audience::All)?;
            }
        }
        Outcome::Overwritten { old } => {
            fs::copy(path, old)?;
            files::replace(path, text.as_bytes(), Audience::All)?;
            forget_new(path)?;
        }
    }
    Ok(outcome)
}

/// The version beside it says nothing any more.
fn forget_new(path: &Path) -> io::Result<()> {
    match fs::remove_file(beside(path, ".new")) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn text_of(path: &Path) -> io::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_follows_the_program_until_somebody_edits_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docker/a.yml");
        let (new, old) = (beside(&path, ".new"), beside(&path, ".bak"));
        assert_eq!(put(&path, "one\n", false).unwrap(), Outcome::Written);
        assert_eq!(put(&path, "one\n", false).unwrap(), Outcome::Kept);
        assert_eq!(put(&path, "two\n", false).unwrap(), Outcome::Written);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("two", "mine")).unwrap();
        assert_eq!(foresee(&path, "three\n", false).unwrap(), Outcome::Edited { new: new.clone() });
        assert!(!new.exists(), "nothing is touched");
        assert_eq!(put(&path, "three\n", false).unwrap(), Outcome::Edited { new: new.clone() });
        assert!(fs::read_to_string(&path).unwrap().contains("mine"));
        assert!(fs::read_to_string(&new).unwrap().ends_with("\nthree\n"));
        assert_eq!(put(&path, "three\n", true).unwrap(), Outcome::Overwritten { old: old.clone() });
        assert!(fs::read_to_string(&old).unwrap().contains("mine") && !new.exists());
        assert_eq!(put(&path, "three\n", false).unwrap(), Outcome::Kept);
    }
}
