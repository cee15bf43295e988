//! Lists of files and words, as flags and variables spell them.

use crate::compose::{self, STDIN, Variables};

/// A variable that says something.
pub(super) fn set<'v>(variables: &'v Variables, name: &str) -> Option<&'v str> {
    variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

pub(super) fn split(variables: &Variables, name: &str) -> Vec<String> {
    let parts = set(variables, name).unwrap_or_default().split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

pub(super) fn split_files(variables: &Variables) -> Vec<String> {
    let usual = if cfg!(windows) { ";" } else { ":" };
    let separator = set(variables, "COMPOSE_PATH_SEPARATOR").unwrap_or(usual);
    let parts = set(variables, "COMPOSE_FILE").unwrap_or_default().split(separator);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

pub(super) fn texts(paths: &[std::path::PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.to_string_lossy().into_owned()).collect()
}

pub(super) fn absolute(here: &str, paths: Vec<String>) -> Vec<String> {
    paths.into_iter().map(|path| compose::join(here, &path)).collect()
}

/// The same of Compose files, of which standard input may be one.
pub(super) fn compose_files(here: &str, paths: Vec<String>) -> Vec<String> {
    let join = |path: String| if path == STDIN { path } else { compose::join(here, &path) };
    paths.into_iter().map(join).collect()
}

/// The folder of the first file that has one, as in Compose; the folder here if all of it is standard input.
pub(super) fn folder_of(files: &[String], here: &str) -> Option<String> {
    let first = files.iter().find(|file| *file != STDIN).or(files.first())?;
    Some(if first == STDIN { here.to_owned() } else { compose::parent(first) })
}
