//! Reading objects.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::Client;
use super::discovery::Resource;
use super::error::Error;

/// How many objects are asked for at once.
const PAGE: &str = "500";

/// Which objects of a kind are meant.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    /// Label selector, such as `app=web`; empty: all.
    pub labels: String,
    /// Field selector, such as `metadata.name=web`; empty: all.
    pub fields: String,
}

impl Selector {
    /// All objects with these labels.
    pub fn labels(labels: impl Into<String>) -> Self {
        Self { labels: labels.into(), ..Self::default() }
    }

    /// The query that asks for these objects, with more parameters; those without a value are left out.
    pub(super) fn query(&self, more: &[(&str, &str)]) -> String {
        let own = [("labelSelector", self.labels.as_str()), ("fieldSelector", self.fields.as_str())];
        let said = own.iter().chain(more).filter(|(_, value)| !value.is_empty());
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish()
    }
}

/// All objects of a kind, and the version of the list.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The objects, each with its own `apiVersion` and `kind`, without managed fields.
    pub items: Vec<Value>,
    /// Where a watch that continues this list begins.
    pub resource_version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    metadata: PageMeta,
    #[serde(default)]
    items: Vec<Map<String, Value>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PageMeta {
    #[serde(rename = "continue")]
    next: String,
    resource_version: String,
}

impl Client {
    /// One object, with its managed fields. An object that is not there is [`Error::NotFound`].
    pub async fn get(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Value, Error> {
        self.read(&resource.object(namespace, name)?).await
    }

    /// One object, or nothing when it is not there.
    pub async fn find(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Option<Value>, Error> {
        match self.get(resource, namespace, name).await {
            Ok(object) => Ok(Some(object)),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Every object that `selector` means: of one namespace, or of all when there is none.
    pub async fn list(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        selector: &Selector,
    ) -> Result<List, Error> {
        let (items, resource_version) = self.pages(resource, namespace, selector, Some).await?;
        Ok(List { items, resource_version })
    }

    /// What `keep` makes of every object, page by page, so that a long list is never held whole.
    pub async fn list_as<T: Send>(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        selector: &Selector,
        keep: impl FnMut(Value) -> Option<T> + Send,
    ) -> Result<Vec<T>, Error> {
        Ok(self.pages(resource, namespace, selector, keep).await?.0)
    }

    async fn pages<T: Send>(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        selector: &Selector,
        mut keep: impl FnMut(Value) -> Option<T> + Send,
    ) -> Result<(Vec<T>, String), Error> {
        let path = resource.collection(namespace)?;
        let mut kept = Vec::new();
        let mut next = String::new();
        loop {
            let query = selector.query(&[("limit", PAGE), ("continue", &next)]);
            let page: Page = match self.read(&format!("{path}?{query}")).await {
                // The list grew too old between two pages: begin again, from what is there now.
                Err(Error::Gone(_)) if !next.is_empty() => {
                    kept.clear();
                    next.clear();
                    continue;
                }
                answer => answer?,
            };
            kept.extend(page.items.into_iter().filter_map(|mut item| {
                item.insert("apiVersion".to_owned(), resource.api_version.as_str().into());
                item.insert("kind".to_owned(), resource.kind.as_str().into());
                let mut item = Value::Object(item);
                strip_managed_fields(&mut item);
                keep(item)
            }));
            next = page.metadata.next;
            if next.is_empty() {
                return Ok((kept, page.metadata.resource_version));
            }
        }
    }
}

/// Takes out what only field managers need and what can be half of an object.
pub(super) fn strip_managed_fields(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.shift_remove("managedFields");
    }
}
