//! Watches: who follows an object of a cluster learns every change of its status (engine.md 4.2).
//!
//! A [`Watches`] holds one shared watch an object, whoever follows it, and one follower a node. The life cycle of a
//! watch is [`cycle`]; what is known of a watched object is [`watched`]; the cluster comes in through [`Source`].

mod client;
mod cycle;
mod source;
mod watched;
mod watches;

pub use source::{Change, Clusters, Failure, Snapshot, Source, Target};
pub use watches::{Follower, Publish, Random, Watches};
