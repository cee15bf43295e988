//! Pulls: one image from its registry into the engine, with its bytes counted (cli.md 8.5).

use std::collections::HashMap;
use std::time::Duration;

use bollard::query_parameters::CreateImageOptionsBuilder;
use futures::StreamExt;
use thiserror::Error as ThisError;

use super::images::with_tag;
use super::lines::whole;
use super::registry_auth::Login;
use super::{Engine, Error, Image};
use crate::backoff::Backoff;
use crate::redact;

/// How often a pull that broke is tried again.
const RETRIES: u32 = 3;
/// First and longest pause before that.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));
/// How long an engine may take to say that it is still there.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why an image did not come. The words are the engine's.
#[derive(Debug, ThisError)]
pub enum PullError {
    /// The registry does not have it.
    #[error("there is no image {image}: {why}")]
    NotFound {
        /// The image.
        image: String,
        /// The engine's words.
        why: String,
    },
    /// The registry does not give it to us.
    #[error("the registry does not let {who} pull {image}: {why}")]
    Denied {
        /// The image.
        image: String,
        /// Whether somebody was logged in.
        who: &'static str,
        /// The engine's words.
        why: String,
    },
    /// The transfer broke.
    #[error("{image} cannot be pulled: {why}")]
    Broken {
        /// The image.
        image: String,
        /// The engine's words.
        why: String,
    },
    /// The engine itself failed.
    #[error(transparent)]
    Engine(#[from] Error),
}

/// How far a pull is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// Bytes that are here, of all layers.
    pub current: u64,
    /// Bytes of all layers whose size is known by now.
    pub total: Option<u64>,
    /// What it does now.
    pub message: &'static str,
}

impl Engine {
    /// Pulls an image, for the platform when one is named, and looks at what came.
    pub async fn pull(
        &self,
        image: &str,
        platform: Option<&str>,
        login: Option<Login>,
        mut progress: impl FnMut(Pulled),
    ) -> Result<Image, PullError> {
        let mut pause = Backoff::new(PAUSES.0, PAUSES.1);
        let mut left = RETRIES;
        loop {
            match self.pull_once(image, platform, login.clone(), &mut progress).await {
                Ok(()) => break,
                Err(PullError::Broken { .. } | PullError::Engine(Error::Lost(_))) if left > 0 => {
                    left -= 1;
                    tokio::time::sleep(pause.next(rand::random())).await;
                }
                Err(PullError::Engine(Error::Lost(lost))) if self.is_there().await => {
                    let why = format!("the connection broke off: {lost}");
                    return Err(PullError::Broken { image: image.to_owned(), why });
                }
                Err(error) => return Err(error),
            }
        }
        let absent = || PullError::NotFound {
            image: image.to_owned(),
            why: "it was pulled, and is gone again".to_owned(),
        };
        self.find_image(image).await?.ok_or_else(absent)
    }

    /// Whether it still answers.
    async fn is_there(&self) -> bool {
        matches!(tokio::time::timeout(PATIENCE, self.client.ping()).await, Ok(Ok(_)))
    }

    async fn pull_once(
        &self,
        image: &str,
        platform: Option<&str>,
        login: Option<Login>,
        progress: &mut impl FnMut(Pulled),
    ) -> Result<(), PullError> {
        let known = login.is_some();
        let options = CreateImageOptionsBuilder::default().from_image(&with_tag(image));
        let options = match platform {
            Some(platform) => options.platform(platform),
            None => options,
        };
        let mut stream = Box::pin(whole(self.client.create_image(
            Some(options.build()),
            None,
            login.map(Login::for_engine),
        )));
        let mut layers = Layers::default();
        while let Some(step) = stream.next().await {
            let step = match step.map_err(Error::from) {
                Ok(step) => step,
                Err(Error::Refused { message, .. }) => return Err(refused(image, known, &message)),
                Err(Error::Broken(bollard::errors::Error::DockerStreamError { error })) => {
                    return Err(refused(image, known, &error));
                }
                Err(error) => return Err(error.into()),
            };
            let detail = step.progress_detail.unwrap_or_default();
            let bytes = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
            if let (Some(id), Some(status)) = (step.id, step.status)
                && let Some(pulled) = layers.heard(id, &status, bytes(detail.current), bytes(detail.total))
            {
                progress(pulled);
            }
        }
        Ok(())
    }
}

/// Which of the three it is; registries and engines put it in many words.
fn refused(image: &str, known: bool, words: &str) -> PullError {
    let why = redact::text(words.trim());
    let image = image.to_owned();
    let lower = why.to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
    // "pull access denied .., repository does not exist or may require 'docker login'": to the anonymous that is both.
    if says(&["does not exist or may require"]) && !known {
        return PullError::NotFound { image, why };
    }
    if says(&["unauthorized", "authentication required", "no basic auth credentials", "denied", "forbidden"])
    {
        let who = if known { "this login" } else { "somebody without a login" };
        return PullError::Denied { image, who, why };
    }
    if says(&["manifest unknown", "not found", "name unknown", "no matching manifest", "invalid reference"])
        && !says(&["no such host", "dial tcp"])
    {
        return PullError::NotFound { image, why };
    }
    PullError::Broken { image, why }
}

/// The layers of one pull.
#[derive(Debug, Default)]
struct Layers(HashMap<String, Layer>);

#[derive(Debug, Default, Clone, Copy)]
struct Layer {
    current: u64,
    total: Option<u64>,
}

impl Layers {
    /// Takes in one line; what changed is told.
    fn heard(
        &mut self,
        id: String,
        status: &str,
        current: Option<u64>,
        total: Option<u64>,
    ) -> Option<Pulled> {
        let message = match status {
            "Verifying Checksum" | "Download complete" | "Extracting" => "extracting",
            "Pulling fs layer" | "Waiting" | "Downloading" | "Pull complete" | "Already exists" => {
                "downloading"
            }
            _ => return None,
        };
        let layer = self.0.entry(id).or_default();
        match status {
            "Downloading" => {
                layer.current = current.unwrap_or(layer.current);
                layer.total = total.or(layer.total);
            }
            "Pulling fs layer" | "Waiting" => {}
            // Extracting counts the same bytes a second time: they are here.
            _ => layer.current = layer.total.unwrap_or(layer.current),
        }
        let current = self.0.values().map(|layer| layer.current).sum();
        let totals: Vec<u64> = self.0.values().filter_map(|layer| layer.total).collect();
        let total = (!totals.is_empty()).then(|| totals.iter().sum());
        Some(Pulled { current, total, message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_summed_over_the_layers() {
        let mut layers = Layers::default();
        assert_eq!(layers.heard("1.0".into(), "Pulling from library/mongo", None, None), None);
        layers.heard("a".into(), "Pulling fs layer", None, None);
        layers.heard("a".into(), "Downloading", Some(10), Some(100));
        let pulled = layers.heard("b".into(), "Downloading", Some(5), Some(50)).unwrap();
        assert_eq!(pulled, Pulled { current: 15, total: Some(150), message: "downloading" });
        let pulled = layers.heard("a".into(), "Extracting", Some(1), Some(100)).unwrap();
        assert_eq!((pulled.current, pulled.message), (105, "extracting"));
        assert_eq!(layers.heard("b".into(), "Pull complete", None, None).unwrap().current, 150);
    }

    #[test]
    fn not_there_not_allowed_and_broken_are_told_apart() {
        let kind = |known, words| match refused("r.io/x", known, words) {
            PullError::NotFound { .. } => "not found",
            PullError::Denied { .. } => "denied",
            PullError::Broken { .. } => "broken",
            PullError::Engine(_) => "engine",
        };
        let hub = "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied";
        for (known, words, is) in [
            (false, "manifest for r.io/x:1 not found: manifest unknown: manifest unknown", "not found"),
            (false, hub, "not found"),
            (true, hub, "denied"),
            (false, "Head \"http://r.io/v2/x/manifests/1\": no basic auth credentials", "denied"),
            (true, "unauthorized: authentication required", "denied"),
            (false, "no matching manifest for linux/arm64/v8 in the manifest list entries", "not found"),
            (false, "Get \"https://r.io/v2/\": dial tcp: lookup r.io: no such host", "broken"),
            (false, "Get \"https://r.io/v2/\": net/http: TLS handshake timeout", "broken"),
            (false, "unexpected EOF", "broken"),
        ] {
            assert_eq!(kind(known, words), is, "{words}");
        }
    }
}
