//! Server-sent events, the one way every stream is served (design.md 4, "Streams").
//!
//! A route says what its stream is about ([`State`]) and calls [`open`]; counting the reader, the snapshot before the
//! first event, the keep-alive comments, a reader that fell behind and every end of a stream are the same for all.

mod events;
mod sessions;

use std::num::NonZeroU32;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header;

use super::App;
use super::error::{Code, Error};
use crate::event::{EventId, StreamKey};
use crate::identity::Caller;
use events::Events;
pub(super) use sessions::end_with_sessions;

/// The thing a stream tells about. Its blocks are whole ([`frame`](crate::event::frame)); `None`: it is not there any
/// more.
pub trait State: Send + 'static {
    /// How it is now, for the first block of a stream.
    fn snapshot(&self, id: EventId) -> impl Future<Output = Result<Option<Bytes>, Error>> + Send;

    /// How it is now, for a reader that missed events which cannot be merged.
    fn resync(&self, id: EventId) -> impl Future<Output = Result<Option<Bytes>, Error>> + Send;
}

/// Opens a stream of `key` for a caller who may read it.
///
/// What can go wrong before the first block is a plain answer: too many streams, a session that has just ended, a
/// thing that has just gone.
pub async fn open<S: State>(app: &App, caller: &Caller, key: StreamKey, state: S) -> Result<Response, Error> {
    let seat = app.audience.admit(caller.user, caller.session)?;
    // Who ended the session before the seat was taken told nobody here.
    if !app.identity.is_open(caller.session).await? {
        return Err(Error::new(Code::Unauthenticated, "the session has ended; sign in again"));
    }
    let subscription = app.hub.subscribe(key);
    let Some(snapshot) = state.snapshot(subscription.started()).await? else {
        return Err(Error::new(Code::NotFound, format!("{key} does not exist")));
    };
    let reader = app.metrics.reader(key.kind());
    let blocks = Events::new(snapshot, subscription, seat, state).into_stream(reader);
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(blocks)).into_response())
}

/// The limit as [`Audience`](crate::event::Audience) counts it, where 0 is none.
pub(super) fn limit(streams_per_user: Option<NonZeroU32>) -> usize {
    streams_per_user.map_or(0, |most| usize::try_from(most.get()).unwrap_or(usize::MAX))
}
