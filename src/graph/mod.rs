//! The workflow graph: its document, its rules of saving, and what every node means.
//!
//! A [`Graph`] is what a canvas posts and the store keeps: free-form `data` per node. Its meaning is given by the
//! compiler in [`crate::manifest`], which reports every [`Finding`] at once.

pub(crate) mod decode;
pub(crate) mod fields;
mod finding;
pub(crate) mod image;
mod kind;
pub(crate) mod kinds;
pub(crate) mod links;
mod model;
pub(crate) mod quantity;
pub(crate) mod report;
mod schedule;
pub(crate) mod syntax;

pub use finding::{Code, Finding, Severity};
pub use kind::NodeKind;
pub use model::{Edge, Graph, Node, Position};
