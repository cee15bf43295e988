//! The list of a user's workflows: filters, order, pages.

use super::{Status, Verbatim, Workflow, Workflows};
use crate::id::UserId;
use crate::store::{Error, Filter, Order, Query};

/// A workflow whose graph is only passed on.
pub type Listed = Workflow<Verbatim, Verbatim>;

/// Which workflows are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// A part of the name or the description.
    pub search: Option<String>,
    /// Only those in this state.
    pub status: Option<Status>,
    /// What they are sorted by.
    pub sort: SortBy,
    /// In which direction.
    pub order: Order,
    /// How many to skip.
    pub offset: u64,
    /// How many to return; all of them when `None`.
    pub limit: Option<u64>,
}

/// What a list of workflows is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// The last edit.
    #[default]
    UpdatedAt,
    /// When they were made.
    CreatedAt,
    /// Their names.
    Name,
    /// When they last ran; those that never did count as oldest.
    LastRunAt,
}

/// All of them, the last edited first.
impl Default for Listing {
    fn default() -> Self {
        Self {
            search: None,
            status: None,
            sort: SortBy::default(),
            order: Order::Descending,
            offset: 0,
            limit: None,
        }
    }
}

/// A page of the list.
#[derive(Debug, Clone)]
pub struct Page {
    /// The workflows of this page.
    pub workflows: Vec<Listed>,
    /// How many match.
    pub total: u64,
}

impl Workflows {
    /// The workflows a user owns, archived ones included.
    pub async fn list(&self, owner: UserId, listing: &Listing) -> Result<Page, Error> {
        let matching = listing.filter(owner);
        let total = self.store.count::<Listed>(matching.clone()).await?;
        let mut query =
            Query::filter(matching).sort(listing.sort.field(), listing.order).skip(listing.offset);
        if let Some(limit) = listing.limit {
            query = query.limit(limit);
        }
        Ok(Page { workflows: self.store.find::<Listed>(query).await?, total })
    }
}

impl Listing {
    fn filter(&self, owner: UserId) -> Filter {
        let mut filter = Filter::eq("owner_id", owner).and(Workflow::live());
        if let Some(status) = self.status {
            filter = filter.and(Filter::eq("status", status.name()));
        }
        if let Some(text) = self.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            let found = Filter::contains_text("name", text).or(Filter::contains_text("description", text));
            filter = filter.and(found);
        }
        filter
    }
}

impl SortBy {
    fn field(self) -> &'static str {
        match self {
            Self::UpdatedAt => "updated_at",
            Self::CreatedAt => "created_at",
            Self::Name => "name",
            Self::LastRunAt => "last_run_at",
        }
    }
}
