//! `serve`: the whole server in this process (cli.md 3.12).

mod configuration;
mod files;
mod listen;
mod logging;
mod notify;
mod run;

use std::path::PathBuf;

use configuration::Unusable;

pub(super) use files::Sign;
pub(super) use listen::listen;
pub(super) use logging::Log;

use super::failure::Ended;
use super::output::Output;
use crate::settings::value::{self, Wrong};

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Arguments {
    /// Address to listen on [default: 127.0.0.1; 0.0.0.0 in a container or with --release]
    #[arg(long, value_name = "ADDR", value_parser = checked(value::host))]
    host: Option<String>,
    /// Port of the API and the console; 0 takes any free one [default: 3000]
    #[arg(long, value_name = "N", value_parser = checked(value::port))]
    port: Option<String>,
    /// Where the console is served [default: same]
    #[arg(long, value_name = "N|off|same", value_parser = checked(value::console_port))]
    console_port: Option<String>,
    /// Configuration file [default: config.yaml, when there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where documents are stored: sqlite, or a mongodb:// address [default: sqlite]
    #[arg(long, value_name = "URL", value_parser = checked(value::store))]
    store: Option<String>,
    #[arg(
        long,
        value_name = "DIR",
        help = "Folder of the store and the generated secrets [default: $XDG_DATA_HOME/orchcli, as root /var/lib/orchcli]"
    )]
    data_dir: Option<String>,
    /// How log lines look: text or json [default: text]
    #[arg(long, value_name = "FORMAT", value_parser = checked(value::log_format))]
    log_format: Option<String>,
    /// Least severe log line: error, warn, info, debug or trace [default: info]
    #[arg(long, value_name = "LEVEL", value_parser = checked(value::log_level))]
    log_level: Option<String>,
    /// Release mode: secrets must be set, insecure shortcuts are refused
    #[arg(long)]
    release: bool,
    /// Show every setting and where it comes from, and do nothing else
    #[arg(long)]
    print_config: bool,
    /// Validate the configuration, and do nothing else
    #[arg(long)]
    check: bool,
    /// Write the process id into this file while the server runs
    #[arg(long, value_name = "FILE")]
    pid_file: Option<PathBuf>,
    /// Write the address into this file once the server listens
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Leave the terminal and whoever started it
    #[arg(long, hide = true)]
    own_session: bool,
    /// How long a stop waits for requests in flight [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = checked(value::duration))]
    shutdown_timeout: Option<String>,
}

/// Shows or checks the configuration, or runs the server until it is told to stop.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<(), Ended> {
    let loaded = configuration::load(arguments).map_err(|Unusable { failure, warnings }| {
        configuration::warn(&warnings, output);
        Ended::Failed(failure)
    })?;
    if arguments.print_config {
        return configuration::print(&loaded, output);
    }
    configuration::check(&loaded.settings)?;
    if arguments.check {
        return configuration::confirm(&loaded, output);
    }
    if arguments.own_session {
        leave();
    }
    run::run(arguments, loaded, output)
}

/// A session of our own: what happens to the terminal does not happen to us.
#[cfg(unix)]
pub(super) fn leave() {
    // It fails for one who leads a group, who has left already.
    let _ = rustix::process::setsid();
}

/// Elsewhere a process outlives its terminal anyway.
#[cfg(not(unix))]
pub(super) fn leave() {}

/// A parser for clap that keeps the text: settings are read in one place.
fn checked<T>(parse: fn(&str) -> Result<T, Wrong>) -> impl Fn(&str) -> Result<String, String> + Clone {
    move |text| match parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(Wrong { why, hint }) => Err(format!("{why}: {hint}")),
    }
}
