//! `GET /resources`

use axum::Json;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::live::resource::{Listing, Page, Row, SortBy};
use crate::server::App;
use crate::server::access::{Access, SignedIn};
use crate::server::error::Error;
use crate::server::extract::Params;
use crate::server::routes::lenient::in_range;

/// Longest text that is searched for, in characters; no name is longer than 253.
const SEARCH: usize = 200;

/// As they were sent: what does not fit falls back, since consoles send anything.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Query {
    cluster: String,
    namespace: String,
    #[serde(rename = "type")]
    kind: String,
    search: String,
    #[serde(rename = "hideSystem")]
    hide_system: String,
    sync: String,
    sort_by: String,
    sort_order: String,
    limit: Option<String>,
    offset: Option<String>,
}

pub(super) async fn list(
    app: App,
    access: Access<SignedIn>,
    Params(query): Params<Query>,
) -> Result<Json<Value>, Error> {
    let user = access.0.user;
    let (synced, listing) = (query.sync == "true", query.into_listing());
    if synced {
        app.live.sync(user, listing.cluster.as_deref()).await?;
    }
    let now = app.connections.now();
    let Page { resources, total, facets, last_synced_at } = app.live.records().list(user, &listing).await?;
    Ok(Json(json!({
        "resources": resources.iter().map(|resource| Row::of(resource, now)).collect::<Vec<_>>(),
        "total": total,
        "limit": listing.limit,
        "offset": listing.offset,
        "facets": facets,
        "lastSyncedAt": last_synced_at,
    })))
}

impl Query {
    fn into_listing(self) -> Listing {
        Listing {
            cluster: chosen(self.cluster),
            namespace: chosen(self.namespace),
            kind: chosen(self.kind),
            search: Some(self.search.chars().take(SEARCH).collect()).filter(|text: &String| !text.is_empty()),
            hide_system: self.hide_system == "true",
            sort: SortBy::named(&self.sort_by, &self.sort_order),
            offset: in_range(self.offset.as_deref(), 0..=i64::MAX.unsigned_abs(), 0),
            limit: in_range(self.limit.as_deref(), 1..=100, 25),
        }
    }
}

/// `all`, or nothing, filters nothing.
fn chosen(text: String) -> Option<String> {
    (!text.is_empty() && text != "all").then_some(text)
}
