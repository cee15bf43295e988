//! A change of single places in a document, made by the store in one step.

use super::path::Path;
use super::value::Value;

/// Changes to make to a document, together or not at all. Their paths must not overlap.
///
/// Objects that are missing on the way are made. A path that leads through an array element that is not there, or
/// through something that is not an object, leads nowhere: then the patch changes nothing and the answer says so.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch(pub(super) Vec<Change>);

/// One change of a patch.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    Set(Path, Value),
    Unset(Path),
    Increment(Path, i64),
}

impl Patch {
    /// A patch that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes `value` at `path`.
    #[must_use]
    pub fn set(mut self, path: impl Into<Path>, value: impl Into<Value>) -> Self {
        self.0.push(Change::Set(path.into(), value.into()));
        self
    }

    /// Removes what is at `path`, if anything.
    #[must_use]
    pub fn unset(mut self, path: impl Into<Path>) -> Self {
        self.0.push(Change::Unset(path.into()));
        self
    }

    /// Adds `by` to the number at `path`; a missing or null one counts as 0. The patch matches nothing when there
    /// is something else.
    #[must_use]
    pub fn increment(mut self, path: impl Into<Path>, by: i64) -> Self {
        self.0.push(Change::Increment(path.into(), by));
        self
    }
}
