//! Live events: stream keys, envelopes, and a hub whose readers are bounded and never block a publisher.
//!
//! An event is serialised once and shared by all readers of its key; a reader itself holds no queue, only its
//! place in the key's [backlog](backlog). Rules: engine.md 4.4.

mod audience;
mod backlog;
mod envelope;
mod frame;
mod hub;
mod key;

pub use audience::{Audience, Full, Seat};
pub use envelope::Envelope;
pub use frame::{EventId, frame};
pub use hub::{Delivery, Hub, Subscription};
pub use key::StreamKey;
