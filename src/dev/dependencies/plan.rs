//! What is run to install dependencies.

use std::path::Path;

use super::Error;
use crate::dev::settings::Service;
use crate::dev::tools::{Manager, Toolbox};

/// Commands, and what they are told by variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// Variables with which the command succeeds only when everything is here already.
    pub probe: Option<(&'static str, &'static str)>,
    /// What installs.
    pub command: Vec<String>,
    /// What installs when the lock file is behind `package.json`.
    pub otherwise: Option<Vec<String>>,
    /// Variables for all of them.
    pub variables: Vec<(&'static str, &'static str)>,
}

/// Whether a checkout has dependencies.
pub(super) fn has_any(service: Service, checkout: &Path) -> bool {
    let has = |name: &str| checkout.join(name).is_file();
    match service {
        Service::Mongodb => false,
        Service::Core => has("go.mod"),
        Service::Ui => has("package.json"),
    }
}

impl Plan {
    /// For a checkout; none when it has no dependencies.
    pub(super) fn of(
        service: Service,
        checkout: &Path,
        toolbox: &Toolbox,
        offline: bool,
    ) -> Result<Option<Self>, Error> {
        match service {
            Service::Mongodb => Ok(None),
            Service::Core => Ok(Some(of_go(offline))),
            Service::Ui => of_node(checkout, toolbox, offline).map(Some),
        }
    }
}

fn of_go(offline: bool) -> Plan {
    let download = ["go", "mod", "download"];
    let variables = if offline { vec![("GOPROXY", "off"), ("GOTOOLCHAIN", "local")] } else { Vec::new() };
    // Go keeps what it fetched for every checkout, and only the attempt tells whether all is there.
    let probe = Some(("GOPROXY", "off"));
    Plan { probe, command: download.map(str::to_owned).to_vec(), otherwise: None, variables }
}

fn of_node(checkout: &Path, toolbox: &Toolbox, offline: bool) -> Result<Plan, Error> {
    let manager = Manager::of(checkout);
    let program = toolbox.manager(manager, checkout);
    let command = |arguments: &[&str]| -> Vec<String> {
        program.iter().cloned().chain(arguments.iter().map(|word| (*word).to_owned())).collect()
    };
    let locked = manager.lock(checkout).is_some();
    let mut variables =
        vec![("npm_config_progress", "false"), ("npm_config_fund", "false"), ("npm_config_audit", "false")];
    variables.push(("COREPACK_ENABLE_DOWNLOAD_PROMPT", "0"));
    let (exact, loose): (&[&str], &[&str]) = match manager {
        Manager::Npm if locked => (&["ci"], &["install"]),
        Manager::Pnpm if locked => (&["install", "--frozen-lockfile"], &["install", "--no-frozen-lockfile"]),
        Manager::Npm | Manager::Pnpm | Manager::Yarn | Manager::Bun => (&["install"], &["install"]),
    };
    let mut switch: &[&str] = &[];
    if offline {
        variables.push(("COREPACK_ENABLE_NETWORK", "0"));
        match manager {
            Manager::Yarn if is_modern(checkout) => variables.push(("YARN_ENABLE_NETWORK", "0")),
            Manager::Npm | Manager::Pnpm | Manager::Yarn => switch = &["--offline"],
            Manager::Bun => {
                // It has no switch for it.
                let (command, folder) = (command(exact).join(" "), checkout.display().to_string());
                return Err(Error::Offline { command, folder, tail: Vec::new() });
            }
        }
    }
    let all = |arguments: &[&str]| command(&[arguments, switch].concat());
    let otherwise = (exact != loose).then(|| all(loose));
    Ok(Plan { probe: None, command: all(exact), otherwise, variables })
}

/// Whether Yarn is of the second generation or newer, which knows other switches.
fn is_modern(checkout: &Path) -> bool {
    let old = |version: &str| version.starts_with("1.") || version.starts_with("0.");
    match Manager::pinned(checkout) {
        Some((Manager::Yarn, version)) => !old(&version),
        Some(_) | None => checkout.join(".yarnrc.yml").is_file(),
    }
}
