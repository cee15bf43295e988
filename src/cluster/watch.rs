//! Watching objects: the raw events of the API server, with its errors told apart (engine.md 4.2).

use bytes::{Buf, BytesMut};
use futures::{Stream, StreamExt};
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use kube::client::Body;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

use super::client::{Client, REQUEST_TIMEOUT};
use super::discovery::Resource;
use super::error::{Error, Status};
use super::read::{Selector, strip_managed_fields};

/// After this many seconds the server closes the stream, so that a connection that died unseen is noticed.
const LONGEST: &str = "300";
/// The largest event that is read, in bytes; objects end at about 1.5 MiB.
const LARGEST_EVENT: usize = 8 * 1024 * 1024;

/// Something happened to a watched object. Objects come without managed fields.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The object was created, or began to match the selector.
    Added(Value),
    /// The object changed.
    Modified(Value),
    /// The object was deleted, or no longer matches; its last state.
    Deleted(Value),
    /// Nothing happened up to this version.
    Bookmark {
        /// Where a watch continues.
        resource_version: String,
    },
}

impl Event {
    /// The version a watch continues from after this event.
    pub fn resource_version(&self) -> Option<&str> {
        match self {
            Self::Added(object) | Self::Modified(object) | Self::Deleted(object) => version_of(object),
            Self::Bookmark { resource_version } => Some(resource_version),
        }
    }
}

/// The events of one watch, in order. The end of the stream is the server's normal close: continue from the last
/// version. An error ends it too; [`Error::Gone`] means that the object must be read again first.
pub type Events = std::pin::Pin<Box<dyn Stream<Item = Result<Event, Error>> + Send>>;

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    object: Value,
}

impl Client {
    /// Watches what `selector` means from `resource_version` on, with bookmarks.
    pub async fn watch(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        selector: &Selector,
        resource_version: &str,
    ) -> Result<Events, Error> {
        let query = selector.query(&[
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", LONGEST),
            ("resourceVersion", resource_version),
        ]);
        let path = format!("{}?{query}", resource.collection(namespace)?);
        let request = self.request(Method::GET, &path, None)?;
        // Only the beginning has a time limit: events may be hours apart.
        let response = timeout(REQUEST_TIMEOUT, self.send(request)).await.map_err(|_| self.timed_out())??;
        let reader =
            Reader { client: self.clone(), body: response.into_body(), buffer: BytesMut::new(), searched: 0 };
        Ok(futures::stream::try_unfold(reader, |mut reader| async {
            Ok(reader.next().await?.map(|event| (event, reader)))
        })
        .boxed())
    }

    /// Watches one object by name.
    pub async fn watch_object(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
        resource_version: &str,
    ) -> Result<Events, Error> {
        let selector = Selector { fields: format!("metadata.name={name}"), ..Selector::default() };
        self.watch(resource, namespace, &selector, resource_version).await
    }
}

struct Reader {
    client: Client,
    body: Body,
    buffer: BytesMut,
    /// How much of the buffer is known to hold no end of line.
    searched: usize,
}

impl Reader {
    async fn next(&mut self) -> Result<Option<Event>, Error> {
        loop {
            while let Some(line) = self.line() {
                if let Some(event) = self.parse(&line)? {
                    return Ok(Some(event));
                }
            }
            if self.buffer.len() > LARGEST_EVENT {
                return Err(self.client.unexpected("an event is too large"));
            }
            match self.body.frame().await {
                None => return Ok(None),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.buffer.extend_from_slice(&data);
                    }
                }
                Some(Err(error)) => return Err(self.client.broken(&error)),
            }
        }
    }

    fn line(&mut self) -> Option<BytesMut> {
        let Some(at) = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n') else {
            self.searched = self.buffer.len();
            return None;
        };
        let line = self.buffer.split_to(self.searched + at);
        self.buffer.advance(1);
        self.searched = 0;
        Some(line)
    }

    fn parse(&self, line: &[u8]) -> Result<Option<Event>, Error> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let Line { kind, mut object } =
            serde_json::from_slice(line).map_err(|error| self.client.unexpected(&error.to_string()))?;
        strip_managed_fields(&mut object);
        match kind.as_str() {
            "ADDED" => Ok(Some(Event::Added(object))),
            "MODIFIED" => Ok(Some(Event::Modified(object))),
            "DELETED" => Ok(Some(Event::Deleted(object))),
            "BOOKMARK" => {
                Ok(version_of(&object)
                    .map(|version| Event::Bookmark { resource_version: version.to_owned() }))
            }
            "ERROR" => Err(refusal(object)),
            // A word of a newer server: the objects it is about come again as events that are known.
            _ => Ok(None),
        }
    }
}

fn refusal(object: Value) -> Error {
    let told: Status = serde_json::from_value(object).unwrap_or_default();
    let status = StatusCode::from_u16(told.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Error::from_status(status, told)
}

fn version_of(object: &Value) -> Option<&str> {
    object.pointer("/metadata/resourceVersion").and_then(Value::as_str)
}
