//! A real cluster as a source of watches.

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use serde_json::Value;

use super::source::{Change, Changes, Failure, Snapshot, Source, Target};
use crate::cluster::{Client, Error, Event, List, Resource, Selector};
use crate::live::ObjectRef;

impl Source for Client {
    fn read<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, Result<Option<Snapshot>, Failure>> {
        async move {
            match read(self, target).await {
                Err(Error::NotFound(_) | Error::UnknownKind { .. }) => Ok(None),
                answer => Ok(Some(answer?)),
            }
        }
        .boxed()
    }

    fn watch<'a>(&'a self, target: &'a Target, version: &'a str) -> BoxFuture<'a, Result<Changes, Failure>> {
        async move {
            let events = match target {
                Target::Object(object) => {
                    let kind = served(self, object).await?;
                    self.watch_object(&kind, object.namespace.as_deref(), &object.name, version).await?
                }
                Target::Pods { namespace, selector } => {
                    self.watch(&pods(), Some(namespace), &Selector::labels(selector), version).await?
                }
            };
            Ok(events.map(|event| Ok(event?.into())).boxed())
        }
        .boxed()
    }
}

async fn read(client: &Client, target: &Target) -> Result<Snapshot, Error> {
    match target {
        Target::Object(object) => {
            let kind = served(client, object).await?;
            let object = client.get(&kind, object.namespace.as_deref(), &object.name).await?;
            let version =
                object.pointer("/metadata/resourceVersion").and_then(Value::as_str).unwrap_or_default();
            Ok(Snapshot { resource_version: version.to_owned(), objects: vec![object] })
        }
        Target::Pods { namespace, selector } => {
            let List { items, resource_version } =
                client.list(&pods(), Some(namespace), &Selector::labels(selector)).await?;
            Ok(Snapshot { objects: items, resource_version })
        }
    }
}

/// The kind of an object as the cluster serves it: a version that is not served any more gives way to another one of
/// its group, and it is the same object still.
async fn served(client: &Client, object: &ObjectRef) -> Result<Resource, Error> {
    let unknown = match client.resource(&object.api_version, &object.kind).await {
        Err(unknown @ Error::UnknownKind { .. }) => unknown,
        answer => return answer,
    };
    let Some((group, _)) = object.api_version.split_once('/') else { return Err(unknown) };
    for version in client.versions(group).await? {
        match client.resource(&format!("{group}/{version}"), &object.kind).await {
            Err(Error::UnknownKind { .. }) => {}
            answer => return answer,
        }
    }
    Err(unknown)
}

fn pods() -> Resource {
    Resource::known("v1", "Pod", "pods", true)
}

impl From<Event> for Change {
    fn from(event: Event) -> Self {
        match event {
            Event::Added(object) | Event::Modified(object) => Self::Applied(object),
            Event::Deleted(object) => Self::Deleted(object),
            Event::Bookmark { resource_version } => Self::Bookmark(resource_version),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Gone(_) => Self::Expired,
            Error::Unauthorized(_) | Error::Forbidden(_) => Self::Forbidden,
            Error::NotFound(_) | Error::UnknownKind { .. } => Self::Unknown,
            other @ (Error::Unusable(_)
            | Error::Refused(_)
            | Error::Unreachable { .. }
            | Error::Timeout { .. }
            | Error::Tls { .. }
            | Error::SignInRefused(_)
            | Error::SignInUnreachable(_)
            | Error::Conflict(_)
            | Error::Invalid { .. }
            | Error::Busy(_)
            | Error::Status { .. }
            | Error::Unexpected { .. }) => Self::Other(other.to_string()),
        }
    }
}
