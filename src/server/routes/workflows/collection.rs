//! Making a workflow, and listing those the caller owns.

use axum::Json;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::text;
use crate::connection;
use crate::id::UserId;
use crate::server::App;
use crate::server::access::{Access, SignedIn};
use crate::server::error::{Code, Error};
use crate::server::extract::{Body, Params};
use crate::store::Order;
use crate::workflow::{Listing, New, SortBy, Status, View};

/// How many workflows a page has when only its number is given.
const PAGE: u64 = 20;
/// Most workflows of a page.
const MAX_PAGE: u64 = 100;
/// Longest text to search for, characters.
const MAX_SEARCH: usize = 100;

#[derive(Deserialize)]
pub(super) struct Form {
    name: Option<String>,
    description: Option<String>,
    cluster_id: Option<String>,
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct Query {
    page: Option<u64>,
    limit: Option<u64>,
    sort: Option<Sort>,
    order: Option<Direction>,
    search: Option<String>,
    status: Option<Status>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Sort {
    UpdatedAt,
    CreatedAt,
    Name,
    LastRunAt,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Direction {
    Asc,
    Desc,
}

pub(super) async fn create(
    app: App,
    access: Access<SignedIn>,
    Body(form): Body<Form>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let owner = access.0.user;
    let new = New {
        name: text::name(form.name)?,
        description: text::description(form.description.unwrap_or_default())?,
        cluster: text::cluster(form.cluster_id)?,
        tags: text::tags(form.tags.unwrap_or_default())?,
    };
    let warning = warning_about(&app, owner, &new.cluster).await?;
    let workflow = app.workflows.create(owner, new).await?;
    let mut answer = json!({
        "id": workflow.id,
        "message": "Workflow created",
        "workflow": View(&workflow),
    });
    if let Some(warning) = warning {
        answer["warning"] = warning.into();
    }
    Ok((StatusCode::CREATED, Json(answer)))
}

/// What to tell when the caller sees no cluster of this name; drawing may begin all the same.
async fn warning_about(app: &App, user: UserId, cluster: &str) -> Result<Option<String>, Error> {
    match app.connections.find_for(user, cluster).await {
        Ok(_) => Ok(None),
        Err(connection::Error::NotFound { .. }) => {
            Ok(Some(format!("you see no cluster named {cluster}; a run is refused until it is connected")))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn list(
    app: App,
    access: Access<SignedIn>,
    Params(query): Params<Query>,
) -> Result<Json<Value>, Error> {
    let page = app.workflows.list(access.0.user, &query.into_listing()?).await?;
    let workflows: Vec<_> = page.workflows.iter().map(View).collect();
    Ok(Json(json!({ "workflows": workflows, "total": page.total })))
}

impl Query {
    /// Everything when neither page nor limit is given.
    fn into_listing(self) -> Result<Listing, Error> {
        let limit = match (self.page, self.limit) {
            (None, None) => None,
            (Some(_), None) => Some(PAGE),
            (_, Some(limit)) => Some(limit),
        };
        if limit.is_some_and(|limit| !(1..=MAX_PAGE).contains(&limit)) {
            return Err(invalid("limit", &format!("must be 1 to {MAX_PAGE}")));
        }
        if self.page == Some(0) {
            return Err(invalid("page", "counts from 1"));
        }
        if self.search.as_ref().is_some_and(|text| text.chars().count() > MAX_SEARCH) {
            return Err(invalid("search", &format!("must have at most {MAX_SEARCH} characters")));
        }
        let before = self.page.map_or(0, |page| page - 1);
        Ok(Listing {
            search: self.search,
            status: self.status,
            sort: self.sort.map_or_else(SortBy::default, Into::into),
            order: self.order.map_or(Order::Descending, Into::into),
            offset: before.saturating_mul(limit.unwrap_or(0)),
            limit,
        })
    }
}

fn invalid(parameter: &str, rule: &str) -> Error {
    Error::new(Code::InvalidQuery, format!("{parameter}: {rule}"))
}

impl From<Sort> for SortBy {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::UpdatedAt => Self::UpdatedAt,
            Sort::CreatedAt => Self::CreatedAt,
            Sort::Name => Self::Name,
            Sort::LastRunAt => Self::LastRunAt,
        }
    }
}

impl From<Direction> for Order {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Asc => Self::Ascending,
            Direction::Desc => Self::Descending,
        }
    }
}
