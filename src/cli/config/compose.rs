//! `config compose`: the resolved Compose model (cli.md 3.10, 8.2.1).

use std::fmt::Write as _;

use clap::ValueEnum;
use clap_complete::ArgValueCompleter;
use serde_json::{Value, json};

use crate::cli::args::{ComposeFlags, Format};
use crate::cli::completions::live;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access, Ask, Disk};
use crate::cli::service;
use crate::compose::Model;
use crate::manifest;
use crate::redact;

/// Arguments of `config compose`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only these services and what they depend on
    #[arg(value_name = "SERVICE", add = ArgValueCompleter::new(live::services))]
    services: Vec<String>,
    #[command(flatten)]
    part: Part,
    /// Leave variables as they are written
    #[arg(long)]
    no_interpolate: bool,
    /// Form of the model [default: yaml]
    #[arg(long, value_enum)]
    format: Option<Form>,
}

/// One list instead of the whole model.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
struct Part {
    /// Only the names of the services
    #[arg(long = "services")]
    names: bool,
    /// Only the images of the services
    #[arg(long)]
    images: bool,
    /// Only the volumes
    #[arg(long)]
    volumes: bool,
    /// Only the profiles
    #[arg(long)]
    profiles: bool,
    /// Only the hash of each service, or of one
    #[arg(long, value_name = "SERVICE", num_args = 0..=1, require_equals = true, default_missing_value = "*")]
    hash: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Yaml,
    Json,
}

/// Prints the model, or the list asked for.
pub fn run(arguments: &Arguments, flags: &ComposeFlags, output: &mut Output) -> Result<(), Ended> {
    let ask = Ask { interpolate: !arguments.no_interpolate, ..Ask::new(Access::Model, &arguments.services) };
    let loaded = project::load(flags, &ask, output)?;
    let secrets = loaded.project.secrets();
    let model = loaded.model;
    let part = &arguments.part;
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    if part.names {
        lines("services", &owned(model.services()), output)
    } else if part.images {
        lines("images", &model.images(), output)
    } else if part.volumes {
        lines("volumes", &owned(model.volumes()), output)
    } else if part.profiles {
        lines("profiles", model.profiles(), output)
    } else if let Some(service) = &part.hash {
        hashes(&model, service, output)
    } else {
        let mut document = model.document();
        mask(&mut document, &secrets);
        print(&document, arguments.format, output)
    }
}

/// Keys that were made for the containers are not shown, though Compose would show them (cli.md 2.3).
fn mask(value: &mut Value, secrets: &[String]) {
    match value {
        Value::String(text) => {
            if secrets.iter().any(|secret| text.contains(secret)) {
                *text = redact::known(text, secrets.iter().map(String::as_str));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, secrets)),
        Value::Object(members) => members.values_mut().for_each(|member| mask(member, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Bare unless only the global form is asked for.
fn print(document: &Value, form: Option<Form>, output: &Output) -> Result<(), Ended> {
    let form = match (form, output.format()) {
        (Some(form), _) => form,
        (None, Format::Text) => Form::Yaml,
        (None, Format::Json | Format::Ndjson | Format::Yaml) => {
            return output.result("ComposeModel", json!({"compose": document}), "");
        }
    };
    let unwritable = |error: &dyn std::error::Error| {
        Failure::new(ExitCode::Failed, Code::Internal, "the model cannot be written").because(error)
    };
    let text = match form {
        Form::Yaml => manifest::to_yaml(document).map_err(|error| unwritable(&error))?,
        Form::Json => serde_json::to_string_pretty(document).map_err(|error| unwritable(&error))? + "\n",
    };
    output.data(text.as_bytes())
}

fn lines(key: &str, lines: &[String], output: &Output) -> Result<(), Ended> {
    let text = lines.join("\n") + if lines.is_empty() { "" } else { "\n" };
    output.result("ComposeModel", json!({key: lines}), &text)
}

fn hashes(model: &Model, service: &str, output: &Output) -> Result<(), Ended> {
    let mut hashes = model.hashes(&Disk);
    if service != "*" {
        service::known(service, hashes.iter().map(|(name, _)| *name))?;
        hashes.retain(|(name, _)| *name == service);
    }
    let mut text = String::new();
    for (name, hash) in &hashes {
        let _ = writeln!(text, "{name} {hash}");
    }
    let list: Vec<Value> = hashes.iter().map(|(name, hash)| json!({"service": name, "hash": hash})).collect();
    output.result("ComposeModel", json!({"hashes": list}), &text)
}
