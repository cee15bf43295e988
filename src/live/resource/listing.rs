//! The list of a user's resources: filters, order, pages, and what could be filtered by.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Records, Resource, ResourceKind};
use crate::clock::Time;
use crate::id::{ResourceId, UserId};
use crate::store::{Collection, Document, Error, Filter, Order, Query};

/// Namespaces of the cluster's own machinery.
const SYSTEM: [&str; 11] = [
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "kube-flannel",
    "ingress-nginx",
    "kubernetes-dashboard",
    "metallb-system",
    "cert-manager",
    "monitoring",
    "istio-system",
    "linkerd",
];

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// Newest first.
    #[default]
    Newest,
    /// A member, in an order.
    Member(&'static str, Order),
}

impl SortBy {
    /// From the words of a request; an unknown word means newest first, and only `desc` is descending.
    pub fn named(word: &str, order: &str) -> Self {
        let order = if order == "desc" { Order::Descending } else { Order::Ascending };
        let member = match word {
            "name" => "name",
            "type" => "type",
            "namespace" => "namespace",
            "cluster" => "clusterName",
            "status" => "status",
            "created" => "createdAt",
            _ => return Self::Newest,
        };
        Self::Member(member, order)
    }
}

/// Which resources are asked for.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The name of a cluster.
    pub cluster: Option<String>,
    /// A namespace.
    pub namespace: Option<String>,
    /// A kind; one that does not exist matches nothing.
    pub kind: Option<String>,
    /// A part of the name or the namespace.
    pub search: Option<String>,
    /// Whether to leave out the cluster's own machinery.
    pub hide_system: bool,
    /// The order.
    pub sort: SortBy,
    /// How many to skip.
    pub offset: u64,
    /// How many to return.
    pub limit: u64,
}

/// A page of the list.
#[derive(Debug, Clone)]
pub struct Page {
    /// The resources of this page.
    pub resources: Vec<Resource>,
    /// How many match.
    pub total: u64,
    /// What could be filtered by.
    pub facets: Facets,
    /// When any resource of the user was last compared with its cluster.
    pub last_synced_at: Option<Time>,
}

/// All values a user could filter by, whatever the page and the filters are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// Names of clusters.
    pub clusters: BTreeSet<String>,
    /// Namespaces.
    pub namespaces: BTreeSet<String>,
    /// Kinds.
    pub types: BTreeSet<ResourceKind>,
}

/// The part of a resource that facets are made of.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Facet {
    #[serde(rename = "_id")]
    id: ResourceId,
    cluster_name: String,
    namespace: String,
    #[serde(rename = "type")]
    kind: ResourceKind,
}

impl Document for Facet {
    type Id = ResourceId;

    const COLLECTION: Collection = Resource::COLLECTION;

    fn id(&self) -> ResourceId {
        self.id
    }
}

impl Records {
    /// A page of a user's resources, without those that are gone.
    pub async fn list(&self, user: UserId, listing: &Listing) -> Result<Page, Error> {
        let all = Filter::eq("userId", user).and(Filter::missing("deletedAt"));
        let matching = listing.filter(all.clone());
        let (member, order) = match listing.sort {
            SortBy::Newest => ("createdAt", Order::Descending),
            SortBy::Member(member, order) => (member, order),
        };
        let page =
            Query::filter(matching.clone()).sort(member, order).skip(listing.offset).limit(listing.limit);
        let newest = Query::filter(all.clone()).sort("lastSyncedAt", Order::Descending).limit(1);
        let mut facets = Facets::default();
        for facet in self.store().find::<Facet>(all).await? {
            facets.clusters.insert(facet.cluster_name);
            facets.types.insert(facet.kind);
            if !facet.namespace.is_empty() {
                facets.namespaces.insert(facet.namespace);
            }
        }
        Ok(Page {
            resources: self.store().find::<Resource>(page).await?,
            total: self.store().count::<Resource>(matching).await?,
            facets,
            last_synced_at: self
                .store()
                .find::<Resource>(newest)
                .await?
                .pop()
                .map(|newest| newest.last_synced_at),
        })
    }
}

impl Listing {
    fn filter(&self, mut filter: Filter) -> Filter {
        for (member, value) in
            [("clusterName", &self.cluster), ("namespace", &self.namespace), ("type", &self.kind)]
        {
            if let Some(value) = value {
                filter = filter.and(Filter::eq(member, value.as_str()));
            }
        }
        if let Some(search) = &self.search {
            filter = filter
                .and(Filter::contains_text("name", search).or(Filter::contains_text("namespace", search)));
        }
        if self.hide_system { without_system(filter) } else { filter }
    }
}

fn without_system(filter: Filter) -> Filter {
    let not_named =
        |kind: ResourceKind, name: &str| Filter::ne("type", kind.name()).or(Filter::ne("name", name));
    let filter = SYSTEM.into_iter().fold(filter, |filter, namespace| {
        filter.and(Filter::ne("namespace", namespace)).and(not_named(ResourceKind::Namespace, namespace))
    });
    filter
        .and(Filter::ne("type", ResourceKind::Node.name()))
        .and(not_named(ResourceKind::ConfigMap, "kube-root-ca.crt"))
        .and(not_named(ResourceKind::Service, "kubernetes"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::records::tests::bench;
    use super::*;

    const OBJECTS: [(ResourceKind, &str, &str, u8); 7] = [
        (ResourceKind::Deployment, "shop", "web", 1),
        (ResourceKind::Pod, "shop", "web-1", 2),
        (ResourceKind::ConfigMap, "shop", "kube-root-ca.crt", 3),
        (ResourceKind::Pod, "kube-system", "etcd", 4),
        (ResourceKind::Namespace, "", "kube-system", 5),
        (ResourceKind::Namespace, "", "shop", 6),
        (ResourceKind::Node, "", "node-a", 7),
    ];

    async fn listed(listing: Listing) -> (Vec<String>, Page) {
        let bench = bench();
        for (kind, namespace, name, second) in OBJECTS {
            let object = json!({
                "apiVersion": kind.api_version(), "kind": kind.name(),
                "metadata": {
                    "name": name, "namespace": namespace,
                    "creationTimestamp": format!("2026-01-01T00:00:0{second}Z"),
                },
            });
            bench.sees_one(kind, &object).await;
        }
        let page = bench.records.list(bench.viewer.user, &Listing { limit: 25, ..listing }).await.unwrap();
        (page.resources.iter().map(|resource| resource.sight.name.clone()).collect(), page)
    }

    #[tokio::test]
    async fn the_newest_come_first_and_pages_know_the_total() {
        let (names, page) = listed(Listing { offset: 5, ..Listing::default() }).await;
        assert_eq!(names, ["web-1", "web"]);
        assert_eq!(page.total, 7);
    }

    #[tokio::test]
    async fn filters_narrow_the_list_and_facets_do_not_change() {
        let listing =
            Listing { namespace: Some("shop".into()), kind: Some("Pod".into()), ..Listing::default() };
        let (names, page) = listed(listing).await;
        assert_eq!((names, page.total), (vec!["web-1".to_owned()], 1));
        assert_eq!(page.facets.clusters, BTreeSet::from(["prod".to_owned()]));
        assert_eq!(page.facets.namespaces, BTreeSet::from(["kube-system".to_owned(), "shop".to_owned()]));
        assert_eq!(page.facets.types.len(), 5);
        let (none, _) = listed(Listing { kind: Some("Nonsense".into()), ..Listing::default() }).await;
        assert!(none.is_empty());
    }

    #[tokio::test]
    async fn a_search_finds_names_and_namespaces_whatever_the_case_and_takes_signs_literally() {
        let found = |search: &str| listed(Listing { search: Some(search.into()), ..Listing::default() });
        assert_eq!(found("SHOP").await.0, ["shop", "kube-root-ca.crt", "web-1", "web"]);
        assert!(found("w.b").await.0.is_empty());
        assert!(found("%").await.0.is_empty());
    }

    #[tokio::test]
    async fn the_clusters_machinery_can_be_hidden() {
        let (names, _) = listed(Listing { hide_system: true, ..Listing::default() }).await;
        assert_eq!(names, ["shop", "web-1", "web"]);
    }

    #[tokio::test]
    async fn any_column_sorts_both_ways() {
        let (names, _) = listed(Listing { sort: SortBy::named("name", "asc"), ..Listing::default() }).await;
        assert!(names.is_sorted());
        let (names, _) = listed(Listing { sort: SortBy::named("name", "desc"), ..Listing::default() }).await;
        assert!(names.is_sorted_by(|a, b| a >= b));
        assert_eq!(SortBy::named("colour", "asc"), SortBy::Newest);
    }
}
