//! Builds that hand secrets or the ssh agent to their commands: BuildKit asks for them in a session.

use std::collections::HashMap;
use std::path::Path;

use bollard::auth::DockerCredentials;
use bollard::grpc::build::{
    ImageBuildFrontendOptions, ImageBuildHostIp, ImageBuildLoadInput, ImageBuildNetworkMode,
    ImageBuildPlatform, SecretSource,
};
use bollard::grpc::driver::Build;
use bollard::grpc::driver::moby::Moby;
use bytes::BytesMut;
use futures::TryStreamExt;

use super::context::Context;
use super::{BuildError, From, Recipe, SecretFrom};
use crate::docker::Engine;
use crate::redact;

/// Builds it; the builder's output does not come this way, only how it ended.
pub async fn build(
    engine: &Engine,
    recipe: &Recipe,
    logins: HashMap<String, DockerCredentials>,
    line: &mut impl FnMut(&str),
) -> Result<(), BuildError> {
    let wrong = |why: String| BuildError::Context { image: recipe.name.clone(), why };
    let From::Folder(folder) = &recipe.from else {
        return Err(wrong("secrets and ssh need a context that is a folder".to_owned()));
    };
    let context = Context::open(folder, &recipe.dockerfile, true).map_err(wrong)?;
    let options = options(recipe, &context.dockerfile).map_err(wrong)?;
    let (stream, packing) = context.send();
    let packed = stream.try_fold(BytesMut::new(), |mut all, piece| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    });
    let packed = packed.await;
    if let Ok(Err(why)) = packing.await {
        return Err(wrong(why.to_string()));
    }
    let packed = packed.map_err(|error| wrong(error.to_string()))?.freeze();
    line("building by BuildKit, with a session");
    let logins = logins.iter().map(|(server, login)| (server.as_str(), login.clone())).collect();
    let driver = Moby::new(&engine.client);
    let built =
        driver.docker_build(&recipe.name, options, ImageBuildLoadInput::Upload(packed), Some(logins), None);
    built.await.map_err(|error| BuildError::Failed {
        image: recipe.name.clone(),
        why: redact::text(&error.to_string()),
        output: Vec::new(),
    })
}

fn options(recipe: &Recipe, dockerfile: &str) -> Result<ImageBuildFrontendOptions, String> {
    let mut options =
        ImageBuildFrontendOptions::builder().dockerfile(Path::new(dockerfile)).pull(recipe.pull);
    if recipe.no_cache {
        options = options.nocache(true);
    }
    if let Some(target) = &recipe.target {
        options = options.target(target);
    }
    for (name, value) in &recipe.args {
        options = options.buildarg(name, value);
    }
    for (name, value) in &recipe.labels {
        options = options.label(name, value);
    }
    if let Some(size) = recipe.shm_size.and_then(|size| u64::try_from(size).ok()) {
        options = options.shmsize(size);
    }
    for host in &recipe.extra_hosts {
        let (host, ip) = host.split_once(':').ok_or_else(|| format!("{host} is not host=address"))?;
        let ip = ip.parse().map_err(|_| format!("{ip} is no address"))?;
        options = options.extrahost(&ImageBuildHostIp { host: host.to_owned(), ip });
    }
    match recipe.network.as_deref() {
        None | Some("default" | "bridge") => {}
        Some("host") => options = options.force_network_mode(&ImageBuildNetworkMode::Host),
        Some("none") => options = options.force_network_mode(&ImageBuildNetworkMode::None),
        Some(other) => return Err(format!("BuildKit does not build in the network {other}")),
    }
    if let Some(platform) = &recipe.platform {
        let mut parts = platform.split('/').map(str::to_owned);
        let os = parts.next().unwrap_or_default();
        let architecture = parts.next().ok_or_else(|| format!("{platform} is not os/architecture"))?;
        options = options.platforms(&ImageBuildPlatform { architecture, os, variant: parts.next() });
    }
    for (id, from) in &recipe.secrets {
        let source = match from {
            SecretFrom::File(path) => SecretSource::File(path.clone()),
            SecretFrom::Variable(name) => SecretSource::Env(name.clone()),
        };
        options = options.set_secret(id, &source);
    }
    Ok(options.enable_ssh(recipe.ssh).build())
}
