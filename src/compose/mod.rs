//! The Compose Specification: files to one model (cli.md 8.2).
//!
//! parse with positions → fill variables in → long form → include, extends → merge → normalise → profiles → references.
//! Nothing here does I/O: files come through a [`Reader`], variables are given, and what is wrong comes back as
//! [`Finding`]s with their places.

mod canon;
mod dotenv;
mod files;
mod finding;
mod merge;
mod model;
mod name;
mod node;
mod path;
mod place;
mod print;
mod read;
mod scalar;
mod shape;
mod short;
mod template;
pub(crate) mod tree;
mod typed;
mod units;
mod variables;
mod yaml;

pub use finding::{Code, Finding, Severity};
pub use model::{Model, Wanted};
pub use name::{NameError, checked as checked_name, tidied as tidied_name};
pub use path::{join, parent};
pub use read::{MAX_BYTES, Reader, STDIN, called};
pub use typed::{
    Attachment, Bind, BlockIo, Build, BuildSecret, Condition, Content, Dependency, Deploy, Device,
    DeviceRequest, Grant, HealthCheck, ImageMount, Ipam, Limits, Logging, Mount, MountKind, Namespace,
    Network, Pool, Port, PullPolicy, Rate, Reservations, Resources, Restart, RestartPolicy, Service, Source,
    Stack, StackError, Tmpfs, Ulimit, Volume, VolumeMount, Weight,
};
pub use variables::{Variables, variables};

use files::Files;
use finding::Report;
use place::{Path, Place};

/// What to load.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The files, absolute, the later laid on the earlier.
    pub files: &'a [String],
    /// The folder of the first file, absolute: what relative paths count from.
    pub directory: &'a str,
    /// The name of the project, when it is not the files that say it.
    pub name: Option<&'a str>,
    /// What files are filled in from.
    pub variables: &'a Variables,
    /// Whether they are filled in.
    pub interpolate: bool,
    /// Which part of it.
    pub wanted: Wanted<'a>,
}

/// Loads a project. With an error among the findings there is no model.
pub fn load(request: &Request<'_>, reader: &dyn Reader) -> (Option<Model>, Vec<Finding>) {
    let report = Report::default();
    let model = load_reported(request, reader, &report);
    let model = if report.has_errors() { None } else { model };
    let (files, findings) = report.into_parts();
    (model.map(|model| model.with_files(files)), findings)
}

fn load_reported(request: &Request<'_>, reader: &dyn Reader, report: &Report) -> Option<Model> {
    let home = request.variables.get("HOME").map(String::as_str);
    let files = Files::new(report, reader, request.interpolate, home);
    let parsed = files.parse_all(request.files);
    let name = match request.name {
        Some(name) => name.to_owned(),
        None => {
            let written = files.name(&parsed, request.variables);
            let text = written.as_ref().and_then(node::Node::as_text).filter(|text| !text.is_empty());
            let folder = request.directory.rsplit('/').next().unwrap_or_default();
            match name::tidied(text.unwrap_or(folder)) {
                Ok(name) => name,
                Err(error) => {
                    let at = written.as_ref().map_or(Place::default(), |name| name.at);
                    report.error(Code::Value, at, &Path::Root.key("name"), error.to_string());
                    return None;
                }
            }
        }
    };
    let mut variables = request.variables.clone();
    variables.insert("COMPOSE_PROJECT_NAME".to_owned(), name.clone());
    let tree = files.project(parsed, request.directory, &variables);
    // What is wrong already would be told a second time as something missing.
    if report.has_errors() {
        return None;
    }
    Model::of(tree, name, request, &variables, reader, report)
}
