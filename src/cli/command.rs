//! The commands, and what the command line as a whole is.

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::ArgValueCompleter;

use super::args::Global;
use super::failure::Ended;
use super::output::Output;
use super::{
    completions, config, debug, dev, exec, gateway, help, init, logs, render, restart, serve, start, status,
    stop, version,
};

/// A developer's stack on this machine, and workflows drawn, deployed to Kubernetes, watched live.
#[derive(Debug, Parser)]
#[command(name = "orchcli", version = version::DETAILS, disable_help_subcommand = true, max_term_width = 100)]
pub struct Arguments {
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a project here: clone what runs from source, write its files
    Init(Box<init::Arguments>),
    /// Run services from their checkouts, with hot reload
    Dev(dev::Arguments),
    /// Start the local stack, and wait until it is ready
    Start(start::Arguments),
    /// The same as start --detach
    Up(start::Arguments),
    /// Stop the local stack, and remove its containers and networks
    #[command(visible_alias = "down")]
    Stop(stop::Arguments),
    /// Start services of the local stack again
    Restart(restart::Arguments),
    /// Show how the services are
    #[command(visible_alias = "ps")]
    Status(status::Arguments),
    /// Show what the services wrote and write
    Logs(logs::Arguments),
    /// Run a command in a container of the stack
    #[command(visible_alias = "sh")]
    Exec(exec::Arguments),
    /// Find out what is wrong, and what to do about it
    #[command(visible_alias = "doctor")]
    Debug(debug::Arguments),
    /// Show what is in effect
    Config(config::Arguments),
    /// Run the server
    Serve(Box<serve::Arguments>),
    /// Stand before the UI of a local stack
    #[command(hide = true)]
    Gateway(gateway::Arguments),
    /// Print the Kubernetes manifests of a workflow graph, offline
    Render(render::Arguments),
    /// Print the completion script of a shell
    Completions(completions::Arguments),
    /// Show what this program is
    Version(version::Arguments),
    /// Explain a command or a topic, or write the man pages
    Help(help::Arguments),
}

/// The whole command line, as it is parsed, completed and explained.
pub fn definition() -> clap::Command {
    Arguments::command()
        .mut_arg("project", |project| project.add(ArgValueCompleter::new(completions::live::projects)))
}

impl Command {
    /// Runs it.
    pub fn run(&self, global: &Global, output: &mut Output) -> Result<(), Ended> {
        match self {
            Self::Init(arguments) => init::run(arguments, global, output),
            Self::Start(arguments) => start::run(arguments, false, global, output),
            Self::Up(arguments) => start::run(arguments, true, global, output),
            Self::Stop(arguments) => stop::run(arguments, global, output),
            Self::Restart(arguments) => restart::run(arguments, global, output),
            Self::Serve(arguments) => serve::run(arguments, output),
            Self::Gateway(arguments) => gateway::run(arguments, output),
            Self::Render(arguments) => render::run(arguments, output),
            Self::Dev(arguments) => dev::run(arguments, global, output),
            Self::Status(arguments) => status::run(arguments, global, output),
            Self::Logs(arguments) => logs::run(arguments, global, output),
            Self::Config(arguments) => config::run(arguments, global, output),
            Self::Exec(arguments) => exec::run(arguments, global, output),
            Self::Debug(arguments) => debug::run(arguments, global, output),
            Self::Completions(arguments) => completions::run(arguments, global, output),
            Self::Version(arguments) => version::run(arguments, &global.engine, output),
            Self::Help(arguments) => help::run(arguments, definition(), global, output),
        }
    }

    /// Whether a command changes something of a project that is there.
    pub fn needs_project(&self) -> bool {
        match self {
            Self::Start(_) | Self::Up(_) | Self::Restart(_) | Self::Exec(_) | Self::Dev(_) => true,
            Self::Stop(arguments) => !arguments.is_for_all(),
            Self::Init(_)
            | Self::Serve(_)
            | Self::Gateway(_)
            | Self::Render(_)
            | Self::Status(_)
            | Self::Logs(_)
            | Self::Config(_)
            | Self::Debug(_)
            | Self::Completions(_)
            | Self::Version(_)
            | Self::Help(_) => false,
        }
    }
}
