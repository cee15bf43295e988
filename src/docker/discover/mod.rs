//! Which engine is meant, and where engines usually are (cli.md 8.1).

mod context;
mod environment;
mod usual;

pub use environment::Environment;

use super::config_file::ConfigFile;
use super::{Address, Endpoint, Engine, Error, Source};

/// What the user says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// `--docker-host`.
    pub docker_host: Option<&'a str>,
    /// `--context`.
    pub context: Option<&'a str>,
}

/// The engine that is named, if one is: flag, `DOCKER_HOST`, context, the context in use.
pub fn named(wanted: Wanted<'_>, environment: &Environment) -> Result<Option<Endpoint>, Error> {
    let at = |text: &str, source: Source| {
        let address = Address::parse(text)
            .map_err(|error| Error::Address { origin: source.to_string(), source: error })?;
        Ok(Some(Endpoint { address, tls: environment.tls(), source }))
    };
    if let Some(text) = wanted.docker_host {
        return at(text, Source::Flag);
    }
    if let Some(text) = environment.get("DOCKER_HOST") {
        return at(text, Source::Variable);
    }
    let asked = wanted.context.map(|name| (name, "--context"));
    if let Some((name, wanted_by)) =
        asked.or(environment.get("DOCKER_CONTEXT").map(|name| (name, "DOCKER_CONTEXT")))
    {
        return context::endpoint(name, wanted_by, environment);
    }
    let Some(folder) = environment.docker_folder() else { return Ok(None) };
    match ConfigFile::read(&folder)?.current_context.filter(|name| !name.is_empty()) {
        Some(name) => context::endpoint(&name, "currentContext of config.json", environment),
        None => Ok(None),
    }
}

/// Every place the engine is looked for at, and what is wrong with each: the named one, or all the usual ones.
pub async fn survey(wanted: Wanted<'_>, environment: &Environment) -> Vec<(String, Option<Error>)> {
    let places = match named(wanted, environment) {
        Ok(Some(endpoint)) => vec![endpoint],
        Ok(None) => usual::candidates(environment),
        // What names it is wrong: there is no place to look at.
        Err(_) => Vec::new(),
    };
    let tried = places
        .into_iter()
        .map(|endpoint| async move { (endpoint.address.to_string(), Engine::connect(endpoint).await.err()) });
    futures::future::join_all(tried).await
}

/// Another of Docker's contexts whose engine answers, when the one in use is what leads nowhere: no flag and no variable
/// names another.
pub async fn other_context(wanted: Wanted<'_>, environment: &Environment) -> Option<String> {
    let is_said = wanted.docker_host.is_some() || wanted.context.is_some();
    if is_said || ["DOCKER_HOST", "DOCKER_CONTEXT"].iter().any(|name| environment.get(name).is_some()) {
        return None;
    }
    let current = ConfigFile::read(&environment.docker_folder()?).ok()?.current_context?;
    for name in context::names(environment).into_iter().filter(|name| *name != current) {
        if let Ok(Some(endpoint)) = context::endpoint(&name, "the store of contexts", environment)
            && Engine::connect(endpoint).await.is_ok()
        {
            return Some(name);
        }
    }
    None
}

/// Connects to the engine that is meant: the named one, else the first that answers at a usual place.
pub async fn connect(wanted: Wanted<'_>, environment: &Environment) -> Result<Engine, Error> {
    if let Some(endpoint) = named(wanted, environment)? {
        return Engine::connect(endpoint).await;
    }
    let mut tried = Vec::new();
    for endpoint in usual::places(environment) {
        match Engine::connect(endpoint).await {
            Ok(engine) => return Ok(engine),
            // An engine that is there and will not have us is the one that is meant.
            Err(error @ (Error::Denied { .. } | Error::TooOld { .. } | Error::WrongSystem { .. })) => {
                tried.insert(0, error);
            }
            Err(error) => tried.push(error),
        }
    }
    match tried.first() {
        Some(Error::Denied { .. } | Error::TooOld { .. } | Error::WrongSystem { .. }) => {
            Err(tried.swap_remove(0))
        }
        Some(_) | None => Err(Error::Nowhere { tried }),
    }
}

#[cfg(test)]
mod tests;
