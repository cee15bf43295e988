//! Whether tools that are missing are installed, and who is asked (cli.md 7.3).

use std::any::Any;
use std::sync::Arc;

use super::arguments::{Arguments, InstallTools};
use crate::cli::args::Global;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::prompt::Prompter;
use crate::dev::registry::Contents;
use crate::dev::tools::install::{Chosen, Consent, Means, Offer, Policy};
use crate::dev::tools::{Need, Tools};
use crate::docker::discover::Environment;
use crate::outbound::{Fetcher, Ways};

/// The programs of this machine, with the means to get more.
pub fn tools(
    arguments: &Arguments,
    global: &Global,
    user: &Contents,
    prompter: &Prompter,
) -> Result<Tools, Failure> {
    let environment = Environment::of_process();
    let tools = Tools::new(&environment, global.work.offline);
    let policy = policy(arguments, user, prompter);
    if policy == Policy::Never || arguments.skip_deps {
        return Ok(tools);
    }
    let ways = Ways {
        proxy: user.proxy.https.clone().or_else(|| user.proxy.http.clone()),
        no_proxy: user.proxy.no_proxy.clone(),
        authorities: global.work.ca_file.clone(),
        offline: global.work.offline,
    };
    let fetcher = Fetcher::new(&ways).map_err(|error| {
        Failure::new(ExitCode::Invalid, Code::ConfigInvalid, error.to_string())
            .hint("see --ca-file, and proxy in the user configuration")
    })?;
    Ok(tools.with(Means::new(policy, consent(prompter), fetcher, &environment)))
}

/// By the flags, then the user's defaults; nobody is asked where nobody answers.
fn policy(arguments: &Arguments, user: &Contents, prompter: &Prompter) -> Policy {
    let by_flag = arguments.install_tools.or(match arguments.auto_install {
        Some(true) => Some(InstallTools::Ask),
        Some(false) => Some(InstallTools::Never),
        None => None,
    });
    let by_user = || match user.defaults.install_tools.as_deref() {
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
