//! What Kubernetes said about an object lately (openapi `ResourceDocument`, `metadata.events`).

use serde::Serialize;
use serde_json::Value;

use super::Sight;
use crate::clock::Time;
use crate::cluster::{self, Client, Resource, Selector};
use crate::live::read::{number, safe, text};

/// How many events are told.
const MOST: usize = 20;

/// Something that happened to an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    #[serde(rename = "type")]
    kind: String,
    reason: String,
    message: String,
    count: i64,
    first_seen: Time,
    last_seen: Time,
    source: String,
}

/// The latest events about an object, newest first.
pub async fn events(client: &Client, object: &Sight) -> Result<Vec<Event>, cluster::Error> {
    let resource = Resource::known("v1", "Event", "events", true);
    let about = format!("involvedObject.kind={},involvedObject.name={}", object.kind.name(), object.name);
    let selector = Selector { fields: about, ..Selector::default() };
    let namespace = Some(object.namespace.as_str()).filter(|namespace| !namespace.is_empty());
    let mut events = client.list_as(&resource, namespace, &selector, |event| Event::of(&event)).await?;
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen));
    events.truncate(MOST);
    Ok(events)
}

impl Event {
    /// The two generations of the events API say the same in different fields. One without any time is of no use.
    fn of(event: &Value) -> Option<Self> {
        let time =
            |pointers: &[&str]| pointers.iter().find_map(|pointer| text(event, pointer).parse::<Time>().ok());
        let first_seen = time(&["/firstTimestamp", "/eventTime", "/metadata/creationTimestamp"])?;
        let source = ["/source/component", "/reportingComponent"].map(|pointer| text(event, pointer));
        Some(Self {
            kind: safe(text(event, "/type")),
            reason: safe(text(event, "/reason")),
            message: safe(text(event, "/message")),
            count: number(event, "/count").or_else(|| number(event, "/series/count")).unwrap_or(1),
            first_seen,
            last_seen: time(&["/series/lastObservedTime", "/lastTimestamp"]).unwrap_or(first_seen),
            source: safe(source.into_iter().find(|name| !name.is_empty()).unwrap_or_default()),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(event: &Value) -> Option<Value> {
        Event::of(event).map(|event| serde_json::to_value(event).unwrap())
    }

    #[test]
    fn both_generations_of_events_are_told_alike() {
        let old = json!({
            "type": "Warning", "reason": "BackOff", "message": "token=hunter2 failed", "count": 3,
            "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:05:00Z",
            "source": {"component": "kubelet"},
        });
        let told_old = told(&old).unwrap();
        assert!(!told_old.to_string().contains("hunter2"), "{told_old}");
        assert_eq!(
            (&told_old["type"], &told_old["count"], &told_old["source"], &told_old["lastSeen"]),
            (&json!("Warning"), &json!(3), &json!("kubelet"), &json!("2026-01-01T00:05:00.000Z"))
        );
        let new = json!({
            "type": "Normal", "reason": "Scheduled", "message": "assigned", "firstTimestamp": null,
            "eventTime": "2026-01-01T00:00:00.123456Z", "reportingComponent": "default-scheduler",
        });
        assert_eq!(
            told(&new).unwrap(),
            json!({
                "type": "Normal", "reason": "Scheduled", "message": "assigned", "count": 1,
                "firstSeen": "2026-01-01T00:00:00.123Z", "lastSeen": "2026-01-01T00:00:00.123Z",
                "source": "default-scheduler",
            })
        );
        assert_eq!(told(&json!({"type": "Normal"})), None);
    }
}
