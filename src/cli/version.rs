//! `version`: what this program is.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::args::EngineFlags;
use super::failure::Ended;
use super::output::Output;
use super::{engine, runtime};
use crate::docker::About;

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

/// What the server shows at its console's address.
const CONSOLE: &str = "a note of one page; no console is built in";

/// Shows the version, the build, and the API the server speaks; with `--check`, the engine's and the console's too.
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
        let _ = write!(text, "console {CONSOLE}\n{words}");
        fields["engine"] = document;
        fields["console"] = Value::Null;
    }
    output.result("Version", fields, &text)
}

/// The engine, or why there is none: that is no failure of this command.
fn engine_of(flags: &EngineFlags) -> (String, Value) {
    let mut found = Err("it was not asked".to_owned());
    let asked = runtime::run(None, async |_| {
        found = match engine::connect(flags).await {
            Ok(engine) => {
                engine.about().await.map(|about| (engine.api(), about)).map_err(|error| error.to_string())
            }
            Err(failure) => Err(failure.causes.first().cloned().unwrap_or(failure.message)),
        };
        Ok(())
    });
    match (asked, found) {
        (Ok(()), Ok(((major, minor), about))) => {
            let api = format!("{major}.{minor}");
            let About { name, version, endpoint, api: newest } = about;
            let words = format!("engine {name} {version}, API {api} at {endpoint}\n");
            let document = json!({
                "name": name, "version": version, "apiVersion": api, "newestApiVersion": newest,
                "endpoint": endpoint,
            });
            (words, document)
        }
        (_, Err(why)) => (format!("engine none: {why}\n"), json!({"error": why})),
        (Err(_), Ok(_)) => (String::new(), Value::Null),
    }
}
