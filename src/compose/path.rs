//! Paths of files, as texts: the files may be on another machine than the one this runs on.

/// `path` as seen from the folder `base`, without `.` and `..`.
pub fn join(base: &str, path: &str) -> String {
    if is_absolute(path) { clean(path) } else { clean(&format!("{base}/{path}")) }
}

/// The folder a file is in.
pub fn parent(path: &str) -> String {
    match path.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None => ".".to_owned(),
    }
}

/// Whether it begins at the root or at a drive.
pub(super) fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || is_windows(path)
}

/// A drive letter with a slash, or a share: absolute on every platform, as in Compose.
pub(super) fn is_windows(path: &str) -> bool {
    let bytes = path.as_bytes();
    path.starts_with("\\\\")
        || matches!(bytes, [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic())
}

/// Whether a path leads out of the folder it counts from.
pub(super) fn leaves(path: &str) -> bool {
    is_absolute(path) || matches!(clean(path).as_bytes(), [b'.', b'.'] | [b'.', b'.', b'/', ..])
}

/// Without `.`, `..` and doubled or trailing slashes.
pub(super) fn clean(path: &str) -> String {
    if is_windows(path) { path.to_owned() } else { clean_slashes(path) }
}

/// The same, whatever it begins with.
pub(super) fn clean_slashes(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path, PathBuf};

    use proptest::prelude::*;

    use super::*;

    /// Where a path leads that is followed step by step from a folder.
    fn followed(folder: &Path, path: &str) -> PathBuf {
        let mut at = folder.to_owned();
        for step in Path::new(path).components() {
            match step {
                Component::Prefix(_) | Component::RootDir => at = PathBuf::from("/"),
                Component::CurDir => {}
                Component::ParentDir => drop(at.pop()),
                Component::Normal(name) => at.push(name),
            }
        }
        at
    }

    proptest! {
        #[test]
        fn a_path_that_stays_never_leads_out_of_its_folder(path in "(\\.{1,3}|[a-c ]|/|\\\\|~|C:){0,12}") {
            let folder = Path::new("/home/of/project");
            if !leaves(&path) {
                prop_assert!(followed(folder, &path).starts_with(folder), "{path:?}");
                prop_assert!(join("/home/of/project", &path).starts_with("/home/of/project"), "{path:?}");
            }
        }

        #[test]
        fn a_path_of_names_alone_stays(names in proptest::collection::vec("[a-z.]{0,3}x", 1..6)) {
            prop_assert!(!leaves(&names.join("/")));
        }
    }

    #[test]
    fn paths_are_joined_without_dots() {
        for (base, path, joined) in [
            ("/a/b", "c", "/a/b/c"),
            ("/a/b", "../c", "/a/c"),
            ("/a", "../../..", "/"),
            ("/a", "/x/./y/", "/x/y"),
            ("/a", "C:\\x", "C:\\x"),
            (".", "../x", "../x"),
            (".", ".", "."),
        ] {
            assert_eq!(join(base, path), joined, "{base} {path}");
        }
        assert!(leaves("..") && leaves("a/../../b") && leaves("/a"));
        assert!(!leaves("a/../b") && !leaves("..a"));
        assert_eq!((parent("/a"), parent("a/b"), parent("a")), ("/".into(), "a".into(), ".".into()));
    }
}
