//! Writing objects: server-side apply, create, patch.

use http::Method;
use serde_json::Value;

use super::client::Client;
use super::discovery::Resource;
use super::error::Error;
use super::retry::retried;

/// How an object is applied.
#[derive(Debug, Clone, Copy)]
pub struct Apply<'a> {
    /// Who owns the fields from now on.
    pub manager: &'a str,
    /// Whether fields are taken from other managers.
    pub force: bool,
    /// Whether the server only says what it would do.
    pub dry_run: bool,
}

/// A change to an object.
#[derive(Debug, Clone, PartialEq)]
pub enum Patch {
    /// JSON Merge Patch (RFC 7386).
    Merge(Value),
    /// JSON Patch (RFC 6902): the list of operations.
    Json(Value),
}

impl Client {
    /// Server-side apply; gives the object as it is afterwards. Tries again when that can help.
    pub async fn apply(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
        object: &Value,
        how: Apply<'_>,
    ) -> Result<Value, Error> {
        let dry_run = how.dry_run.then_some(("dryRun", "All"));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("fieldManager", how.manager)
            .append_pair("force", if how.force { "true" } else { "false" })
            .extend_pairs(dry_run)
            .finish();
        let path = format!("{}?{query}", resource.object(namespace, name)?);
        self.write(Method::PATCH, &path, "application/apply-patch+yaml", object).await
    }

    /// Creates an object; one without a name needs `metadata.generateName`. Tries again when that can help.
    pub async fn create(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        object: &Value,
        dry_run: bool,
    ) -> Result<Value, Error> {
        let path = format!("{}{}", resource.collection(namespace)?, dry_run_query(dry_run));
        self.write(Method::POST, &path, "application/json", object).await
    }

    /// Changes an object; gives it as it is afterwards. Tries again when that can help.
    pub async fn patch(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
        change: &Patch,
        dry_run: bool,
    ) -> Result<Value, Error> {
        let path = format!("{}{}", resource.object(namespace, name)?, dry_run_query(dry_run));
        let (content_type, change) = match change {
            Patch::Merge(change) => ("application/merge-patch+json", change),
            Patch::Json(change) => ("application/json-patch+json", change),
        };
        self.write(Method::PATCH, &path, content_type, change).await
    }

    /// Sends `body` until it is taken or refused for good. JSON is YAML, so one writer serves all content types.
    pub(super) async fn write(
        &self,
        method: Method,
        path: &str,
        content_type: &'static str,
        body: &Value,
    ) -> Result<Value, Error> {
        let body = body.to_string().into_bytes();
        retried(|| async {
            self.call(self.request(method.clone(), path, Some((content_type, body.clone())))?).await
        })
        .await
    }
}

fn dry_run_query(dry_run: bool) -> &'static str {
    if dry_run { "?dryRun=All" } else { "" }
}
