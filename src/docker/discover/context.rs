//! Docker's context store: `contexts/meta/<sha256 of the name>/meta.json`, certificates below `contexts/tls`.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Environment;
use crate::docker::config_file::json;
use crate::docker::{Address, Endpoint, Error, Source};

/// The context that is none: the usual places.
const DEFAULT: &str = "default";

#[derive(Debug, Deserialize)]
struct Meta {
    #[serde(rename = "Name", default)]
    name: String,
    #[serde(rename = "Endpoints", default)]
    endpoints: BTreeMap<String, Reached>,
}

#[derive(Debug, Deserialize)]
struct Reached {
    #[serde(rename = "Host", default)]
    host: Option<String>,
    #[serde(rename = "SkipTLSVerify", default)]
    trusting: bool,
}

/// The names of the contexts in the store, sorted.
pub fn names(environment: &Environment) -> Vec<String> {
    let Some(folder) = environment.docker_folder() else { return Vec::new() };
    let entries = std::fs::read_dir(folder.join("contexts").join("meta")).into_iter().flatten().flatten();
    let metas = entries.filter_map(|entry| json::<Meta>(&entry.path().join("meta.json")).ok().flatten());
    let mut names: Vec<String> = metas.map(|meta| meta.name).filter(|name| !name.is_empty()).collect();
    names.sort();
    names
}

/// The endpoint of a context; `None` is that of the context `default`.
pub fn endpoint(name: &str, wanted_by: &str, environment: &Environment) -> Result<Option<Endpoint>, Error> {
    if name == DEFAULT {
        return Ok(None);
    }
    let absent = || Error::NoContext { name: name.to_owned(), wanted_by: wanted_by.to_owned() };
    let store = environment.docker_folder().ok_or_else(absent)?.join("contexts");
    let id = hex::encode(Sha256::digest(name.as_bytes()));
    let path = store.join("meta").join(&id).join("meta.json");
    let meta: Meta = json(&path)?.ok_or_else(absent)?;
    let unusable = |why: &str| Error::File { path: path.clone(), why: why.to_owned() };
    let reached = meta.endpoints.get("docker").ok_or_else(|| unusable("it names no engine"))?;
    if reached.trusting {
        let why = "it turns off who the engine is checked to be (SkipTLSVerify); give the context its ca.pem";
        return Err(unusable(why));
    }
    let source = Source::Context(name.to_owned());
    let host = reached
        .host
        .as_deref()
        .filter(|host| !host.is_empty())
        .ok_or_else(|| unusable("it names no host"))?;
    let address =
        Address::parse(host).map_err(|error| Error::Address { origin: source.to_string(), source: error })?;
    let tls = Some(store.join("tls").join(&id).join("docker")).filter(|folder| folder.is_dir());
    Ok(Some(Endpoint { address, tls, source }))
}
