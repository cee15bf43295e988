//! Unpacks an archive into a folder of its own, and nowhere else.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use flate2::read::GzDecoder;
use tar::{Archive, Entry, EntryType};
use tokio_util::sync::CancellationToken;

use super::Error;

/// The most that an archive may hold, in bytes and in entries: Go has a quarter of either.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;
const MOST_ENTRIES: usize = 100_000;

/// Unpacks `archive`, whose entries all lie in one folder, so that the content of that folder is in `into`.
pub(super) fn unpack(
    archive: &Path,
    into: &Path,
    file: &str,
    cancel: &CancellationToken,
) -> Result<(), Error> {
    let wrong = |why: String| Error::Archive { file: file.to_owned(), why };
    let broken = |error: io::Error| wrong(error.to_string());
    let reader = File::open(archive).map_err(broken)?;
    let mut archive = Archive::new(GzDecoder::new(reader).take(MOST_BYTES + 1));
    let mut bytes = 0_u64;
    fs::create_dir(into).map_err(broken)?;
    for (count, entry) in archive.entries().map_err(broken)?.enumerate() {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let mut entry = entry.map_err(broken)?;
        bytes = bytes.saturating_add(entry.size());
        if count >= MOST_ENTRIES || bytes > MOST_BYTES {
            return Err(wrong("it holds more than it may".to_owned()));
        }
        place(&mut entry, into).map_err(wrong)?;
    }
    Ok(())
}

/// Puts one entry in its place; what is wrong with it is told in words.
fn place<R: Read>(entry: &mut Entry<'_, R>, into: &Path) -> Result<(), String> {
    let kind = entry.header().entry_type();
    if matches!(kind, EntryType::XGlobalHeader | EntryType::XHeader) {
        return Ok(());
    }
    let path = entry.path().map_err(|error| error.to_string())?.into_owned();
    let shown = path.display().to_string().escape_debug().to_string();
    let Some(below) = below_first(&path) else { return Err(format!("{shown} would lie outside")) };
    if below.as_os_str().is_empty() {
        return Ok(());
    }
    let failed = |error: io::Error| format!("{shown}: {error}");
    let parent = below.parent().unwrap_or(Path::new(""));
    folders(into, parent).map_err(failed)?;
    let target = into.join(&below);
    match kind {
        EntryType::Directory => folders(into, &below).map_err(failed),
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
            let runs = entry.header().mode().map_err(failed)? & 0o100 != 0;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, if runs { 0o755 } else { 0o644 });
            #[cfg(not(unix))]
            let _ = runs;
            let mut file = options.open(&target).map_err(failed)?;
            io::copy(entry, &mut file).map(drop).map_err(failed)
        }
        EntryType::Symlink => {
            let link = entry.link_name().map_err(failed)?.ok_or_else(|| format!("{shown} leads nowhere"))?;
            if !stays_within(parent, &link) {
                return Err(format!("{shown} leads outside"));
            }
            symlink(&link, &target).map_err(failed)
        }
        _ => Err(format!("{shown} is neither a file nor a folder nor a link")),
    }
}

/// A path without its first part; none when it could leave the folder.
fn below_first(path: &Path) -> Option<PathBuf> {
    let mut parts = path.components().filter(|part| *part != Component::CurDir);
    let all_plain = parts.clone().all(|part| matches!(part, Component::Normal(_)));
    parts.next().filter(|_| all_plain)?;
    Some(parts.collect())
}

/// Makes the folders below `root`. Links are not followed: what comes through one could lie anywhere.
fn folders(root: &Path, below: &Path) -> io::Result<()> {
    let mut path = root.to_owned();
    for part in below.components() {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(io::Error::other("a folder of it is no folder")),
            Err(_) => fs::create_dir(&path)?,
        }
    }
    Ok(())
}

/// Whether a link in `folder`, a path below the root, leads to something below the root. Every link does, so that one
/// which leads through another does as well, as long as it goes up only at its beginning.
fn stays_within(folder: &Path, link: &Path) -> bool {
    let mut left = folder.components().count();
    let mut went_down = false;
    for part in link.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(_) => went_down = true,
            Component::ParentDir if !went_down && left > 0 => left -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    true
}

#[cfg(unix)]
fn symlink(link: &Path, target: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(link, target)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    /// An archive of entries: path, kind, and content or target.
    fn archive(entries: &[(&str, EntryType, &str)]) -> (tempfile::TempDir, Result<(), Error>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("archive");
        let mut builder = Builder::new(GzEncoder::new(File::create(&file).unwrap(), Compression::fast()));
        for (path, kind, content) in entries {
            let mut header = Header::new_gnu();
            // Written past the library, which refuses such names itself.
            header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
            header.set_entry_type(*kind);
            header.set_mode(0o6755);
            let is_file = *kind == EntryType::Regular;
            header.set_size(if is_file { content.len() as u64 } else { 0 });
            if !is_file {
                header.as_mut_bytes()[157..157 + content.len()].copy_from_slice(content.as_bytes());
            }
            header.set_cksum();
            builder.append(&header, if is_file { content.as_bytes() } else { b"" }).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap();
        let into = folder.path().join("into");
        let unpacked = unpack(&file, &into, "x.tar.gz", &CancellationToken::new());
        (folder, unpacked)
    }

    #[cfg(unix)]
    #[test]
    fn the_content_of_its_one_folder_is_unpacked_without_special_rights() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, unpacked) = archive(&[
            ("node-v1/", EntryType::Directory, ""),
            ("node-v1/lib/npm.js", EntryType::Regular, "npm"),
            ("node-v1/bin/node", EntryType::Regular, "node"),
            ("./node-v1/bin/npm", EntryType::Symlink, "../lib/npm.js"),
        ]);
        unpacked.unwrap();
        let bin = folder.path().join("into/bin");
        assert_eq!(fs::read_to_string(bin.join("npm")).unwrap(), "npm");
        assert_eq!(fs::metadata(bin.join("node")).unwrap().permissions().mode() & 0o7777, 0o755);
    }

    #[test]
    fn nothing_leaves_the_folder() {
        let file = EntryType::Regular;
        for entries in [
            &[("a/../../x", file, "x")][..],
            &[("../x", file, "x")],
            &[("/etc/x", file, "x")],
            &[("a/l", EntryType::Symlink, "/etc")],
            &[("a/l", EntryType::Symlink, "..")],
            &[("a/b/l", EntryType::Symlink, "../../x")],
            &[("a/d/x", file, "x"), ("a/l", EntryType::Symlink, "d/../../x")],
            &[("a/l", EntryType::Symlink, "d"), ("a/l/x", file, "x")],
            &[("a/x", file, "x"), ("a/x", file, "y")],
            &[("a/l", EntryType::Link, "x")],
            &[("a/f", EntryType::Fifo, "")],
            &[("a/b", EntryType::Block, "")],
        ] {
            let (folder, unpacked) = archive(entries);
            assert!(matches!(unpacked, Err(Error::Archive { .. })), "{entries:?}: {unpacked:?}");
            assert!(!folder.path().join("x").exists(), "{entries:?}");
        }
    }

    #[test]
    fn a_broken_archive_is_told_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("archive");
        fs::write(&file, "no archive").unwrap();
        let unpacked = unpack(&file, &folder.path().join("into"), "x.tar.gz", &CancellationToken::new());
        assert!(matches!(unpacked, Err(Error::Archive { .. })), "{unpacked:?}");
    }
}
