//! Builds: a folder and a Dockerfile become an image, by BuildKit where the engine has it, else by the classic builder
//! (cli.md 8.2).

mod context;
mod files;
mod ignore;
mod options;
mod recipe;
mod said;
mod session;

pub use recipe::{Dockerfile, From, Recipe, SecretFrom, Ulimit};

use std::collections::HashMap;
use std::time::Duration;

use bollard::auth::DockerCredentials;
use bollard::{body_full, body_try_stream};
use bytes::Bytes;
use futures::StreamExt;
use thiserror::Error as ThisError;

use super::lines::whole;
use super::registry_auth::Login;
use super::{Engine, Error, Image};
use crate::redact;
use context::Context;
use files::Files;
use said::Said;
use session::{Given, Session};

/// Longest time until the builder says its first word: it has read the whole context by then.
const PATIENCE: Duration = Duration::from_hours(1);

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
        let logins = logins.into_iter().map(|(server, login)| (server, login.for_engine())).collect();
        // BuildKit asks for logins in the session, the classic builder is told them with the call.
        let (session, told) = if self.has_build_kit() {
            (Some(self.session(recipe, logins).await?), HashMap::new())
        } else {
            needs_no_session(recipe)?;
            (None, logins)
        };
        self.build_streamed(recipe, told, session.as_ref(), &mut line).await?;
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

    /// The session in which BuildKit gets the files and all else.
    async fn session(
        &self,
        recipe: &Recipe,
        logins: HashMap<String, DockerCredentials>,
    ) -> Result<Session, BuildError> {
        let files = match &recipe.from {
            From::Folder(folder) => {
                let looked = Files::look(folder, &recipe.dockerfile, true);
                Some(looked.map_err(|why| BuildError::Context { image: recipe.name.clone(), why })?)
            }
            From::Address(_) => None,
        };
        let given = Given { files, logins, secrets: recipe.secrets.clone(), ssh: recipe.ssh };
        Ok(Session::open(self, given).await?)
    }

    async fn build_streamed(
        &self,
        recipe: &Recipe,
        logins: HashMap<String, DockerCredentials>,
        session: Option<&Session>,
        line: &mut impl FnMut(&str),
    ) -> Result<(), BuildError> {
        let mut options = options::of(recipe, session);
        let (body, packing) = match (&recipe.from, session) {
            (From::Address(address), _) => {
                options.remote = Some(address.clone());
                (body_full(Bytes::new()), None)
            }
            (From::Folder(_), Some(_)) => {
                options.remote = Some("client-session".to_owned());
                session::DOCKERFILE.clone_into(&mut options.dockerfile);
                (body_full(Bytes::new()), None)
            }
            (From::Folder(folder), None) => {
                let context = Context::open(folder, &recipe.dockerfile)
                    .map_err(|why| BuildError::Context { image: recipe.name.clone(), why })?;
                options.dockerfile.clone_from(&context.dockerfile);
                let (stream, packing) = context.send();
                (body_try_stream(stream), Some(packing))
            }
        };
        let more = options::more(recipe);
        let client = self.client.clone().with_timeout(PATIENCE);
        let client = client.with_request_modifier(move |request| options::add(request, &more));
        let mut said = Said::default();
        let mut ended = Ok(());
        {
            let mut stream = Box::pin(whole(client.build_image(options, Some(logins), Some(body))));
            while let Some(step) = stream.next().await {
                match step {
                    Ok(step) => said.hear(step, line),
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
        if let Some(why) = session.and_then(Session::fault) {
            return Err(BuildError::Context { image: recipe.name.clone(), why });
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

/// Refuses what only a session can give.
fn needs_no_session(recipe: &Recipe) -> Result<(), BuildError> {
    let unsupported = |what| Err(BuildError::Unsupported { image: recipe.name.clone(), what });
    match (recipe.ssh, recipe.secrets.is_empty()) {
        (true, _) => unsupported("build.ssh"),
        (false, false) => unsupported("build.secrets"),
        (false, true) => Ok(()),
    }
}
