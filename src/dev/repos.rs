//! The checkouts of a project, and how they stand (cli.md 3.7).

use std::path::PathBuf;

use serde::Serialize;

use super::project::Project;
use super::settings::{Service, Settings};
use crate::git::{Standing, standing};

/// A checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repo {
    /// The service it is of.
    pub service: &'static str,
    /// Where it is.
    pub path: PathBuf,
    /// How it stands; as nothing where it cannot be looked at.
    #[serde(flatten)]
    pub standing: Standing,
    /// Why it cannot be looked at.
    pub error: Option<String>,
}

/// Looks at them. What is no checkout of Git is left out.
pub fn repos(project: &Project, settings: &Settings) -> Vec<Repo> {
    let look = |service: Service| {
        let path = project.checkout(service, settings);
        let (standing, error) = match standing(&path) {
            Ok(standing) => (standing?, None),
            Err(error) => (Standing::default(), Some(error.to_string())),
        };
        Some(Repo { service: service.as_str(), path, standing, error })
    };
    [Service::Ui, Service::Core].into_iter().filter_map(look).collect()
}

impl Repo {
    /// The branch and the first letters of the commit.
    pub fn commit(&self) -> String {
        let head = self.standing.head.as_deref().unwrap_or_default();
        let short = head.get(..7).unwrap_or(head);
        match &self.standing.branch {
            Some(branch) => format!("{branch} {short}"),
            None => short.to_owned(),
        }
    }
}
