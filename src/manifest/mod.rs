//! A graph compiled to Kubernetes objects (engine.md 1 to 3).
//!
//! `render`, `plan`, `validate`, `run` and the exports all use one pure function, `compile`: same input, same bytes out.

mod document;
mod inputs;

pub use document::{Compiled, Document, FieldManager, LogLine, NodeNote, ObjectRef, Replacement, Role};
pub use inputs::{
    DiscoveredGroup, DiscoveredKind, Discovery, EnabledPlugins, Inputs, LiveObjects, Login, Registry,
    RegistryType, RunValues,
};
