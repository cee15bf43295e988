//! The hub: who publishes meets who reads.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde::Serialize;
use tokio::sync::watch;

use super::backlog::{Backlog, Next};
use super::frame::{EventId, frame};
use super::key::StreamKey;
use crate::clock::Clock;

/// Publishers and readers of all stream keys of this process. Cheap to clone; clones are the same hub.
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hub")
    }
}

struct Shared {
    /// Counts over all keys, so that ids keep growing when a key is forgotten and comes back.
    last_id: AtomicU64,
    keys: Mutex<Keys>,
}

#[derive(Default)]
struct Keys {
    open: HashMap<StreamKey, Open>,
    /// Why the hub takes no more readers.
    ended: Option<String>,
}

struct Open {
    channel: Arc<Channel>,
    readers: usize,
}

#[derive(Default)]
struct Channel {
    backlog: Mutex<Backlog>,
    /// Rings when the backlog changed.
    bell: watch::Sender<()>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    /// A hub whose ids continue above those of an earlier process: they start at the time in milliseconds.
    pub fn new(clock: &Clock) -> Self {
        let first = u64::try_from(clock.now().as_millis()).unwrap_or(0);
        Self { shared: Arc::new(Shared { last_id: AtomicU64::new(first), keys: Mutex::default() }) }
    }

    /// Publishes an event to the readers of `key`; without readers it costs a look-up.
    ///
    /// Events of one `topic` replace each other for a reader that fell more than 64 events behind. Never blocks
    /// on a reader.
    pub fn publish<T: Serialize + ?Sized>(&self, key: StreamKey, name: &str, topic: Option<&str>, data: &T) {
        let Some(channel) = lock(&self.shared.keys).open.get(&key).map(|open| Arc::clone(&open.channel))
        else {
            return;
        };
        {
            let mut backlog = lock(&channel.backlog);
            let id = self.next_id();
            match frame(id, name, data) {
                Ok(frame) => backlog.push(id, topic, frame),
                Err(error) => {
                    tracing::error!(%key, name, %error, "an event that cannot be written as JSON was not sent");
                    return;
                }
            }
        }
        channel.bell.send_replace(());
    }

    /// Reads `key` from now on. Subscribe first and read the snapshot then, so that nothing is lost in between.
    pub fn subscribe(&self, key: StreamKey) -> Subscription {
        let mut keys = lock(&self.shared.keys);
        let channel = if let Some(reason) = keys.ended.clone() {
            let channel = Arc::new(Channel::default());
            self.end(&channel, &reason);
            channel
        } else {
            let open = keys.open.entry(key).or_insert_with(|| Open { channel: Arc::default(), readers: 0 });
            open.readers += 1;
            Arc::clone(&open.channel)
        };
        drop(keys);
        let started = {
            let _held = lock(&channel.backlog);
            self.next_id()
        };
        let bell = channel.bell.subscribe();
        Subscription { hub: self.clone(), key, channel, bell, started, cursor: started }
    }

    /// Ends the streams of `key`: their readers get what is left, then `complete` with the reason.
    pub fn close(&self, key: StreamKey, reason: &str) {
        let open = lock(&self.shared.keys).open.remove(&key);
        if let Some(open) = open {
            self.end(&open.channel, reason);
        }
    }

    /// Ends all streams, and those opened later at once.
    pub fn shut_down(&self, reason: &str) {
        let open = {
            let mut keys = lock(&self.shared.keys);
            keys.ended = Some(reason.to_owned());
            std::mem::take(&mut keys.open)
        };
        for open in open.into_values() {
            self.end(&open.channel, reason);
        }
    }

    /// How many streams of `key` are being read.
    pub fn readers(&self, key: StreamKey) -> usize {
        lock(&self.shared.keys).open.get(&key).map_or(0, |open| open.readers)
    }

    fn end(&self, channel: &Channel, reason: &str) {
        {
            let mut backlog = lock(&channel.backlog);
            backlog.close(complete(self.next_id(), reason));
        }
        channel.bell.send_replace(());
    }

    fn next_id(&self) -> EventId {
        EventId(self.shared.last_id.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Forgets a key that nobody reads any more.
    fn leave(&self, key: StreamKey, channel: &Arc<Channel>) {
        let mut keys = lock(&self.shared.keys);
        if let Some(open) = keys.open.get_mut(&key)
            && Arc::ptr_eq(&open.channel, channel)
        {
            open.readers -= 1;
            if open.readers == 0 {
                keys.open.remove(&key);
            }
        }
    }
}

/// The last event of a stream: a JSON string that names the reason.
fn complete(id: EventId, reason: &str) -> Bytes {
    frame(id, "complete", reason).unwrap_or_default()
}

/// What a reader gets next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// An event, ready for the wire.
    Event(Bytes),
    /// Too far behind: everything up to this id is gone, read the state anew and send it under this id.
    Skipped(EventId),
    /// The last event of the stream, ready for the wire.
    Complete(Bytes),
}

/// One reader of a key. Dropping it ends the reading.
pub struct Subscription {
    hub: Hub,
    key: StreamKey,
    channel: Arc<Channel>,
    bell: watch::Receiver<()>,
    started: EventId,
    cursor: EventId,
}

impl Subscription {
    /// The id for the snapshot this reader is sent first: lower than that of every event it will get.
    pub fn started(&self) -> EventId {
        self.started
    }

    /// Waits for the next delivery. Cancel-safe. After [`Delivery::Complete`] nothing else comes.
    pub async fn next(&mut self) -> Delivery {
        loop {
            self.bell.borrow_and_update();
            let next = lock(&self.channel.backlog).after(self.cursor);
            match next {
                Next::Event(id, frame) => {
                    self.cursor = id;
                    return Delivery::Event(frame);
                }
                Next::Skipped(id) => {
                    self.cursor = id;
                    return Delivery::Skipped(id);
                }
                Next::End(frame) => return Delivery::Complete(frame),
                // The sender lives in the channel this reader holds, so the wait can only end by a ring.
                Next::Nothing => drop(self.bell.changed().await),
            }
        }
    }

    /// A `complete` for this reader alone, for when its own right to read ended.
    pub fn farewell(&self, reason: &str) -> Bytes {
        let _held = lock(&self.channel.backlog);
        complete(self.hub.next_id(), reason)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.leave(self.key, &self.channel);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;
    use crate::clock::Time;
    use crate::id::WorkflowId;

    fn hub() -> Hub {
        Hub::new(&Clock::manual(Time::from_millis(1_000)))
    }

    fn key() -> StreamKey {
        StreamKey::Workflow(WorkflowId::new())
    }

    fn waiting(reader: &mut Subscription) -> Option<String> {
        match reader.next().now_or_never()? {
            Delivery::Event(frame) | Delivery::Complete(frame) => {
                Some(String::from_utf8(frame.to_vec()).unwrap())
            }
            Delivery::Skipped(id) => Some(format!("skipped to {id}")),
        }
    }

    #[test]
    fn every_reader_of_a_key_gets_the_same_bytes_in_order() {
        let (hub, key) = (hub(), key());
        let mut readers = [hub.subscribe(key), hub.subscribe(key)];
        hub.publish(key, "node_update", Some("n"), &1);
        hub.publish(key, "node_update", Some("n"), &2);
        hub.publish(self::key(), "node_update", Some("n"), &"another key");
        for reader in &mut readers {
            assert_eq!(waiting(reader).unwrap(), "event: node_update\nid: 1003\ndata: 1\n\n");
            assert_eq!(waiting(reader).unwrap(), "event: node_update\nid: 1004\ndata: 2\n\n");
            assert_eq!(waiting(reader), None);
        }
    }

    #[test]
    fn what_was_published_before_is_left_to_the_snapshot_and_its_id_is_lower() {
        let (hub, key) = (hub(), key());
        let _first = hub.subscribe(key);
        hub.publish(key, "node_update", None, &"old");
        let mut late = hub.subscribe(key);
        hub.publish(key, "node_update", None, &"new");
        assert_eq!(late.started().to_string(), "1003");
        assert_eq!(waiting(&mut late).unwrap(), "event: node_update\nid: 1004\ndata: \"new\"\n\n");
    }

    #[test]
    fn a_reader_that_does_not_read_delays_nobody_and_gets_the_last_state() {
        let (hub, key) = (hub(), key());
        let (mut slow, mut fast) = (hub.subscribe(key), hub.subscribe(key));
        for n in 0..1_000 {
            hub.publish(key, "node_update", Some("node-1"), &n);
            assert!(waiting(&mut fast).unwrap().ends_with(&format!("data: {n}\n\n")));
        }
        let mut last = String::new();
        let mut count = 0;
        while let Some(next) = waiting(&mut slow) {
            last = next;
            count += 1;
        }
        assert_eq!(count, 64);
        assert!(last.ends_with("data: 999\n\n"));
    }

    #[test]
    fn a_backlog_that_cannot_be_merged_is_said() {
        let (hub, key) = (hub(), key());
        let mut reader = hub.subscribe(key);
        for n in 0..65 {
            hub.publish(key, "workflow_sync", None, &n);
        }
        assert_eq!(waiting(&mut reader).unwrap(), "skipped to 1066");
        hub.publish(key, "node_update", None, &"later");
        assert_eq!(waiting(&mut reader).unwrap(), "event: node_update\nid: 1067\ndata: \"later\"\n\n");
    }

    #[test]
    fn closing_a_key_ends_its_streams_with_the_reason_and_a_new_one_starts_afresh() {
        let (hub, key) = (hub(), key());
        let mut reader = hub.subscribe(key);
        hub.publish(key, "node_update", None, &1);
        hub.close(key, "workflow deleted");
        assert!(waiting(&mut reader).unwrap().starts_with("event: node_update"));
        assert_eq!(
            waiting(&mut reader).unwrap(),
            "event: complete\nid: 1003\ndata: \"workflow deleted\"\n\n"
        );
        assert_eq!(waiting(&mut hub.subscribe(key)), None);
    }

    #[test]
    fn after_shutdown_open_and_new_streams_are_complete() {
        let (hub, key) = (hub(), key());
        let mut reader = hub.subscribe(key);
        hub.shut_down("server stops");
        assert!(waiting(&mut reader).unwrap().contains("\"server stops\""));
        assert!(waiting(&mut hub.subscribe(key)).unwrap().contains("\"server stops\""));
    }

    #[test]
    fn a_key_without_readers_is_forgotten_and_its_ids_still_grow() {
        let (hub, key) = (hub(), key());
        drop(hub.subscribe(key));
        assert_eq!(hub.readers(key), 0);
        assert!(lock(&hub.shared.keys).open.is_empty());
        hub.publish(key, "node_update", None, &"nobody");
        assert_eq!(hub.subscribe(key).started().to_string(), "1002");
    }

    #[tokio::test]
    async fn a_waiting_reader_is_woken() {
        let (hub, key) = (hub(), key());
        let mut reader = hub.subscribe(key);
        let task = tokio::spawn(async move { reader.next().await });
        tokio::task::yield_now().await;
        hub.publish(key, "node_update", None, &1);
        assert!(matches!(task.await.unwrap(), Delivery::Event(_)));
    }
}
