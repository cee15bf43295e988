//! Which documents, in what order, and which page of them.

use super::filter::Filter;
use super::path::Path;

/// The direction of a sort. What is missing comes first when ascending, last when descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

/// What to find. Documents that sort equal come in the order of their ids (in the direction of the last key), so
/// pages never overlap while nothing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub(super) filter: Filter,
    pub(super) sort: Vec<(Path, Order)>,
    pub(super) skip: u64,
    pub(super) limit: Option<u64>,
}

impl Query {
    /// All documents that meet `filter`, in the order of their ids.
    pub fn filter(filter: Filter) -> Self {
        Self { filter, sort: Vec::new(), skip: 0, limit: None }
    }

    /// Sorts by `path`; a second call sorts what is equal by the first.
    #[must_use]
    pub fn sort(mut self, path: impl Into<Path>, order: Order) -> Self {
        self.sort.push((path.into(), order));
        self
    }

    /// Leaves out the first `count`.
    #[must_use]
    pub fn skip(mut self, count: u64) -> Self {
        self.skip = count;
        self
    }

    /// Takes at most `count`.
    #[must_use]
    pub fn limit(mut self, count: u64) -> Self {
        self.limit = Some(count);
        self
    }
}

impl From<Filter> for Query {
    fn from(filter: Filter) -> Self {
        Self::filter(filter)
    }
}
