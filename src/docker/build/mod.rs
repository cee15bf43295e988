//! Builds: a folder and a Dockerfile become an image, by BuildKit where the engine has it, else by the classic builder
//! (cli.md 8.2).

mod build_kit;
mod context;
mod ignore;
mod recipe;

pub use recipe::{Dockerfile, From, Recipe, SecretFrom, Ulimit};

use std::collections::HashMap;
use std::time::Duration;

use bollard::auth::DockerCredentials;
use bollard::models::{BuildInfo, BuildInfoAux};
use bollard::query_parameters::{BuildImageOptions, BuilderVersion};
use bollard::{BollardRequest, body_full, body_try_stream};
use bytes::Bytes;
use futures::StreamExt;
use thiserror::Error as ThisError;

use super::registry_auth::Login;
use super::{Engine, Error, Image};
use crate::redact;
use context::Context;

/// Longest time until the builder says its first word: it has read the whole context by then.
const PATIENCE: Duration = Duration::from_hours(1);
/// How many of the last lines are kept for when it fails.
const KEPT: usize = 40;

/// Why an image was not built.
#[derive(Debug, ThisError)]
pub enum BuildError {
    /// The files are not as they should be.
    #[error("{image} cannot be built: {why}")]
    Context {
        /// The image.
        image: String,
        /// What is wrong.
        why: String,
    },
    /// The engine's builder cannot do this.
    #[error("{what} of {image} needs BuildKit, and the engine builds by the classic builder")]
    Unsupported {
        /// The image.
        image: String,
        /// The key of the Compose file.
        what: &'static str,
    },
    /// A step of the Dockerfile failed.
    #[error("the build of {image} failed: {why}")]
    Failed {
        /// The image.
        image: String,
        /// The builder's words.
        why: String,
        /// The last lines it printed.
        output: Vec<String>,
    },
    /// The engine itself failed.
    #[error(transparent)]
    Engine(#[from] Error),
}

impl Engine {
    /// Builds an image, tells each line of the builder, and looks at what came out.
    pub async fn build(
        &self,
        recipe: &Recipe,
        logins: HashMap<String, Login>,
        mut line: impl FnMut(&str),
    ) -> Result<Image, BuildError> {
        let image = || recipe.name.clone();
        let wants = !recipe.secrets.is_empty() || recipe.ssh;
        if wants && !self.has_build_kit() {
            let what = if recipe.ssh { "build.ssh" } else { "build.secrets" };
            return Err(BuildError::Unsupported { image: image(), what });
        }
        let logins = logins.into_iter().map(|(server, login)| (server, login.for_engine())).collect();
        if wants {
            build_kit::build(self, recipe, logins, &mut line).await?;
        } else {
            self.build_streamed(recipe, logins, &mut line).await?;
        }
        for tag in &recipe.tags {
            self.tag_image(&recipe.name, tag).await?;
        }
        let gone = || BuildError::Failed {
            image: image(),
            why: "nothing came out of it".to_owned(),
            output: Vec::new(),
        };
        self.find_image(&recipe.name).await?.ok_or_else(gone)
    }

    async fn build_streamed(
        &self,
        recipe: &Recipe,
        logins: HashMap<String, DockerCredentials>,
        line: &mut impl FnMut(&str),
    ) -> Result<(), BuildError> {
        let mut options = options(recipe, self.has_build_kit());
        let (body, packing) = match &recipe.from {
            From::Address(address) => {
                options.remote = Some(address.clone());
                (body_full(Bytes::new()), None)
            }
            From::Folder(folder) => {
                let context = Context::open(folder, &recipe.dockerfile, self.has_build_kit())
                    .map_err(|why| BuildError::Context { image: recipe.name.clone(), why })?;
                options.dockerfile.clone_from(&context.dockerfile);
                let (stream, packing) = context.send();
                (body_try_stream(stream), Some(packing))
            }
        };
        let more = more_query(recipe);
        let client = self.client.clone().with_timeout(PATIENCE);
        let client = client.with_request_modifier(move |request| with_query(request, &more));
        let mut said = Said::default();
        let mut ended = Ok(());
        {
            let mut stream = Box::pin(client.build_image(options, Some(logins), Some(body)));
            while let Some(step) = stream.next().await {
                match step {
                    Ok(step) => said.hear(&words(step), line),
                    Err(error) => {
                        ended = Err(Error::from(error));
                        break;
                    }
                }
            }
        }
        let Err(error) = ended else { return Ok(()) };
        // A context that could not be read is the reason; that the engine misses it is not.
        if let Some(packing) = packing
            && let Ok(Err(why)) = packing.await
            && why.kind() != std::io::ErrorKind::BrokenPipe
        {
            return Err(BuildError::Context { image: recipe.name.clone(), why: why.to_string() });
        }
        let failed = |why: &str| BuildError::Failed {
            image: recipe.name.clone(),
            why: redact::text(why.trim()),
            output: said.lines(),
        };
        match error {
            Error::Refused { message, .. } => Err(failed(&message)),
            Error::Broken(bollard::errors::Error::DockerStreamError { error }) => Err(failed(&error)),
            error => Err(error.into()),
        }
    }
}

fn options(recipe: &Recipe, build_kit: bool) -> BuildImageOptions {
    let dockerfile = match &recipe.dockerfile {
        Dockerfile::Path(path) => path.clone(),
        Dockerfile::Inline(_) => String::new(),
    };
    BuildImageOptions {
        dockerfile,
        t: Some(super::images::with_tag(&recipe.name)),
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
        version: if build_kit { BuilderVersion::BuilderBuildKit } else { BuilderVersion::BuilderV1 },
        session: build_kit.then(|| format!("{:032x}", rand::random::<u128>())),
        ..BuildImageOptions::default()
    }
}

/// Parameters the client has no field for.
fn more_query(recipe: &Recipe) -> String {
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

fn with_query(request: BollardRequest, more: &str) -> BollardRequest {
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

/// What a step of either builder says.
fn words(step: BuildInfo) -> String {
    let mut text = step.stream.unwrap_or_default();
    if let Some(BuildInfoAux::BuildKit(status)) = step.aux {
        for vertex in status.vertexes.iter().filter(|vertex| vertex.completed.is_some()) {
            text.extend([vertex.name.as_str(), "\n"]);
        }
        for log in &status.logs {
            text += &String::from_utf8_lossy(&log.msg);
        }
    }
    text
}

/// The last lines of a builder.
#[derive(Debug, Default)]
struct Said {
    lines: std::collections::VecDeque<String>,
    open: String,
}

impl Said {
    fn hear(&mut self, text: &str, line: &mut impl FnMut(&str)) {
        self.open += text;
        while let Some(end) = self.open.find('\n') {
            let rest = self.open.split_off(end + 1);
            let whole = redact::text(self.open.trim_end());
            self.open = rest;
            if whole.is_empty() {
                continue;
            }
            line(&whole);
            if self.lines.len() == KEPT {
                self.lines.pop_front();
            }
            self.lines.push_back(whole);
        }
    }

    fn lines(&self) -> Vec<String> {
        let open = Some(redact::text(self.open.trim_end())).filter(|open| !open.is_empty());
        self.lines.iter().cloned().chain(open).collect()
    }
}
