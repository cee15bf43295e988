//! `config schema`: JSON Schema of the two files, from the table of keys.

use super::values::Whose;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::dev::settings::schema;

/// Arguments of `config schema`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Of which file
    #[arg(value_enum, default_value = "project")]
    of: Whose,
}

/// Prints it, bare.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), Ended> {
    let text = serde_json::to_string_pretty(&schema(arguments.of.into())).map_err(|error| {
        Failure::new(ExitCode::Failed, Code::Internal, "the schema cannot be written").because(&error)
    })?;
    output.data((text + "\n").as_bytes())
}
