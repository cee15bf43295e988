//! The file the reference leaves beside its program or in `~/.orchcli` (cli.md 4.1).

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::document::{self, Contents, Entry};
use super::{Error, Form, bounded};

/// Its name.
pub(super) const NAME: &str = "orchcli-config.json";

/// The first of these files that can be read, and what of it is still there. It is left as it is.
pub(super) fn find(candidates: &[PathBuf]) -> Option<(PathBuf, Contents)> {
    candidates.iter().find_map(|path| Some((path.clone(), read(path).ok()??)))
}

/// The first of these files that is there, for who asks for it: one that cannot be read is told.
pub(super) fn first(candidates: &[PathBuf]) -> Result<Option<(PathBuf, Contents)>, Error> {
    let there = |path: &PathBuf| Some(read(path).transpose()?.map(|contents| (path.clone(), contents)));
    candidates.iter().find_map(there).transpose()
}

fn read(path: &Path) -> Result<Option<Contents>, Error> {
    let unusable = |why: String| Error::Reference { path: path.to_owned(), why };
    let bytes = match bounded(path) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unusable(error.to_string())),
    };
    let text = String::from_utf8(bytes).map_err(|_| unusable("is not UTF-8 text".to_owned()))?;
    let found = document::parse(&text, Form::Json).map_err(unusable)?;
    let canonical = |path: &str| fs::canonicalize(path).ok()?.to_str().map(str::to_owned);
    let mut contents = Contents::default();
    for (key, entry) in found.projects {
        let Some(root) = canonical(if entry.path.is_empty() { &key } else { &entry.path }) else { continue };
        let checkout = |path: Option<String>| path.filter(|path| !path.is_empty());
        let entry = Entry {
            path: root.clone(),
            ui_path: checkout(entry.ui_path),
            core_path: checkout(entry.core_path),
            mode: checkout(entry.mode),
            name: Path::new(&root).file_name().and_then(|name| name.to_str()).map(str::to_owned),
            ..Entry::default()
        };
        contents.projects.insert(root, entry);
    }
    contents.current_project = found
        .current_project
        .and_then(|path| canonical(&path))
        .filter(|path| contents.projects.contains_key(path));
    Ok(Some(contents))
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;

    #[test]
    fn projects_that_are_still_there_are_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let shop = fs::canonicalize(folder.path()).unwrap().join("shop");
        fs::create_dir(&shop).unwrap();
        let file = folder.path().join(NAME);
        let shop = shop.to_str().unwrap();
        let text = serde_json::json!({
            "projects": {
                shop: {"path": shop, "ui_path": format!("{shop}/ui"), "core_path": "", "mode": "ui-dev"},
                "/gone": {"path": "/gone", "mode": "production"},
            },
            "current_project": "/gone",
        });
        fs::write(&file, text.to_string()).unwrap();
        let (found, contents) = find(&[folder.path().join("none.json"), file.clone()]).unwrap();
        assert_eq!(found, file);
        assert_eq!(contents.projects.keys().collect::<Vec<_>>(), [shop]);
        let entry = &contents.projects[shop];
        assert_eq!((entry.mode.as_deref(), entry.name.as_deref()), (Some("ui-dev"), Some("shop")));
        assert_eq!((entry.ui_path.is_some(), entry.core_path.is_some()), (true, false));
        assert_eq!(contents.current_project, None);
        fs::write(&file, "{").unwrap();
        assert!(find(from_ref(&file)).is_none(), "what cannot be read is not ours to complain about");
        assert!(first(&[folder.path().join("none.json"), file]).is_err(), "unless somebody asks for it");
    }
}
