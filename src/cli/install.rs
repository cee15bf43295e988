//! Whether tools that are missing are installed, and who is asked (cli.md 7.3).

use std::any::Any;
use std::sync::Arc;

use clap::ValueEnum;

use super::args::Global;
use super::exit::ExitCode;
use super::failure::{Code, Failure};
use super::prompt::Prompter;
use crate::dev::registry::Proxy;
use crate::dev::tools::install::{Chosen, Consent, Means, Offer, Policy};
use crate::dev::tools::{Need, Tools};
use crate::docker::discover::Environment;
use crate::outbound::{Fetcher, Ways};

/// Whether tools are installed.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct InstallFlags {
    /// Whether tools that are missing are installed, for orchcli alone [default: ask]
    #[arg(long, value_enum, value_name = "WHEN", conflicts_with = "auto_install")]
    install_tools: Option<InstallTools>,
    /// The same in the words of before: true asks, false never does
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    auto_install: Option<bool>,
}

/// When tools are installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum InstallTools {
    /// Never.
    Never,
    /// After a question, where there is somebody to ask.
    Ask,
    /// Whenever one is missing.
    Always,
}

/// The programs of this machine, with the means to get more; `usual` and the proxies are what the user's file says.
pub fn with_means(
    tools: Tools,
    flags: InstallFlags,
    global: &Global,
    (usual, proxy): (Option<&str>, &Proxy),
    prompter: &Prompter,
) -> Result<Tools, Failure> {
    let policy = policy(flags, usual, prompter);
    if policy == Policy::Never {
        return Ok(tools);
    }
    let ways = Ways {
        proxy: proxy.https.clone().or_else(|| proxy.http.clone()),
        no_proxy: proxy.no_proxy.clone(),
        authorities: global.work.ca_file.clone(),
        offline: global.work.offline,
    };
    let fetcher = Fetcher::new(&ways).map_err(|error| {
        Failure::new(ExitCode::Invalid, Code::ConfigInvalid, error.to_string())
            .hint("see --ca-file, and proxy in the user configuration")
    })?;
    Ok(tools.with(Means::new(policy, consent(prompter), fetcher, &Environment::of_process())))
}

/// By the flags, then the user's defaults; nobody is asked where nobody answers.
fn policy(flags: InstallFlags, usual: Option<&str>, prompter: &Prompter) -> Policy {
    let by_flag = flags.install_tools.or(match flags.auto_install {
        Some(true) => Some(InstallTools::Ask),
        Some(false) => Some(InstallTools::Never),
        None => None,
    });
    let by_user = || match usual {
        Some("never") => InstallTools::Never,
        Some("always") => InstallTools::Always,
        Some(_) | None => InstallTools::Ask,
    };
    match by_flag.unwrap_or_else(by_user) {
        InstallTools::Always => Policy::Always,
        InstallTools::Ask if prompter.is_answered() => Policy::Ask,
        InstallTools::Never | InstallTools::Ask => Policy::Never,
    }
}

/// Asks which of the offers to take.
fn consent(prompter: &Prompter) -> Consent {
    let prompter = prompter.clone();
    let runtime = tokio::runtime::Handle::current();
    Arc::new(move |need: &Need, offers: &[Offer]| {
        let (tool, service) = (need.tool.program(), need.service.as_str());
        let question = format!("{service} needs {tool}, {}. How should it be installed?", need.requirement);
        let mut items: Vec<String> = offers.iter().map(ToString::to_string).collect();
        items.push("not at all".to_owned());
        let asked = prompter.select(&question, items, 0, "--install-tools always or never");
        let which = runtime.block_on(asked).ok().filter(|which| *which < offers.len())?;
        let held = prompter.hold().map(|paused| Box::new(paused) as Box<dyn Any + Send>);
        // The progress of a download is for the terminal; a package manager has it for itself.
        let held = held.filter(|_| matches!(offers.get(which), Some(Offer::Package(_))));
        Some(Chosen { which, held })
    })
}
