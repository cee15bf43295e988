//! The wizard of `init -i`.

use super::arguments::{Arguments, Provider};
use super::place::Place;
use crate::cli::failure::Ended;
use crate::cli::prompt::Prompter;
use crate::dev::settings::Service;
use crate::git::{EXAMPLE, Identifier, Protocol, Usual};

/// Asks for what no flag says: the mode, the repositories of what runs from source, how the rest is run, the ports.
pub async fn complete(arguments: &mut Arguments, place: &Place, prompter: &Prompter) -> Result<(), Ended> {
    if !is_source(arguments, Service::Ui)
        && !is_source(arguments, Service::Core)
        && arguments.core.is_none()
        && arguments.ui.is_none()
    {
        mode(arguments, place, prompter).await?;
    }
    if !is_source(arguments, Service::Core) && arguments.core.is_none() {
        arguments.core = provider(prompter, "How is Core run?", "--core").await?;
    }
    if !is_source(arguments, Service::Ui) && arguments.ui.is_none() {
        arguments.ui = provider(prompter, "How is the UI run?", "--ui").await?;
    }
    if arguments.port.is_empty() {
        ports(arguments, prompter).await?;
    }
    Ok(())
}

/// Whether a flag says that a service runs from source.
fn is_source(arguments: &Arguments, service: Service) -> bool {
    match service {
        Service::Ui => arguments.fork_ui.is_some() || arguments.ui_path.is_some(),
        Service::Core => arguments.fork_core.is_some() || arguments.core_path.is_some(),
        Service::Mongodb => false,
    }
}

async fn mode(arguments: &mut Arguments, place: &Place, prompter: &Prompter) -> Result<(), Ended> {
    let modes = [
        "production: everything from images",
        "ui-dev: the UI from source",
        "core-dev: Core from source",
        "development: both from source",
    ];
    let modes = modes.map(str::to_owned).to_vec();
    let mode = prompter
        .select("What do you want to work on?", modes, 0, "--fork-ui, --fork-core or neither")
        .await?;
    if mode == 1 || mode == 3 {
        arguments.fork_ui = Some(repository(prompter, "Repository of the UI", &place.ui, "--fork-ui").await?);
    }
    if mode == 2 || mode == 3 {
        arguments.fork_core =
            Some(repository(prompter, "Repository of Core", &place.core, "--fork-core").await?);
    }
    Ok(())
}

async fn repository(
    prompter: &Prompter,
    question: &str,
    official: &str,
    flag: &str,
) -> Result<String, Ended> {
    let check = |text: &str| {
        let usual = Usual { host: "github.com", protocol: Protocol::Https };
        let read = Identifier::parse(text, usual, false);
        read.map(drop).map_err(|invalid| format!("{invalid}; write {EXAMPLE}"))
    };
    prompter.input(question, Some(official.to_owned()), flag, check).await
}

/// How a service is run that is not from source; the usual way is not written down.
async fn provider(prompter: &Prompter, question: &str, flag: &str) -> Result<Option<Provider>, Ended> {
    let ways = ["image: a container", "embedded: within this program", "none: not at all"];
    let chosen = prompter.select(question, ways.map(str::to_owned).to_vec(), 0, flag).await?;
    Ok([None, Some(Provider::Embedded), Some(Provider::None)].into_iter().nth(chosen).flatten())
}

async fn ports(arguments: &mut Arguments, prompter: &Prompter) -> Result<(), Ended> {
    for service in Service::ALL {
        let is_run = match service {
            Service::Core => arguments.core != Some(Provider::None),
            Service::Ui => arguments.ui != Some(Provider::None),
            // Core within this program has a store of its own.
            Service::Mongodb => !matches!(arguments.core, Some(Provider::Embedded | Provider::None)),
        };
        if !is_run {
            continue;
        }
        let (name, usual) = (service.as_str(), service.inner_port());
        let check = |text: &str| {
            let port = text.parse::<u16>().ok().filter(|port| *port > 0);
            port.map(drop).ok_or_else(|| "a port is a number from 1 to 65535".to_owned())
        };
        let question = format!("Port of {name}");
        let said = prompter.input(&question, Some(usual.to_string()), "--port", check).await?;
        if let Some(port) = said.parse().ok().filter(|port| *port != usual) {
            arguments.port.push((name, port));
        }
    }
    Ok(())
}
