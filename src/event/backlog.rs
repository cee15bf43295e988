//! What a reader of one key may still have to read: the newest events in full, older ones folded by topic.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;

use super::frame::EventId;

/// How far a reader may fall behind and still get every single event.
const RECENT: usize = 64;
/// How many topics are kept for readers that fell behind further. More than a graph has nodes, in practice.
const FOLDED: usize = 1024;

/// One published event.
#[derive(Debug, Clone)]
struct Entry {
    /// Events of one topic replace each other for a reader that fell behind; without a topic none replaces another.
    topic: Option<Arc<str>>,
    frame: Bytes,
}

/// The next thing for a reader that has read up to some id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// It has read all.
    Nothing,
    /// The next event.
    Event(EventId, Bytes),
    /// Events up to and including this id are gone and cannot be merged; the state has to be read anew.
    Skipped(EventId),
    /// Nothing follows any more.
    End(Bytes),
}

/// The events of one key, shared by all its readers.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    recent: VecDeque<(u64, Entry)>,
    folded: BTreeMap<u64, Entry>,
    /// Id of the newest event of each topic still held.
    newest: HashMap<Arc<str>, u64>,
    /// Highest id that was dropped without a newer event of its topic.
    lost: u64,
    end: Option<Bytes>,
}

impl Backlog {
    /// Adds an event; its id must be higher than any before.
    pub(super) fn push(&mut self, id: EventId, topic: Option<&str>, frame: Bytes) {
        if self.end.is_some() {
            return;
        }
        let topic = topic.map(Arc::<str>::from);
        if let Some(topic) = &topic
            && let Some(older) = self.newest.insert(Arc::clone(topic), id.0)
        {
            self.folded.remove(&older);
        }
        self.recent.push_back((id.0, Entry { topic, frame }));
        if self.recent.len() > RECENT
            && let Some((id, entry)) = self.recent.pop_front()
        {
            self.fold(id, entry);
        }
    }

    /// Moves an event out of the recent ones: kept when it is the newest of its topic.
    fn fold(&mut self, id: u64, entry: Entry) {
        match &entry.topic {
            None => self.lost = id,
            Some(topic) if self.newest.get(topic) == Some(&id) => {
                self.folded.insert(id, entry);
            }
            Some(_) => {}
        }
        if self.folded.len() > FOLDED
            && let Some((id, entry)) = self.folded.pop_first()
        {
            self.lost = self.lost.max(id);
            if let Some(topic) = entry.topic {
                self.newest.remove(&topic);
            }
        }
    }

    /// Ends the key with a last frame; later events are not taken.
    pub(super) fn close(&mut self, frame: Bytes) {
        self.end.get_or_insert(frame);
    }

    /// What comes after `cursor`.
    pub(super) fn after(&self, cursor: EventId) -> Next {
        let newest = self.recent.back().map_or(0, |(id, _)| *id);
        if cursor.0 < self.lost {
            return Next::Skipped(EventId(newest));
        }
        if let Some((id, entry)) = self.folded.range(cursor.0 + 1..).next() {
            return Next::Event(EventId(*id), entry.frame.clone());
        }
        let place = self.recent.partition_point(|(id, _)| *id <= cursor.0);
        match (self.recent.get(place), &self.end) {
            (Some((id, entry)), _) => Next::Event(EventId(*id), entry.frame.clone()),
            (None, Some(end)) => Next::End(end.clone()),
            (None, None) => Next::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn text(id: u64) -> Bytes {
        Bytes::from(id.to_string())
    }

    /// Everything a reader gets that stands at `cursor`.
    fn drain(backlog: &Backlog, mut cursor: EventId) -> (Vec<u64>, bool) {
        let (mut ids, mut skipped) = (Vec::new(), false);
        loop {
            match backlog.after(cursor) {
                Next::Event(id, _) => {
                    ids.push(id.0);
                    cursor = id;
                }
                Next::Skipped(id) => {
                    skipped = true;
                    cursor = id;
                }
                Next::Nothing | Next::End(_) => return (ids, skipped),
            }
        }
    }

    #[test]
    fn a_reader_at_most_64_behind_gets_every_event() {
        let mut backlog = Backlog::default();
        for id in 1..=64 {
            backlog.push(EventId(id), Some("node-1"), text(id));
        }
        assert_eq!(drain(&backlog, EventId(0)), ((1..=64).collect(), false));
    }

    #[test]
    fn further_behind_only_the_newest_of_each_node_is_kept() {
        let mut backlog = Backlog::default();
        for (id, node) in [(1, "slow"), (2, "busy"), (3, "busy")] {
            backlog.push(EventId(id), Some(node), text(id));
        }
        for id in 4..=67 {
            backlog.push(EventId(id), Some("other"), text(id));
        }
        let (ids, skipped) = drain(&backlog, EventId(0));
        assert_eq!(ids[..3], [1, 3, 4], "the newest of `slow` and `busy`, in order");
        assert!(!skipped);
    }

    #[test]
    fn a_lost_event_without_a_topic_is_reported_and_the_reader_goes_on_with_what_comes_next() {
        let mut backlog = Backlog::default();
        backlog.push(EventId(1), None, text(1));
        for id in 2..=65 {
            backlog.push(EventId(id), Some("node-1"), text(id));
        }
        assert_eq!(backlog.after(EventId(0)), Next::Skipped(EventId(65)));
        assert_eq!(backlog.after(EventId(65)), Next::Nothing);
        assert_eq!(
            backlog.after(EventId(1)),
            Next::Event(EventId(2), text(2)),
            "who has read it misses nothing"
        );
    }

    #[test]
    fn more_topics_than_can_be_kept_are_reported_as_skipped() {
        let mut backlog = Backlog::default();
        let count = (RECENT + FOLDED + 1) as u64;
        for id in 1..=count {
            backlog.push(EventId(id), Some(&format!("node-{id}")), text(id));
        }
        assert_eq!(backlog.after(EventId(0)), Next::Skipped(EventId(count)));
        assert_eq!(backlog.newest.len(), RECENT + FOLDED);
    }

    #[test]
    fn the_end_comes_after_the_backlog_and_nothing_after_the_end() {
        let mut backlog = Backlog::default();
        backlog.push(EventId(1), None, text(1));
        backlog.close(Bytes::from("bye"));
        backlog.push(EventId(3), None, text(3));
        assert_eq!(backlog.after(EventId(0)), Next::Event(EventId(1), text(1)));
        assert_eq!(backlog.after(EventId(1)), Next::End(Bytes::from("bye")));
    }

    proptest! {
        #[test]
        fn the_last_state_of_every_node_always_arrives(
            nodes in prop::collection::vec(0_u8..80, 1..400),
            reads in prop::collection::vec(any::<bool>(), 400),
        ) {
            let mut backlog = Backlog::default();
            let mut cursor = EventId(0);
            let mut published = BTreeMap::new();
            let mut seen = BTreeMap::new();
            let owner: BTreeMap<u64, u8> = (1..).zip(nodes.iter().copied()).collect();
            for (&id, &node) in &owner {
                backlog.push(EventId(id), Some(&node.to_string()), text(id));
                published.insert(node, id);
                if reads[usize::try_from(id).unwrap() - 1]
                    && let Next::Event(read, _) = backlog.after(cursor)
                {
                    prop_assert!(read > cursor, "ids grow");
                    cursor = read;
                    seen.insert(owner[&read.0], read.0);
                }
            }
            let (rest, skipped) = drain(&backlog, cursor);
            prop_assert!(!skipped && rest.is_sorted());
            seen.extend(rest.into_iter().map(|id| (owner[&id], id)));
            prop_assert_eq!(seen, published);
        }
    }
}
