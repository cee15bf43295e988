//! `build` of a service as the engine is told it.

use std::collections::HashMap;
use std::path::PathBuf;

use super::ImagesError;
use super::plan::is_address;
use crate::compose::{Service, Stack};
use crate::docker::build::{Dockerfile, From, Recipe, SecretFrom, Ulimit};
use crate::docker::label;

/// How the image of a service is built.
pub fn recipe(
    stack: &Stack,
    name: &str,
    service: &Service,
    proxies: &[(String, String)],
) -> Result<Recipe, ImagesError> {
    let wrong = |why: String| ImagesError::Recipe { service: name.to_owned(), why };
    let build = service.build.as_ref().ok_or_else(|| wrong("there is none".to_owned()))?;
    let context = build.context.clone().unwrap_or_default();
    let from = if is_address(&context) { From::Address(context) } else { From::Folder(context.into()) };
    let dockerfile = match (&build.dockerfile_inline, &build.dockerfile) {
        (Some(text), _) => Dockerfile::Inline(text.clone()),
        (None, Some(path)) => Dockerfile::Path(path.clone()),
        (None, None) => Dockerfile::Path("Dockerfile".to_owned()),
    };
    let mut args: HashMap<String, String> = proxies.iter().cloned().collect();
    args.extend(build.args.iter().map(|(name, value)| (name.clone(), value.clone())));
    let mut labels: HashMap<String, String> =
        build.labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    labels.insert(label::PROJECT.to_owned(), stack.name.clone());
    labels.insert(label::SERVICE.to_owned(), name.to_owned());
    labels.insert(label::VERSION.to_owned(), env!("CARGO_PKG_VERSION").to_owned());
    if let [first, ..] = build.ssh.as_slice()
        && (build.ssh.len() > 1 || first != "default")
    {
        return Err(wrong(format!(
            "ssh: {} cannot be had: only the agent, as default",
            build.ssh.join(", ")
        )));
    }
    let mut secrets = Vec::new();
    for grant in &build.secrets {
        let source = stack.secrets.get(&grant.source);
        let file =
            source.and_then(|source| source.file.as_ref()).map(|file| SecretFrom::File(PathBuf::from(file)));
        let variable = || Some(SecretFrom::Variable(source?.environment.clone()?));
        let from = file
            .or_else(variable)
            .ok_or_else(|| wrong(format!("the secret {} has no source", grant.source)))?;
        secrets.push((grant.target.clone().unwrap_or_else(|| grant.source.clone()), from));
    }
    let platform = service.platform.clone().or_else(|| build.platforms.first().cloned());
    let ulimits = build.ulimits.iter();
    Ok(Recipe {
        name: service.image_name(&stack.name, name),
        from,
        dockerfile,
        args,
        labels,
        target: build.target.clone(),
        cache_from: build.cache_from.clone(),
        network: build.network.clone(),
        shm_size: build.shm_size,
        ulimits: ulimits
            .map(|(name, limit)| Ulimit { name: name.clone(), soft: limit.soft, hard: limit.hard })
            .collect(),
        extra_hosts: build.extra_hosts.iter().map(|host| host.replacen('=', ":", 1)).collect(),
        no_cache: build.no_cache,
        pull: build.pull,
        tags: build.tags.clone(),
        platform,
        secrets,
        ssh: !build.ssh.is_empty(),
    })
}
