//! The workflow graph: its document, its rules of saving, and what every node means.
//!
//! A [`Graph`] is what a canvas posts and the store keeps: free-form `data` per node. Its meaning is given by the
//! compiler in [`crate::manifest`], which reports every [`Finding`] at once.

pub(crate) mod decode;
mod diff;
pub(crate) mod fields;
mod finding;
pub(crate) mod image;
mod kind;
pub(crate) mod kinds;
pub(crate) mod links;
mod model;
mod normalise;
pub(crate) mod quantity;
pub(crate) mod report;
mod runtime;
mod schedule;
pub(crate) mod syntax;

pub use diff::{EdgeDiff, GraphDiff, NodeDiff, diff};
pub use finding::{Code, Finding, Severity};
pub use kind::NodeKind;
pub use model::{Edge, Graph, Node, Position};
pub use normalise::{MAX_CONFIG_MAP_BYTES, MAX_DATA_BYTES, MAX_EDGES, MAX_NODES, Refusal, normalise};
