//! Deleting objects.

use http::Method;
use serde_json::{Value, json};

use super::client::Client;
use super::discovery::Resource;
use super::error::Error;

/// Which object may be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition<'a> {
    /// Only the very object with this UID, not one that took its name.
    Uid(&'a str),
    /// Whatever has the name.
    None,
}

impl Client {
    /// Deletes an object, its dependents in the background. One that is not there is success; one that took the
    /// name of the meant one is [`Error::Conflict`]. Tries again when that can help.
    pub async fn delete(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
        precondition: Precondition<'_>,
    ) -> Result<(), Error> {
        let mut options = json!({
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": "Background",
        });
        if let (Precondition::Uid(uid), Value::Object(options)) = (precondition, &mut options) {
            options.insert("preconditions".to_owned(), json!({ "uid": uid }));
        }
        let path = resource.object(namespace, name)?;
        match self.write(Method::DELETE, &path, "application/json", &options).await {
            Ok(_) | Err(Error::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
