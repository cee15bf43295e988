//! Containers: made, started, stopped, renamed, removed, looked at.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::{ContainerCreateBody, ContainerInspectResponse};
use bollard::query_parameters::{
    CreateContainerOptions, KillContainerOptions, ListContainersOptions, LogsOptions, RemoveContainerOptions,
    RenameContainerOptions, RestartContainerOptions, StopContainerOptions, UploadToContainerOptions,
};
use futures::{StreamExt, TryStreamExt};

use super::{Engine, Error};

/// What a call may take beyond the grace of the container it stops.
const MARGIN: Duration = Duration::from_mins(1);

impl Engine {
    /// The ids of the containers, running or not, that have this label with this value.
    pub async fn containers(&self, label: &str, value: &str) -> Result<Vec<String>, Error> {
        let filters = HashMap::from([("label".to_owned(), vec![format!("{label}={value}")])]);
        let options = ListContainersOptions { all: true, filters: Some(filters), ..Default::default() };
        let found = self.client.list_containers(Some(options)).await?;
        Ok(found.into_iter().filter_map(|container| container.id).collect())
    }

    /// The labels of all containers, running or not, that have this label.
    pub async fn labels_of_containers(&self, label: &str) -> Result<Vec<HashMap<String, String>>, Error> {
        let filters = HashMap::from([("label".to_owned(), vec![label.to_owned()])]);
        let options = ListContainersOptions { all: true, filters: Some(filters), ..Default::default() };
        let found = self.client.list_containers(Some(options)).await?;
        Ok(found.into_iter().filter_map(|container| container.labels).collect())
    }

    /// Everything about a container; nothing if there is none.
    pub async fn inspect(&self, container: &str) -> Result<Option<ContainerInspectResponse>, Error> {
        match self.client.inspect_container(container, None).await.map_err(Error::from) {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes a container, and gives its id and what the engine warns of.
    pub async fn create(
        &self,
        name: &str,
        platform: Option<&str>,
        body: ContainerCreateBody,
    ) -> Result<(String, Vec<String>), Error> {
        let platform = platform.unwrap_or_default().to_owned();
        let options = CreateContainerOptions { name: Some(name.to_owned()), platform };
        let made = self.client.create_container(Some(options), body).await?;
        Ok((made.id, made.warnings))
    }

    /// Starts it; one that runs already is left alone.
    pub async fn start(&self, container: &str) -> Result<(), Error> {
        Ok(self.client.start_container(container, None).await?)
    }

    /// Lets a paused one go on.
    pub async fn unpause(&self, container: &str) -> Result<(), Error> {
        Ok(self.client.unpause_container(container).await?)
    }

    /// Asks it to stop, and ends it after `grace`; without one after its own. One that is gone or does not run is
    /// left alone.
    pub async fn stop(&self, container: &str, grace: Option<Duration>) -> Result<(), Error> {
        let options = StopContainerOptions { signal: None, t: grace.map(whole_seconds) };
        let client = self.client.clone().with_timeout(self.patience(container, grace).await);
        gone_is_fine(client.stop_container(container, Some(options)).await.map_err(Error::from))
    }

    /// Ends it at once. One that is gone or does not run is left alone.
    pub async fn kill(&self, container: &str) -> Result<(), Error> {
        let killed = self.client.kill_container(container, None::<KillContainerOptions>).await;
        match killed.map_err(Error::from) {
            Err(Error::Refused { status: 404 | 409, .. }) => Ok(()),
            other => other,
        }
    }

    /// Stops it as [`Engine::stop`] does, and starts it again.
    pub async fn restart(&self, container: &str, grace: Option<Duration>) -> Result<(), Error> {
        let options = RestartContainerOptions { signal: None, t: grace.map(whole_seconds) };
        let client = self.client.clone().with_timeout(self.patience(container, grace).await);
        Ok(client.restart_container(container, Some(options)).await?)
    }

    /// How long a call may take that ends a container: its own grace counts where none is given.
    async fn patience(&self, container: &str, grace: Option<Duration>) -> Duration {
        let own = async {
            // What is wrong with the container is told by the call itself.
            let seconds = self.inspect(container).await.ok()??.config?.stop_timeout?;
            Some(u64::try_from(seconds).map_or(Duration::MAX, Duration::from_secs))
        };
        let grace = match grace {
            Some(grace) => grace,
            None => own.await.unwrap_or(MARGIN),
        };
        grace.saturating_add(MARGIN)
    }

    /// Removes it, running or not, with its anonymous volumes if `volumes`. One that is gone is gone.
    pub async fn remove(&self, container: &str, volumes: bool) -> Result<(), Error> {
        let options = RemoveContainerOptions { v: volumes, force: true, link: false };
        let removed = self.client.remove_container(container, Some(options)).await.map_err(Error::from);
        match removed {
            // Somebody else is removing it.
            Err(Error::Refused { status: 409, message }) if message.contains("already in progress") => Ok(()),
            other => gone_is_fine(other),
        }
    }

    /// Gives it another name.
    pub async fn rename(&self, container: &str, name: &str) -> Result<(), Error> {
        let options = RenameContainerOptions { name: name.to_owned() };
        Ok(self.client.rename_container(container, options).await?)
    }

    /// Unpacks an archive in it, at its root; owners and modes are those of the archive.
    pub async fn unpack(&self, container: &str, archive: Vec<u8>) -> Result<(), Error> {
        let options = UploadToContainerOptions {
            path: "/".to_owned(),
            copy_uidgid: None,
            no_overwrite_dir_non_dir: None,
        };
        Ok(self
            .client
            .upload_to_container(container, Some(options), bollard::body_full(archive.into()))
            .await?)
    }

    /// The last lines it wrote, the oldest first.
    pub async fn last_lines(&self, container: &str, lines: usize) -> Result<Vec<String>, Error> {
        let options =
            LogsOptions { stdout: true, stderr: true, tail: lines.to_string(), ..Default::default() };
        let parts: Vec<_> = self
            .client
            .logs(container, Some(options))
            .take(MOST_PARTS)
            .map_ok(bollard::container::LogOutput::into_bytes)
            .try_collect()
            .await?;
        let text = String::from_utf8_lossy(&parts.concat()).into_owned();
        let all: Vec<String> = text.lines().map(str::to_owned).collect();
        Ok(all[all.len().saturating_sub(lines)..].to_vec())
    }
}

/// Most pieces of a log that are read for its last lines.
const MOST_PARTS: usize = 1000;

fn gone_is_fine(done: Result<(), Error>) -> Result<(), Error> {
    match done {
        Err(error) if error.is_not_found() => Ok(()),
        other => other,
    }
}

/// The engine counts in whole seconds: a part of one is one.
fn whole_seconds(span: Duration) -> i32 {
    let seconds = span.as_secs() + u64::from(span.subsec_nanos() > 0);
    i32::try_from(seconds).unwrap_or(i32::MAX)
}
