//! Files that are replaced as a whole: a reader sees the old one or the new one, never a part (cli.md 4.6).

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Only this user.
    Owner,
    /// Everybody.
    All,
}

/// Gives `path` this content: a file beside it, written to the disk, takes its name. A link stays and what it leads to
/// is replaced.
pub fn replace(path: &Path, content: &[u8], audience: Audience) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let draft = draft_of(&path);
    let written = write_draft(&draft, content, audience).and_then(|()| fs::rename(&draft, &path));
    if written.is_err() {
        // It is ours alone, and useless now.
        let _ = fs::remove_file(&draft);
        return written;
    }
    sync_folder(&path)
}

/// Makes a folder that only this user may enter, with those above it.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Takes away what writers of `path` that were killed left beside it. Only for who holds the lock of the file.
pub fn sweep(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return;
    };
    let prefix = format!(".{name}.");
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let found = entry.file_name();
        if found.to_str().is_some_and(|found| found.starts_with(&prefix) && found.ends_with("-draft")) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A name beside the file that nobody else uses.
fn draft_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}-{:08x}-draft", std::process::id(), rand::random::<u32>()));
    path.with_file_name(name)
}

fn write_draft(draft: &Path, content: &[u8], audience: Audience) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(
        &mut options,
        match audience {
            Audience::Owner => 0o600,
            Audience::All => 0o644,
        },
    );
    #[cfg(not(unix))]
    let _ = audience;
    let mut file = options.open(draft)?;
    file.write_all(content)?;
    file.sync_all()
}

/// The name itself reaches the disk with its folder. Windows has no such call.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        for text in ["one", "two"] {
            replace(&path, text.as_bytes(), Audience::Owner).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(replace(&folder.path().join("none/a.json"), b"x", Audience::All).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn the_audience_is_the_mode_and_a_link_stays_a_link() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        replace(&real, b"one", Audience::All).unwrap();
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o644);
        std::os::unix::fs::symlink(&real, &link).unwrap();
        replace(&link, b"two", Audience::Owner).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&real).unwrap(), "two");
    }

    #[test]
    fn what_a_killed_writer_left_is_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let left = draft_of(&path);
        fs::write(&left, "half").unwrap();
        fs::write(folder.path().join(".b.json.1-2-draft"), "another's").unwrap();
        sweep(&path);
        assert!(!left.exists() && folder.path().join(".b.json.1-2-draft").exists());
    }
}
