//! What one reader is sent, block by block.

use std::convert::Infallible;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use futures::stream::{self, Stream};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::State;
use crate::event::{Delivery, EventId, Seat, Subscription, frame};

/// How often a comment keeps proxies from cutting the stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const COMMENT: Bytes = Bytes::from_static(b": keep-alive\n\n");

/// The blocks of one reader. They are made when the connection can take them, so a slow reader holds up nobody.
pub(super) struct Events<S> {
    /// The next block, when it is known already.
    next: Option<Bytes>,
    subscription: Subscription,
    seat: Seat,
    state: S,
    keep_alive: Interval,
    /// Whether the last block was made.
    over: bool,
}

/// Why there is something to send.
enum Cause {
    Event(Delivery),
    SessionEnded,
    Silence,
}

impl<S: State> Events<S> {
    /// The snapshot, then what the subscription brings for as long as the seat is held.
    pub(super) fn new(snapshot: Bytes, subscription: Subscription, seat: Seat, state: S) -> Self {
        let mut keep_alive = interval_at(Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
        keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { next: Some(snapshot), subscription, seat, state, keep_alive, over: false }
    }

    /// The blocks as a body; `held` is dropped with it.
    pub(super) fn into_stream(
        self,
        held: impl Send + 'static,
    ) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
        stream::unfold((self, held), |(mut events, held)| async move {
            let block = events.next().await?;
            Some((Ok(block), (events, held)))
        })
    }

    /// The next block; `None` after the last.
    async fn next(&mut self) -> Option<Bytes> {
        if self.over {
            return None;
        }
        if let Some(block) = self.next.take() {
            return Some(block);
        }
        let cause = tokio::select! {
            biased;
            () = self.seat.revoked() => Cause::SessionEnded,
            delivery = self.subscription.next() => Cause::Event(delivery),
            _ = self.keep_alive.tick() => Cause::Silence,
        };
        Some(match cause {
            Cause::Silence => COMMENT,
            Cause::Event(Delivery::Event(block)) => block,
            Cause::Event(Delivery::Skipped(id)) => self.resync(id).await,
            Cause::Event(Delivery::Complete(block)) => self.last(block),
            Cause::SessionEnded => self.farewell("the session ended"),
        })
    }

    async fn resync(&mut self, id: EventId) -> Bytes {
        match self.state.resync(id).await {
            Ok(Some(block)) => block,
            Ok(None) => self.farewell("it does not exist any more"),
            Err(error) => {
                let mut blocks = BytesMut::new();
                // A JSON string can always be written.
                blocks.put(frame(id, "error", &error.to_string()).unwrap_or_default());
                blocks.put(self.farewell("the stream cannot go on"));
                blocks.freeze()
            }
        }
    }

    fn farewell(&mut self, reason: &str) -> Bytes {
        let block = self.subscription.farewell(reason);
        self.last(block)
    }

    fn last(&mut self, block: Bytes) -> Bytes {
        self.over = true;
        block
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;
    use crate::clock::{Clock, Time};
    use crate::event::{Audience, Hub, StreamKey};
    use crate::id::{SessionId, UserId, WorkflowId};
    use crate::server::error::{Code, Error};

    /// A state that cannot be told from another but by how often it was read.
    enum Fixed {
        There,
        Gone,
        Unreadable,
    }

    impl State for Fixed {
        async fn snapshot(&self, _: EventId) -> Result<Option<Bytes>, Error> {
            Ok(None)
        }

        async fn resync(&self, id: EventId) -> Result<Option<Bytes>, Error> {
            match self {
                Self::There => Ok(Some(frame(id, "workflow_sync", "all").unwrap())),
                Self::Gone => Ok(None),
                Self::Unreadable => Err(Error::new(Code::Unavailable, "the store is away")),
            }
        }
    }

    struct Bench {
        hub: Hub,
        key: StreamKey,
        audience: Audience,
        session: SessionId,
        events: Events<Fixed>,
    }

    fn bench(state: Fixed) -> Bench {
        let hub = Hub::new(&Clock::manual(Time::from_millis(100)));
        let key = StreamKey::Workflow(WorkflowId::new());
        let (audience, session) = (Audience::new(0), SessionId::new());
        let seat = audience.admit(UserId::new(), session).unwrap();
        let events = Events::new(Bytes::from_static(b"snapshot"), hub.subscribe(key), seat, state);
        Bench { hub, key, audience, session, events }
    }

    /// What can be sent without waiting.
    fn sent(events: &mut Events<Fixed>) -> Vec<String> {
        let mut blocks = Vec::new();
        while let Some(Some(block)) = events.next().now_or_never() {
            blocks.push(String::from_utf8(block.to_vec()).unwrap());
        }
        blocks
    }

    #[tokio::test]
    async fn the_snapshot_comes_first_then_every_event() {
        let Bench { hub, key, mut events, .. } = bench(Fixed::There);
        hub.publish(key, "node_update", None, &1);
        assert_eq!(sent(&mut events), ["snapshot", "event: node_update\nid: 102\ndata: 1\n\n"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_stream_says_every_15_seconds_that_it_lives() {
        let Bench { mut events, .. } = bench(Fixed::There);
        events.next().await;
        let begun = Instant::now();
        for n in 1..=3 {
            assert_eq!(events.next().await.unwrap(), COMMENT);
            assert_eq!(begun.elapsed(), n * KEEP_ALIVE);
        }
    }

    #[tokio::test]
    async fn who_fell_behind_is_sent_the_whole_state_and_goes_on_from_there() {
        let Bench { hub, key, mut events, .. } = bench(Fixed::There);
        for n in 0..65 {
            hub.publish(key, "workflow_sync", None, &n);
        }
        assert_eq!(sent(&mut events), ["snapshot", "event: workflow_sync\nid: 166\ndata: \"all\"\n\n"]);
        hub.publish(key, "node_update", None, &"later");
        assert_eq!(sent(&mut events), ["event: node_update\nid: 167\ndata: \"later\"\n\n"]);
    }

    #[tokio::test]
    async fn a_state_that_cannot_be_read_any_more_ends_the_stream_in_words() {
        for (state, expected) in [
            (
                Fixed::Unreadable,
                "event: error\nid: 166\ndata: \"the store is away\"\n\n\
                 event: complete\nid: 167\ndata: \"the stream cannot go on\"\n\n",
            ),
            (Fixed::Gone, "event: complete\nid: 167\ndata: \"it does not exist any more\"\n\n"),
        ] {
            let Bench { hub, key, mut events, .. } = bench(state);
            for n in 0..65 {
                hub.publish(key, "workflow_sync", None, &n);
            }
            assert_eq!(sent(&mut events), ["snapshot", expected]);
            assert_eq!(events.next().await, None);
        }
    }

    #[tokio::test]
    async fn the_end_of_the_session_is_the_last_thing_said() {
        let Bench { hub, key, audience, session, mut events } = bench(Fixed::There);
        events.next().await;
        audience.revoke(session);
        hub.publish(key, "node_update", None, &"not for this reader");
        assert_eq!(sent(&mut events), ["event: complete\nid: 103\ndata: \"the session ended\"\n\n"]);
        assert_eq!(events.next().await, None);
    }

    #[tokio::test]
    async fn a_closed_key_ends_the_stream_after_what_was_waiting() {
        let Bench { hub, key, mut events, .. } = bench(Fixed::There);
        hub.publish(key, "node_update", None, &1);
        hub.close(key, "deleted");
        let blocks = sent(&mut events);
        assert_eq!(
            blocks[1..],
            ["event: node_update\nid: 102\ndata: 1\n\n", "event: complete\nid: 103\ndata: \"deleted\"\n\n"]
        );
        assert_eq!(events.next().await, None);
    }
}
