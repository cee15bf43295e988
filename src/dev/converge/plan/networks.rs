//! The networks of a stack.

use std::collections::BTreeSet;

use super::{Action, Options, Plan, Work};
use crate::compose::Network;
use crate::dev::converge::desired::Desired;
use crate::dev::converge::error::Error;
use crate::dev::converge::observed::Observed;
use crate::docker::{label, models};

/// Plans them, and gives the keys of those that are made anew.
pub(super) fn plan(
    desired: &Desired,
    observed: &Observed,
    options: &Options,
    plan: &mut Plan,
) -> Result<BTreeSet<String>, Error> {
    let mut replaced = BTreeSet::new();
    for (key, network) in &desired.stack.networks {
        let found = observed.networks.iter().find(|found| found.name.as_ref() == Some(&network.name));
        let (id, target) = (format!("network.{key}"), format!("network {}", network.name));
        let Some(found) = found else {
            if network.external {
                return Err(Error::NotMade { kind: "network", name: network.name.clone() });
            }
            plan.push(id, Action::Create, target, Work::CreateNetwork(key.clone()));
            continue;
        };
        if network.external {
            plan.push(id, Action::Keep, target, Work::Keep(None));
            continue;
        }
        check_owner(desired, key, network, found)?;
        match difference(network, found) {
            None => {
                plan.push(id, Action::Keep, target, Work::Keep(None));
            }
            Some(what) if options.no_recreate || serves_others(desired, observed, found) => {
                let message = format!(
                    "the network {} has another {what} than the files say, and is left as it is: services that stay are on it",
                    network.name
                );
                plan.warnings.push(("NETWORK_DIFFERS", message));
                plan.push(id, Action::Keep, target, Work::Keep(None));
            }
            Some(what) => {
                let work =
                    Work::ReplaceNetwork { key: key.clone(), id: found.id.clone().unwrap_or_default() };
                plan.push(id, Action::Change, target, work).because(format!("{what} changed"));
                replaced.insert(key.clone());
            }
        }
    }
    Ok(replaced)
}

/// Whether containers of the project are on it that are not made anew now, as only some services are started.
fn serves_others(desired: &Desired, observed: &Observed, network: &models::Network) -> bool {
    let name = network.name.as_deref().unwrap_or_default();
    observed.containers.iter().any(|seen| {
        let stays = desired.declared.iter().any(|declared| declared == seen.service())
            && !desired.stack.services.contains_key(seen.service());
        stays && seen.networks().any(|(other, _)| other == name)
    })
}

/// A network that is not this project's is not used, and not touched.
fn check_owner(
    desired: &Desired,
    key: &str,
    network: &Network,
    found: &models::Network,
) -> Result<(), Error> {
    let labels = found.labels.as_ref();
    let value = |name: &str| labels.and_then(|labels| labels.get(name)).map_or("", String::as_str);
    let why = if value(label::PROJECT) == desired.stack.name && value(label::NETWORK) == key {
        return Ok(());
    } else if value(label::PROJECT).is_empty() {
        "nobody says that it belongs to this project".to_owned()
    } else {
        format!("it is {} of the project {}", value(label::NETWORK), value(label::PROJECT))
    };
    Err(Error::NameTaken { kind: "network", name: network.name.clone(), why })
}

/// What is not as it should be.
fn difference(network: &Network, found: &models::Network) -> Option<&'static str> {
    let driver = network.driver.as_deref().unwrap_or("bridge");
    if found.driver.as_deref().is_some_and(|found| found != driver) {
        return Some("driver");
    }
    if network.internal != found.internal.unwrap_or(false) {
        return Some("internal");
    }
    if network.attachable != found.attachable.unwrap_or(false) {
        return Some("attachable");
    }
    if network.enable_ipv6.is_some_and(|enabled| enabled != found.enable_ipv6.unwrap_or(false)) {
        return Some("enable_ipv6");
    }
    let options = found.options.clone().unwrap_or_default();
    let differs = |(name, value): (&String, &String)| options.get(name) != Some(value);
    if network.driver_opts.iter().any(differs) || options.keys().any(|name| is_lost(name, network)) {
        return Some("driver_opts");
    }
    let pools = found.ipam.as_ref().and_then(|ipam| ipam.config.clone()).unwrap_or_default();
    // What nobody says is the engine's choice.
    if !network.ipam.config.is_empty() {
        let same = |wanted: &crate::compose::Pool, found: &models::IpamConfig| {
            let said = |wanted: &Option<String>, found: &Option<String>| {
                wanted.is_none() || wanted.as_deref() == found.as_deref().filter(|text| !text.is_empty())
            };
            said(&wanted.subnet, &found.subnet)
                && said(&wanted.ip_range, &found.ip_range)
                && said(&wanted.gateway, &found.gateway)
        };
        let all = network.ipam.config.iter().all(|wanted| pools.iter().any(|found| same(wanted, found)));
        if !all || pools.len() < network.ipam.config.len() {
            return Some("ipam");
        }
    }
    None
}

/// Whether an option was given once and is not any more. The engine adds its own.
fn is_lost(name: &str, network: &Network) -> bool {
    !network.driver_opts.contains_key(name) && !name.starts_with("com.docker.network.enable_")
}
