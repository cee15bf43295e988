//! The variables files are filled in from, and where they come from.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::dotenv;
use super::finding::{Code, Finding, Report};
use super::path;
use super::place::{Path, Place};
use super::read::{self, Reader};
use super::template::Lookup;

/// Variables by name.
pub type Variables = BTreeMap<String, String>;

/// The variables of a project: the process's environment, then `env_files` (the later goes before the earlier), and
/// without any of these the `.env` of `directory` if there is one.
pub fn variables(
    process: Variables,
    env_files: &[String],
    directory: &str,
    reader: &dyn Reader,
) -> Result<Variables, Vec<Finding>> {
    let report = Report::default();
    let fallback = [path::join(directory, ".env")];
    let (files, required) = if env_files.is_empty() { (&fallback[..], false) } else { (env_files, true) };
    let filled = fill_from(process, files, required, reader, &report);
    if report.has_errors() { Err(report.into_findings()) } else { Ok(filled) }
}

/// What is set stays; files only add to it.
pub(super) fn fill_from(
    set: Variables,
    files: &[String],
    required: bool,
    reader: &dyn Reader,
    report: &Report,
) -> Variables {
    let mut from_files = IndexMap::new();
    for name in files {
        let file = report.file(name);
        let at = Place { file, line: 0, column: 0 };
        let text = match read::text(reader, name) {
            Ok(Some(text)) => text,
            Ok(None) if !required => continue,
            Ok(None) => {
                report.error(Code::File, at, &Path::Root, "there is no such file");
                continue;
            }
            Err((code, why)) => {
                report.error(code, at, &Path::Root, why);
                continue;
            }
        };
        match dotenv::parse(&text, &Set(&set), &from_files) {
            Ok(found) => from_files.extend(found.into_iter().filter(|(_, value)| value.is_some())),
            Err(wrong) => {
                let at = Place { file, line: wrong.line, column: wrong.column };
                report.error(Code::Syntax, at, &Path::Root, wrong.why);
            }
        }
    }
    let mut filled: Variables =
        from_files.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    filled.extend(set);
    filled
}

struct Set<'a>(&'a Variables);

impl Lookup for Set<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn missing(&self, _: &str) {}
}

/// The variables while files are filled in: each that is missing is told once.
pub(super) struct Told<'a> {
    pub variables: &'a Variables,
    pub missing: &'a RefCell<BTreeSet<String>>,
    pub report: &'a Report,
    pub at: Place,
    pub path: &'a Path<'a>,
}

impl Lookup for Told<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    fn missing(&self, name: &str) {
        if self.missing.borrow_mut().insert(name.to_owned()) {
            let why = format!("the variable {name} is not set: it is empty here and everywhere else");
            self.report.warning(Code::Variable, self.at, self.path, why);
        }
    }
}
