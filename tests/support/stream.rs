//! A reader of server-sent events that holds every block against the wire format and `openapi.yaml`.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::Value;

use super::{TestServer, User, contract};

/// How long anything may take to arrive.
const PATIENCE: Duration = Duration::from_mins(1);

/// An open stream.
pub struct EventStream {
    response: Response,
    text: String,
    last_id: u64,
}

/// One event.
#[derive(Debug)]
pub struct Event {
    pub name: String,
    pub id: u64,
    pub data: Value,
}

impl TestServer {
    /// Opens a stream that must be let in.
    pub async fn open_stream(&self, path: &str, user: &User) -> EventStream {
        let request =
            self.request(Method::GET, path).bearer_auth(&user.token).timeout(Duration::from_mins(10));
        let response = request.send().await.expect("an answer");
        let status = response.status();
        assert_eq!(status, 200, "{path}: {}", response.text().await.expect("a text"));
        for (name, value) in [
            ("content-type", "text/event-stream"),
            ("cache-control", "no-cache"),
            ("x-accel-buffering", "no"),
        ] {
            assert_eq!(response.headers()[name], value, "{path}");
        }
        EventStream { response, text: String::new(), last_id: 0 }
    }
}

impl EventStream {
    /// The next event; `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<Event> {
        let next = tokio::time::timeout(PATIENCE, self.read_on()).await;
        next.unwrap_or_else(|_| panic!("no event came within {PATIENCE:?}"))
    }

    async fn read_on(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                match self.read(&block) {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            match self.response.chunk().await.expect("the stream holds") {
                Some(bytes) => self.text.push_str(std::str::from_utf8(&bytes).expect("UTF-8")),
                None => {
                    assert_eq!(self.text, "", "the stream ended in the middle of a block");
                    return None;
                }
            }
        }
    }

    /// The next event, which must have this name; its data.
    pub async fn expect(&mut self, name: &str) -> Value {
        let event = self.next().await.unwrap_or_else(|| panic!("{name} did not come, the stream ended"));
        assert_eq!(event.name, name, "{}", event.data);
        event.data
    }

    /// Reads until an event meets the condition; its data.
    pub async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Value {
        loop {
            let event = self.next().await.expect("the stream ended before what was waited for");
            if wanted(&event) {
                return event.data;
            }
        }
    }

    /// The status of a node that `node_update` brings, once it meets the condition.
    pub async fn status(&mut self, node: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let update = self.until(|event| {
            event.name == "node_update"
                && event.data["data"]["node_id"] == node
                && wanted(&event.data["data"]["status"])
        });
        update.await["data"]["status"].clone()
    }

    /// A block is a comment, or one event with an id above the last.
    fn read(&mut self, block: &str) -> Option<Event> {
        assert!(!block.contains('\r'), "{block:?}");
        let field = |name: &str| {
            let prefix = format!("{name}: ");
            let mut lines = block.lines().filter_map(|line| line.strip_prefix(&prefix));
            let value = lines.next().map(str::to_owned);
            assert!(lines.next().is_none(), "two {name} lines: {block:?}");
            value
        };
        if block.starts_with(':') {
            assert_eq!(block, ": keep-alive");
            return None;
        }
        let (name, data) = (field("event").expect("an event line"), field("data").expect("a data line"));
        let id: u64 = field("id").expect("an id line").parse().expect("a number");
        assert!(id > self.last_id, "id {id} after {}", self.last_id);
        self.last_id = id;
        let data: Value = serde_json::from_str(&data).expect("JSON");
        match name.as_str() {
            "metadata" => contract::conforms("#/components/schemas/Workflow", &data, "metadata"),
            "node_update" | "workflow_sync" => {
                contract::conforms("#/components/schemas/WorkflowStreamEvent", &data, &name);
                assert_eq!(data["event_type"], name.as_str());
            }
            "error" | "complete" => assert!(data.is_string(), "{name}: {data}"),
            other => panic!("{other} is no event of a stream: {data}"),
        }
        Some(Event { name, id, data })
    }
}
