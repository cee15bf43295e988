//! Flags that say how a command goes about its work (cli.md 2.1).

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use crate::settings::value;

/// How a command works: what it may ask, what it may change, how long it may take.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Work options")]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct WorkFlags {
    /// How progress is shown
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "HOW",
        env = "ORCHCLI_PROGRESS",
        hide_env_values = true
    )]
    pub progress: Progress,
    /// ASCII markers
    #[arg(long, global = true, env = "ORCHCLI_NO_EMOJI", hide_env_values = true)]
    pub no_emoji: bool,
    /// Diagnostics on standard error; twice for more
    #[arg(long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Answer every confirmation with yes
    #[arg(short, long, global = true, env = "ORCHCLI_YES", hide_env_values = true)]
    pub yes: bool,
    /// Never ask [also when CI is set]
    #[arg(long, global = true, env = "ORCHCLI_NO_INPUT", hide_env_values = true)]
    pub no_input: bool,
    /// Print the plan and change nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// No network but loopback and the engine
    #[arg(long, global = true, env = "ORCHCLI_OFFLINE", hide_env_values = true)]
    pub offline: bool,
    /// Longest time the whole command may take
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        value_parser = duration,
        env = "ORCHCLI_TIMEOUT",
        hide_env_values = true
    )]
    pub timeout: Option<Duration>,
    /// How many tasks run at once [default: two a core, at most 8]
    #[arg(
        long,
        global = true,
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..=64),
        env = "ORCHCLI_PARALLEL",
        hide_env_values = true
    )]
    pub parallel: Option<u16>,
    /// How long to wait for another command on the project; 0 fails at once
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration, default_value = "30s")]
    pub lock_timeout: Duration,
    /// PEM file of further certificate authorities
    #[arg(long, global = true, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Print how long each step took
    #[arg(long, global = true)]
    pub timings: bool,
    /// Write the steps to this file as a Chrome trace
    #[arg(long, global = true, value_name = "FILE")]
    pub trace_file: Option<PathBuf>,
}

/// How progress is shown (cli.md 9.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Progress {
    /// Live lines on a terminal, else plain ones.
    #[default]
    Auto,
    /// Live lines.
    Tty,
    /// A line at the start and the end of each task.
    Plain,
    /// Nothing.
    Quiet,
}

/// A span of time as flags spell it: `500ms`, `10s`, `2m`, `1h30m`; a bare number is seconds.
pub fn duration(text: &str) -> Result<Duration, String> {
    value::duration(text).map_err(|wrong| format!("{}; {}", wrong.why, wrong.hint))
}
