//! What the engine is told of a build.

use bollard::BollardRequest;
use bollard::query_parameters::{BuildImageOptions, BuilderVersion};

use super::recipe::{Dockerfile, Recipe};
use super::session::Session;
use crate::docker::images::with_tag;

/// The parameters of a build, without where its files come from.
pub fn of(recipe: &Recipe, session: Option<&Session>) -> BuildImageOptions {
    let dockerfile = match &recipe.dockerfile {
        Dockerfile::Path(path) => path.clone(),
        Dockerfile::Inline(_) => String::new(),
    };
    BuildImageOptions {
        dockerfile,
        t: Some(with_tag(&recipe.name)),
        nocache: recipe.no_cache,
        cachefrom: (!recipe.cache_from.is_empty()).then(|| recipe.cache_from.clone()),
        pull: recipe.pull.then(|| "1".to_owned()),
        rm: true,
        forcerm: true,
        buildargs: Some(recipe.args.clone()),
        shmsize: recipe.shm_size.and_then(|size| i32::try_from(size).ok()),
        labels: Some(recipe.labels.clone()),
        networkmode: recipe.network.clone(),
        platform: recipe.platform.clone().unwrap_or_default(),
        target: recipe.target.clone().unwrap_or_default(),
        version: match session {
            Some(_) => BuilderVersion::BuilderBuildKit,
            None => BuilderVersion::BuilderV1,
        },
        session: session.map(|session| session.id().to_owned()),
        ..BuildImageOptions::default()
    }
}

/// Parameters the client has no field for.
pub fn more(recipe: &Recipe) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for host in &recipe.extra_hosts {
        query.append_pair("extrahosts", host);
    }
    if !recipe.ulimits.is_empty()
        && let Ok(limits) = serde_json::to_string(&recipe.ulimits)
    {
        query.append_pair("ulimits", &limits);
    }
    query.finish()
}

/// A call with these parameters as well.
pub fn add(request: BollardRequest, more: &str) -> BollardRequest {
    if more.is_empty() || !request.uri().path().ends_with("/build") {
        return request;
    }
    let (mut parts, body) = request.into_parts();
    let separator = if parts.uri.query().is_some() { '&' } else { '?' };
    if let Ok(uri) = format!("{}{separator}{more}", parts.uri).parse() {
        parts.uri = uri;
    }
    BollardRequest::from_parts(parts, body)
}
