//! What was written so far, in the order of time.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::join_all;
use jiff::Timestamp;

use super::follow::Follower;
use super::{Entry, Origin, container, file, is_going};
use crate::docker::{Engine, Error, Found};

/// Whose lines are wanted, and which.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The Compose project.
    pub project: String,
    /// Only these services; none means all.
    pub services: Vec<String>,
    /// Where local processes keep their logs.
    pub folder: Option<PathBuf>,
    /// None before.
    pub since: Option<Timestamp>,
    /// None after.
    pub until: Option<Timestamp>,
    /// The last ones of each service.
    pub tail: Option<usize>,
    /// Those of before the last start.
    pub previous: bool,
}

/// What was written so far.
#[derive(Debug)]
pub struct History {
    /// The lines, by time.
    pub entries: Vec<Entry>,
    /// What could not be read: the service, and why.
    pub unreadable: Vec<(String, String)>,
    /// Everybody who writes.
    pub origins: Vec<Arc<Origin>>,
    /// What is written from now on.
    pub follower: Follower,
}

impl Query {
    /// Whether a service is wanted.
    pub fn wants(&self, service: &str) -> bool {
        self.services.is_empty() || self.services.iter().any(|wanted| wanted == service)
    }
}

/// Reads what the services wrote so far. Without an engine there are local processes only.
pub async fn history(engine: Option<&Engine>, query: Query) -> Result<History, Error> {
    let mut origins = Vec::new();
    let mut unreadable = Vec::new();
    let mut seen = HashMap::new();
    let mut lines: HashMap<String, Vec<Entry>> = HashMap::new();
    if let Some(engine) = engine {
        let containers = containers(engine, &query).await?;
        let reads = containers.iter().map(|(found, origin)| {
            let query = &query;
            async move { container::read(engine, found, Arc::clone(origin), query).await }
        });
        for ((found, origin), read) in containers.iter().zip(join_all(reads).await) {
            match read {
                Ok(read) => {
                    lines.entry(found.service.clone()).or_default().extend(read.entries);
                    seen.insert(found.id.clone(), read.seen);
                }
                Err(Error::Refused { status, .. }) if is_going(status) => continue,
                Err(Error::Refused { message, .. }) => {
                    let driver = engine.log_driver(&found.id).await?.unwrap_or_default();
                    unreadable.push((
                        found.service.clone(),
                        format!("its log driver {driver} cannot be read: {message}"),
                    ));
                }
                Err(error) => return Err(error),
            }
            origins.push(Arc::clone(origin));
        }
    }
    let mut tails = Vec::new();
    for (origin, entries, tail) in file::read_all(&query) {
        lines.entry(origin.service().to_owned()).or_default().extend(entries);
        origins.push(origin);
        tails.push(tail);
    }
    let mut entries = Vec::new();
    for (_, mut of) in lines {
        of.sort_by_key(|entry| entry.line.time);
        let from = query.tail.map_or(0, |tail| of.len().saturating_sub(tail));
        entries.extend(of.drain(from..));
    }
    entries.sort_by(|a, b| (a.line.time, &a.origin).cmp(&(b.line.time, &b.origin)));
    Ok(History { entries, unreadable, origins, follower: Follower::new(query, seen, tails) })
}

/// The containers of the services that are wanted.
pub(super) async fn containers(engine: &Engine, query: &Query) -> Result<Vec<(Found, Arc<Origin>)>, Error> {
    let mut found = engine.of_project(&query.project).await?;
    found.retain(|container| query.wants(&container.service));
    let several = |service: &str| found.iter().filter(|other| other.service == service).count() > 1;
    let origins: Vec<Arc<Origin>> = found
        .iter()
        .map(|container| {
            Arc::new(Origin::Container {
                service: container.service.clone(),
                container: container.name.clone(),
                number: several(&container.service).then_some(container.number),
            })
        })
        .collect();
    Ok(found.into_iter().zip(origins).collect())
}
