//! Which version of the engine's API is spoken, and what it is too old for.

use super::Engine;

/// A version of the API, such as 1.41.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Api(pub usize, pub usize);

impl std::fmt::Display for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl Engine {
    /// The version that is spoken with this engine.
    pub fn speaks(&self) -> Api {
        let (major, minor) = self.api();
        Api(major, minor)
    }
}
