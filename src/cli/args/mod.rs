//! Flags that commands share, the global ones among them (cli.md 2.1).

mod engine;
mod stack;
mod work;

pub use engine::EngineFlags;
pub use stack::{StackFlags, port};
pub use work::{Progress, WorkFlags, duration};

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Flags that may stand before or after the command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Act as if started in this folder
    #[arg(
        short = 'C',
        long,
        global = true,
        value_name = "DIR",
        env = "ORCHCLI_DIRECTORY",
        hide_env_values = true
    )]
    pub directory: Option<PathBuf>,
    /// Form of results and errors
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        default_value_t,
        env = "ORCHCLI_OUTPUT",
        hide_env_values = true
    )]
    pub output: Format,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// Only errors and requested data
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// How it works.
    #[command(flatten)]
    pub work: WorkFlags,
    /// Which Compose project.
    #[command(flatten)]
    pub compose: ComposeFlags,
    /// Which engine.
    #[command(flatten)]
    pub engine: EngineFlags,
}

/// Which Compose files, variables and profiles a command is about.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Project options")]
pub struct ComposeFlags {
    /// A registered project, or a folder [default: found from the current folder]
    #[arg(
        short,
        long,
        global = true,
        value_name = "NAME|PATH",
        env = "ORCHCLI_PROJECT",
        hide_env_values = true
    )]
    pub project: Option<String>,
    /// File of the user's projects and defaults
    #[arg(long, global = true, value_name = "FILE", env = "ORCHCLI_CONFIG", hide_env_values = true)]
    pub user_config: Option<PathBuf>,
    /// A Compose file, - is standard input; the later ones are laid on the earlier
    #[arg(
        long,
        global = true,
        help = "A Compose file, - is standard input; the later ones are laid on the earlier [env: COMPOSE_FILE]",
        value_name = "FILE"
    )]
    pub file: Vec<PathBuf>,
    /// Name of the Compose project
    #[arg(
        long,
        global = true,
        help = "Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]",
        value_name = "NAME"
    )]
    pub project_name: Option<String>,
    /// Turn a Compose profile on; * is all of them
    #[arg(long, global = true, help = "Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]")]
    pub profile: Vec<String>,
    /// Variables of the Compose files, read instead of .env
    #[arg(
        long,
        global = true,
        help = "Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]",
        value_name = "FILE"
    )]
    pub env_file: Vec<PathBuf>,
}

/// Form of results and errors (cli.md 2.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// The JSON document as YAML.
    Yaml,
}

/// When to use colours (cli.md 2.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that has them, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The form asked for, as far as it can be seen in arguments that do not parse.
pub fn format_of(arguments: &[OsString]) -> Format {
    let mut texts = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
    let mut found = std::env::var("ORCHCLI_OUTPUT").ok();
    while let Some(text) = texts.next() {
        if text == "-o" || text == "--output" {
            found = texts.next().map(std::borrow::Cow::into_owned);
        } else if let Some(value) = text.strip_prefix("--output=").or_else(|| text.strip_prefix("-o")) {
            found = Some(value.trim_start_matches('=').to_owned());
        }
    }
    found.and_then(|value| Format::from_str(&value, true).ok()).unwrap_or_default()
}
