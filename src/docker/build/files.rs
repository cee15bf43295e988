//! The files of a build: a folder without what `.dockerignore` leaves out, and its Dockerfile.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::ignore::Ignore;
use super::recipe::Dockerfile;

/// The file that says what stays at home.
pub const IGNORE_FILE: &str = ".dockerignore";

/// Largest `.dockerignore` or Dockerfile, in bytes.
const MOST: u64 = 1024 * 1024;

/// The files of a build that were looked at; nothing but the Dockerfile and the ignore file was read.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    ignore: Ignore,
    /// What the Dockerfile says.
    pub dockerfile: Vec<u8>,
    /// Where it is in the folder; nowhere if it is inline or of elsewhere.
    pub dockerfile_path: Option<String>,
    /// What the ignore file says, if there is one.
    pub ignore_text: Option<String>,
}

/// A file, a link or a folder that is sent.
#[derive(Debug)]
pub struct Entry {
    /// Its path in the folder, with slashes.
    pub path: String,
    /// Where it is.
    pub full: PathBuf,
    /// What it is.
    pub metadata: Metadata,
}

impl Files {
    /// Looks at a folder and its Dockerfile. Only BuildKit knows ignore files of single Dockerfiles. What is wrong is told
    /// as a sentence.
    pub fn look(folder: &Path, dockerfile: &Dockerfile, build_kit: bool) -> Result<Self, String> {
        if !folder.is_dir() {
            return Err(format!("the context {} is not a folder", folder.display()));
        }
        let (content, path, own) = match dockerfile {
            Dockerfile::Inline(text) => (text.clone().into_bytes(), None, None),
            Dockerfile::Path(path) => {
                let full = folder.join(path);
                let missing = || format!("there is no Dockerfile {}", full.display());
                let content = read(&full)?.ok_or_else(missing)?;
                let mut beside = full.clone().into_os_string();
                beside.push(".dockerignore");
                let own = if build_kit { read(Path::new(&beside))? } else { None };
                (content, inside(folder, &full), own)
            }
        };
        let patterns = match own {
            Some(own) => Some(own),
            None => read(&folder.join(IGNORE_FILE))?,
        };
        let ignore_text = patterns.map(|patterns| String::from_utf8_lossy(&patterns).into_owned());
        let ignore = Ignore::read(ignore_text.as_deref().unwrap_or_default())
            .map_err(|why| format!("{}: {why}", folder.join(IGNORE_FILE).display()))?;
        Ok(Self {
            folder: folder.to_owned(),
            ignore,
            dockerfile: content,
            dockerfile_path: path,
            ignore_text,
        })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.folder
    }

    /// A file of the folder itself, if it is sent.
    pub fn top(&self, name: &str) -> Option<Entry> {
        let full = self.folder.join(name);
        let metadata = fs::symlink_metadata(&full).ok().filter(|metadata| !metadata.is_dir());
        let path = name.to_owned();
        metadata.filter(|_| !self.ignore.excludes(name)).map(|metadata| Entry { path, full, metadata })
    }

    /// Visits what is sent in the order of the names, folders before what is in them. `needed` always is; an error names
    /// the file.
    pub fn walk(&self, needed: &[&str], visit: &mut dyn FnMut(Entry) -> io::Result<()>) -> io::Result<()> {
        self.walk_below(&self.folder, "", needed, visit)
    }

    fn walk_below(
        &self,
        folder: &Path,
        below: &str,
        needed: &[&str],
        visit: &mut dyn FnMut(Entry) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut entries: Vec<_> = fs::read_dir(folder)
            .and_then(Iterator::collect::<io::Result<Vec<_>>>)
            .map_err(|error| named(folder, &error))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let full = entry.path();
            let Ok(name) = entry.file_name().into_string() else {
                let kind = io::ErrorKind::InvalidData;
                return Err(named(&full, &io::Error::new(kind, "the name is not UTF-8 text")));
            };
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            let metadata = fs::symlink_metadata(&full).map_err(|error| named(&full, &error))?;
            let excluded = !needed.contains(&path.as_str()) && self.ignore.excludes(&path);
            if metadata.is_dir() {
                let inside = format!("{path}/");
                let enters = !excluded
                    || self.ignore.may_keep_below(&path)
                    || needed.iter().any(|needed| needed.starts_with(&inside));
                if !excluded {
                    visit(Entry { path: path.clone(), full: full.clone(), metadata })?;
                }
                if enters {
                    self.walk_below(&full, &path, needed, visit)?;
                }
            } else if !excluded && (metadata.is_file() || metadata.is_symlink()) {
                visit(Entry { path, full, metadata })?;
            }
        }
        Ok(())
    }
}

/// An error with the file it is about.
pub fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// The path within the folder, with slashes; none for a file of elsewhere.
fn inside(folder: &Path, full: &Path) -> Option<String> {
    let (folder, full) = (folder.canonicalize().ok()?, full.canonicalize().ok()?);
    let path = full.strip_prefix(folder).ok()?;
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, String> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{}: {error}", path.display())),
        Ok(metadata) if metadata.len() > MOST => {
            return Err(format!("{} is longer than 1 MiB", path.display()));
        }
        Ok(_) => {}
    }
    fs::read(path).map(Some).map_err(|error| format!("{}: {error}", path.display()))
}
