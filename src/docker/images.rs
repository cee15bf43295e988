//! Images of an engine: what is there, and under which names.

use bollard::models::ImageInspect;
use bollard::query_parameters::{RemoveImageOptions, TagImageOptionsBuilder};
use jiff::Timestamp;

use super::{Engine, Error};

/// What an engine says of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// `sha256:..`.
    pub id: String,
    /// Where it came from, with digest: `ghcr.io/kubeorch/core@sha256:..`; an image that was built has none.
    pub digests: Vec<String>,
    /// What machine it is for: `amd64`.
    pub architecture: String,
    /// When its name was last set on it: by the last pull or build.
    pub tagged: Option<Timestamp>,
}

/// The registry of an image; none is Docker's own.
pub fn registry_of(image: &str) -> Option<&str> {
    let (first, _) = image.split_once('/')?;
    let host = first.contains(['.', ':']) || first == "localhost";
    (host && !matches!(first, "docker.io" | "index.docker.io")).then_some(first)
}

/// The name with which an image is asked for: without tag and digest it is `latest`.
pub fn with_tag(image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or(image);
    if last.contains([':', '@']) { image.to_owned() } else { format!("{image}:latest") }
}

impl Engine {
    /// All that the engine says of an image; none is there under this name.
    pub async fn image(&self, name: &str) -> Result<Option<ImageInspect>, Error> {
        match self.client.inspect_image(name).await.map_err(Error::from) {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes a name off an image, and removes it if it has no other; one that is gone is gone.
    pub async fn remove_image(&self, name: &str) -> Result<(), Error> {
        let options: Option<RemoveImageOptions> = None;
        match self.client.remove_image(name, options, None).await.map_err(Error::from) {
            Err(error) if error.is_not_found() => Ok(()),
            other => other.map(drop),
        }
    }

    /// Looks at an image; none is there under this name.
    pub async fn find_image(&self, name: &str) -> Result<Option<Image>, Error> {
        let Some(found) = self.image(name).await? else { return Ok(None) };
        let tagged = found.metadata.and_then(|metadata| metadata.last_tag_time);
        Ok(Some(Image {
            id: found.id.unwrap_or_default(),
            digests: found.repo_digests.unwrap_or_default(),
            architecture: found.architecture.unwrap_or_default(),
            tagged: tagged.and_then(|time| Timestamp::from_nanosecond(time.unix_timestamp_nanos()).ok()),
        }))
    }

    /// Gives an image one more name.
    pub async fn tag_image(&self, image: &str, name: &str) -> Result<(), Error> {
        let full = with_tag(name);
        let (repository, tag) = full.rsplit_once(':').unwrap_or((&full, "latest"));
        let options = TagImageOptionsBuilder::default().repo(repository).tag(tag).build();
        Ok(self.client.tag_image(image, Some(options)).await?)
    }

    /// The architecture the engine runs on, as images name it: `amd64`.
    pub async fn architecture(&self) -> Result<String, Error> {
        Ok(self.client.version().await?.arch.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_has_a_dot_a_port_or_is_localhost() {
        for (image, registry) in [
            ("mongo:8.0", None),
            ("kubeorch/core", None),
            ("ghcr.io/kubeorch/core:1", Some("ghcr.io")),
            ("localhost/x", Some("localhost")),
            ("registry:5000/x", Some("registry:5000")),
            ("docker.io/library/mongo", None),
        ] {
            assert_eq!(registry_of(image), registry, "{image}");
        }
    }

    #[test]
    fn only_a_name_without_tag_and_digest_gets_one() {
        for (image, asked) in [
            ("mongo", "mongo:latest"),
            ("r:5000/x", "r:5000/x:latest"),
            ("r:5000/x:1", "r:5000/x:1"),
            ("x@sha256:00", "x@sha256:00"),
        ] {
            assert_eq!(with_tag(image), asked);
        }
    }
}
