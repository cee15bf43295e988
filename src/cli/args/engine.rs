//! Flags that say which engine is used (cli.md 8.1).

/// Which Docker-compatible engine a command talks to.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Engine options")]
pub struct EngineFlags {
    /// Address of the engine
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help = "Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]"
    )]
    pub docker_host: Option<String>,
    /// Docker context to use
    #[arg(long, global = true, value_name = "NAME", help = "Docker context to use [env: DOCKER_CONTEXT]")]
    pub context: Option<String>,
}
