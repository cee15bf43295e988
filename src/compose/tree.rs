//! The tree a YAML text is read into, for other files of a project too.

pub(crate) use super::node::{Data, Node};
pub(crate) use super::place::Place;

use super::finding::{Finding, Report};
use super::yaml;

/// The documents of a text; or what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Vec<Node>, Vec<Finding>> {
    let report = Report::default();
    let file = report.file("");
    match yaml::parse(text.trim_start_matches('\u{feff}'), file, &report) {
        Some(documents) => Ok(documents),
        None => Err(report.into_findings()),
    }
}
