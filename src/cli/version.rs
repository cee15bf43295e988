//! `version`: what this program is.

use serde_json::{Value, json};

use super::args::EngineFlags;
use super::failure::Ended;
use super::output::Output;
use super::{engine, runtime};

/// The version number.
pub const NUMBER: &str = env!("CARGO_PKG_VERSION");

/// What follows the name in `--version`.
pub const DETAILS: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (commit ",
    env!("ORCHCLI_COMMIT"),
    ", built ",
    env!("ORCHCLI_BUILT"),
    ", ",
    env!("ORCHCLI_TARGET"),
    ")"
);

/// The version of the HTTP API the server speaks.
const API: &str = "v1";

/// Arguments of `version`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Ask the engine for its version too
    #[arg(long)]
    check: bool,
}

/// Shows the version, the build, and the API the server speaks; with `--check`, the engine's too.
pub fn run(arguments: &Arguments, flags: &EngineFlags, output: &Output) -> Result<(), Ended> {
    let mut text = format!("orchcli {DETAILS}\nAPI {API}\n");
    let mut fields = json!({
        "version": NUMBER,
        "commit": env!("ORCHCLI_COMMIT"),
        "built": env!("ORCHCLI_BUILT"),
        "target": env!("ORCHCLI_TARGET"),
        "api": API,
    });
    if arguments.check {
        let (words, document) = engine_of(flags);
        text += &words;
        fields["engine"] = document;
    }
    output.result("Version", fields, &text)
}

/// The engine, or why there is none: that is no failure of this command.
fn engine_of(flags: &EngineFlags) -> (String, Value) {
    let mut found = Err("it was not asked".to_owned());
    let asked = runtime::run(None, async |_| {
        found = engine::connect(flags)
            .await
            .map_err(|failure| failure.causes.first().cloned().unwrap_or(failure.message));
        Ok(())
    });
    match (asked, found) {
        (Ok(()), Ok(engine)) => {
            let (major, minor) = engine.api();
            let api = format!("{major}.{minor}");
            let words = format!("engine API {api} at {}\n", engine.endpoint());
            (words, json!({"apiVersion": api, "endpoint": engine.endpoint()}))
        }
        (_, Err(why)) => (format!("engine none: {why}\n"), json!({"error": why})),
        (Err(_), Ok(_)) => (String::new(), Value::Null),
    }
}
