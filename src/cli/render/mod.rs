//! `render`: the manifests of a graph, offline (cli.md 3.13).

mod document;
mod input;
mod registry;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::args::Format;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use crate::graph::{Finding, Severity};
use crate::manifest::{self, Compiled, EnabledPlugins, Inputs, LiveObjects};

/// Largest file that is read, in bytes.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Arguments of `render`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// JSON or YAML: nodes and edges, a workflow, or a workflow with run values; - reads stdin
    #[arg(value_name = "FILE|-")]
    file: PathBuf,
    /// Run values in a file of their own: secrets and envVars by node id
    #[arg(long, value_name = "FILE")]
    values: Option<PathBuf>,
}

/// Prints the manifests in apply order. Nothing but manifests goes to stdout, and nothing at all when one is refused.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), Ended> {
    match render(arguments, output) {
        Ok(text) => output.data(text.as_bytes()),
        Err(Ended::Failed(failure)) => {
            output.complain(&failure);
            Err(Ended::Exit(failure.exit))
        }
        Err(other) => Err(other),
    }
}

fn render(arguments: &Arguments, output: &Output) -> Result<String, Ended> {
    if output.format() == Format::Ndjson {
        let failure = Failure::new(ExitCode::Usage, Code::Usage, "manifests have no ndjson form");
        return Err(failure.hint("use -o yaml or -o json").into());
    }
    let mut input = input::parse(&name(&arguments.file), &read(&arguments.file)?)?;
    if let Some(path) = &arguments.values {
        input.values = input::parse_values(&name(path), &read(path)?)?;
    }
    let live: LiveObjects = input.live.into_iter().collect();
    let compiled = manifest::compile(&Inputs {
        graph: &input.graph,
        workflow: input.workflow,
        values: &input.values,
        live: &live,
        registries: &input.registries,
        discovery: input.discovery.as_ref(),
        plugins: EnabledPlugins::Every,
        cluster: &input.cluster,
        allow_insecure_db_defaults: true,
    });
    for finding in &compiled.findings {
        tell(output, finding);
    }
    if compiled.errors().next().is_some() {
        return Err(Ended::Exit(ExitCode::Invalid));
    }
    write(&compiled, output.format())
}

fn tell(output: &Output, finding: &Finding) {
    let place: Vec<&str> =
        [&finding.node_id, &finding.field].into_iter().filter_map(Option::as_deref).collect();
    let line = if place.is_empty() {
        finding.message.clone()
    } else {
        format!("{}: {}", place.join(" "), finding.message)
    };
    match finding.severity {
        Severity::Error => output.error(&line),
        Severity::Warning => output.warning(&line),
        Severity::Info => {}
    }
}

/// Several documents, or one array.
fn write(compiled: &Compiled, format: Format) -> Result<String, Ended> {
    let bodies: Vec<&Value> = compiled.documents.iter().map(|document| &document.body).collect();
    if format == Format::Json {
        let text = serde_json::to_string_pretty(&bodies);
        return text.map(|text| text + "\n").map_err(|error| internal(&error));
    }
    let mut text = String::new();
    for body in bodies {
        if !text.is_empty() {
            text.push_str("---\n");
        }
        text.push_str(&manifest::to_yaml(body).map_err(|error| internal(&error))?);
    }
    Ok(text)
}

fn internal(error: &dyn std::error::Error) -> Ended {
    Failure::new(ExitCode::Failed, Code::Internal, "the manifests cannot be written").because(error).into()
}

/// What people call the file.
fn name(path: &Path) -> String {
    if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() }
}

fn read(path: &Path) -> Result<String, Ended> {
    let read = || -> io::Result<Vec<u8>> {
        let source: Box<dyn Read> =
            if path == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(path)?) };
        let mut bytes = Vec::new();
        source.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let invalid =
        |why: &str| Failure::new(ExitCode::Invalid, Code::ConfigInvalid, format!("{} {why}", name(path)));
    let bytes = read().map_err(|error| invalid("cannot be read").because(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(invalid("is larger than 16 MiB").into());
    }
    Ok(document::text(&name(path), bytes)?)
}
