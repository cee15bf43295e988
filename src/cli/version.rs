//! `version`: what this program is.

use serde_json::json;

use super::failure::Ended;
use super::output::Output;

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

/// Shows the version, the build, and the API the server speaks.
pub fn run(output: &Output) -> Result<(), Ended> {
    let fields = json!({
        "version": NUMBER,
        "commit": env!("ORCHCLI_COMMIT"),
        "built": env!("ORCHCLI_BUILT"),
        "target": env!("ORCHCLI_TARGET"),
        "api": API,
    });
    output.result("Version", fields, &format!("orchcli {DETAILS}\nAPI {API}\n"))
}
