//! Arguments of `init` (cli.md 3.1).

use std::net::IpAddr;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::install::InstallFlags;

/// Arguments of `init`.
#[derive(Debug, Clone, clap::Args)]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Arguments {
    /// Run the UI from source: a fork, or the official repository
    #[arg(
        long,
        value_name = "REPO",
        num_args = 0..=1,
        default_missing_value = "",
        long_help = "Run the UI from source: a fork such as me/ui, or the official repository when no REPO is given. \
                     A REPO is owner/repo, https://host/owner/repo, user@host:owner/repo, ssh:// or file://, with \
                     #ref or @ref behind it"
    )]
    pub fork_ui: Option<String>,
    /// Run Core from source: a fork, or the official repository
    #[arg(long, value_name = "REPO", num_args = 0..=1, default_missing_value = "")]
    pub fork_core: Option<String>,
    /// Where the checkout of the UI is, or goes [default: ui]
    #[arg(long, value_name = "DIR")]
    pub ui_path: Option<PathBuf>,
    /// Where the checkout of Core is, or goes [default: core]
    #[arg(long, value_name = "DIR")]
    pub core_path: Option<PathBuf>,
    /// Branch, tag or commit of the UI
    #[arg(long, value_name = "REF")]
    pub ui_ref: Option<String>,
    /// Branch, tag or commit of Core
    #[arg(long, value_name = "REF")]
    pub core_ref: Option<String>,
    /// How many commits are fetched; 0 is all
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub depth: u32,
    /// How owner/repo is reached [default: https, or as the user configuration says]
    #[arg(long, value_enum, value_name = "PROTOCOL")]
    pub git_protocol: Option<Protocol>,
    /// Leave upstream of a fork unfetched
    #[arg(long)]
    pub no_upstream_fetch: bool,
    /// Let upstream of a fork be pushed to
    #[arg(long)]
    pub allow_upstream_push: bool,
    /// Allow http:// to other machines
    #[arg(long)]
    pub insecure: bool,
    /// How Core is run when it is not from source
    #[arg(long, value_enum, value_name = "PROVIDER", conflicts_with_all = ["fork_core", "core_path"])]
    pub core: Option<Provider>,
    /// How the UI is run when it is not from source
    #[arg(long, value_enum, value_name = "PROVIDER", conflicts_with_all = ["fork_ui", "ui_path"])]
    pub ui: Option<Provider>,
    /// Tag of the images of Core and the UI
    #[arg(long, value_name = "TAG")]
    pub image_tag: Option<String>,
    /// Image of a service, whole
    #[arg(long, value_name = "SERVICE=IMAGE", value_parser = of_service)]
    pub image: Vec<(&'static str, String)>,
    /// Port of a service on this machine
    #[arg(long, value_name = "SERVICE=PORT", value_parser = port)]
    pub port: Vec<(&'static str, u16)>,
    /// Where a port is taken, use the next one that is free, now and later
    #[arg(long)]
    pub auto_port: bool,
    /// Address that ports are published on
    #[arg(long, value_name = "ADDRESS")]
    pub bind: Option<IpAddr>,
    /// Install no dependencies
    #[arg(long)]
    pub skip_deps: bool,
    /// Go on with what the old program left: remove its containers, use its volumes
    #[arg(long)]
    pub adopt: bool,
    #[command(flatten)]
    pub install: InstallFlags,
    /// Overwrite edited files after saving them as *.bak, and take any repository
    #[arg(long)]
    pub force: bool,
    /// Ask what is wanted
    #[arg(short, long)]
    pub interactive: bool,
    /// Forget how far an interrupted init came
    #[arg(long)]
    pub restart: bool,
}

/// How `owner/repo` is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Protocol {
    /// By HTTPS.
    Https,
    /// By SSH.
    Ssh,
}

/// How a service is run that is not from source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Provider {
    /// A container of an image.
    Image,
    /// Within this program.
    Embedded,
    /// Not at all.
    None,
}

impl Provider {
    /// As `orchcli.yaml` spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Embedded => "embedded",
            Self::None => "none",
        }
    }
}

fn of_service(text: &str) -> Result<(&'static str, String), String> {
    let (name, value) = text.split_once('=').ok_or("write SERVICE=VALUE")?;
    let known = ["ui", "core", "mongodb"].into_iter().find(|known| *known == name);
    let service = known.ok_or_else(|| format!("there is no service {name}: ui, core, mongodb"))?;
    if value.is_empty()
        || value.starts_with('-')
        || value.contains(|c: char| c.is_control() || c.is_whitespace())
    {
        return Err("the value is empty or has characters that it cannot have".to_owned());
    }
    Ok((service, value.to_owned()))
}

fn port(text: &str) -> Result<(&'static str, u16), String> {
    let (service, value) = of_service(text)?;
    let port = value.parse().ok().filter(|port| *port > 0);
    Ok((service, port.ok_or_else(|| format!("{value} is no port from 1 to 65535"))?))
}
