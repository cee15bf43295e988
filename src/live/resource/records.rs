//! Keeping the records: upsert, and what disappeared (engine.md 6.3, 6.4).

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::history::Entry;
use super::record::{Link, Resource, Sight, Viewer};
use super::{ResourceKind, ResourceStatus};
use crate::clock::{Clock, Time};
use crate::id::{ClusterId, ResourceId, UserId, WorkflowId};
use crate::store::{Error, Filter, Order, Patch, Query, Store, Value as Stored};

/// How many ids one patch names.
const BATCH: usize = 500;
/// How many entries of a history are shown.
const HISTORY: u64 = 100;

/// All objects of a kind that a list showed.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The kind.
    pub kind: ResourceKind,
    /// Where it was listed: in these namespaces, or everywhere when `None`. Records from elsewhere are left alone.
    pub namespaces: Option<HashSet<String>>,
    /// What was seen.
    pub objects: Vec<Sight>,
}

/// The records of cluster objects. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Records {
    store: Store,
    clock: Clock,
}

impl Records {
    /// The records in `store`.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    pub(super) fn now(&self) -> Time {
        self.clock.now()
    }

    /// One resource of a user, also when it is gone; `None` when there is none or it is another user's.
    pub async fn get(&self, user: UserId, id: ResourceId) -> Result<Option<Resource>, Error> {
        Ok(self.store.get::<Resource>(id).await?.filter(|resource| resource.user_id == user))
    }

    /// What happened to a resource, newest first, at most 100.
    pub async fn history(&self, id: ResourceId) -> Result<Vec<Entry>, Error> {
        let newest = Query::filter(Filter::eq("resourceId", id)).sort("timestamp", Order::Descending);
        self.store.find::<Entry>(newest.limit(HISTORY)).await
    }

    /// A run applied an object: its record is made or brought up to date and linked to the workflow.
    pub async fn applied(
        &self,
        viewer: &Viewer,
        link: &Link,
        object: &Value,
    ) -> Result<Option<ResourceId>, Error> {
        let text = |member| object.get(member).and_then(Value::as_str).unwrap_or_default();
        let Some(kind) = ResourceKind::of(text("apiVersion"), text("kind")) else { return Ok(None) };
        let sight = Sight::of(kind, object);
        let before = self.store.find_one::<Resource>(sight.key(viewer)).await?;
        self.upsert(viewer, before, sight, Some(link)).await.map(Some)
    }

    /// Compares the records of a kind with what a list showed: new and changed objects are written, those that are
    /// no longer there are marked as gone. `links` names the workflows objects may be labelled with.
    pub async fn seen(
        &self,
        viewer: &Viewer,
        sighting: Sighting,
        links: &HashMap<WorkflowId, Link>,
    ) -> Result<(), Error> {
        let of_kind = Filter::eq("userId", viewer.user)
            .and(Filter::eq("clusterId", viewer.cluster))
            .and(Filter::eq("type", sighting.kind.name()));
        let mut known: HashMap<(String, String), Resource> = self
            .store
            .find::<Resource>(of_kind)
            .await?
            .into_iter()
            .map(|record| ((record.sight.namespace.clone(), record.sight.name.clone()), record))
            .collect();
        let mut unchanged = Vec::new();
        for sight in sighting.objects.into_iter().filter(|sight| viewer.sees(sight)) {
            let link = sight.workflow().and_then(|workflow| links.get(&workflow));
            match known.remove(&(sight.namespace.clone(), sight.name.clone())) {
                Some(record) if is_current(&record, viewer, &sight, link) => unchanged.push(record.id),
                before => drop(self.upsert(viewer, before, sight, link).await?),
            }
        }
        self.still_there(&unchanged).await?;
        let listed = |record: &Resource| {
            sighting.namespaces.as_ref().is_none_or(|listed| listed.contains(&record.sight.namespace))
        };
        for gone in known.into_values().filter(|record| record.deleted_at.is_none() && listed(record)) {
            self.gone(&gone).await?;
        }
        Ok(())
    }

    /// A watch saw an object change: the records that users have of it are brought up to date.
    pub async fn observed(&self, cluster: ClusterId, sight: &Sight) -> Result<(), Error> {
        let now = self.clock.now();
        for record in self.of_object(cluster, sight.kind, &sight.namespace, &sight.name).await? {
            self.update(record, None, sight.clone(), None, now).await?;
        }
        Ok(())
    }

    /// A watch saw that an object is gone.
    pub async fn missed(
        &self,
        cluster: ClusterId,
        kind: ResourceKind,
        namespace: &str,
        name: &str,
    ) -> Result<(), Error> {
        for record in self.of_object(cluster, kind, namespace, name).await? {
            self.gone(&record).await?;
        }
        Ok(())
    }

    /// The records of one object, whoever's they are.
    async fn of_object(
        &self,
        cluster: ClusterId,
        kind: ResourceKind,
        namespace: &str,
        name: &str,
    ) -> Result<Vec<Resource>, Error> {
        let object = Filter::eq("clusterId", cluster)
            .and(Filter::eq("type", kind.name()))
            .and(Filter::eq("namespace", namespace))
            .and(Filter::eq("name", name));
        self.store.find::<Resource>(object).await
    }

    async fn upsert(
        &self,
        viewer: &Viewer,
        before: Option<Resource>,
        sight: Sight,
        link: Option<&Link>,
    ) -> Result<ResourceId, Error> {
        let now = self.clock.now();
        if let Some(before) = before {
            return self.update(before, Some(viewer), sight, link, now).await;
        }
        let record = Resource {
            id: ResourceId::new(),
            user_id: viewer.user,
            cluster_id: viewer.cluster,
            cluster_name: viewer.cluster_name.clone(),
            workflow_id: link.map(|link| link.workflow),
            workflow_name: link.map(|link| link.name.clone()),
            user_tags: Vec::new(),
            user_notes: String::new(),
            is_favorite: false,
            last_synced_at: now,
            last_seen_at: now,
            deleted_at: None,
            first_discovered_at: now,
            sight,
        };
        match self.store.insert(&record).await {
            Ok(()) => {
                self.store.insert(&Entry::discovered(&record, now)).await?;
                Ok(record.id)
            }
            // Somebody else saw it a moment earlier.
            Err(Error::Duplicate { collection, index }) => {
                match self.store.find_one::<Resource>(record.sight.key(viewer)).await? {
                    Some(other) => self.update(other, Some(viewer), record.sight, link, now).await,
                    None => Err(Error::Duplicate { collection, index }),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Writes what the cluster says, and nothing of what the user said.
    async fn update(
        &self,
        before: Resource,
        viewer: Option<&Viewer>,
        sight: Sight,
        link: Option<&Link>,
        now: Time,
    ) -> Result<ResourceId, Error> {
        let mut patch = Patch::new()
            .set("uid", sight.uid.as_str())
            .set("resourceVersion", sight.resource_version.as_str())
            .set("status", Stored::of(&sight.status)?)
            .set("labels", Stored::of(&sight.labels)?)
            .set("annotations", Stored::of(&sight.annotations)?)
            .set("ownerReferences", Stored::of(&sight.owner_references)?)
            .set("spec", Stored::of(&sight.spec)?)
            .set("metadata", Stored::of(&sight.metadata)?)
            .set("createdAt", sight.created_at)
            .set("lastSyncedAt", now)
            .set("lastSeenAt", now)
            .unset("deletedAt");
        if let Some(viewer) = viewer {
            patch = patch.set("clusterName", viewer.cluster_name.as_str());
        }
        if let Some(link) = link {
            patch = patch.set("workflowId", link.workflow).set("workflowName", link.name.as_str());
        }
        self.store.patch::<Resource>(before.id, Filter::all(), patch).await?;
        if before.deleted_at.is_some() {
            let back = Resource { sight, ..before };
            self.store.insert(&Entry::rediscovered(&back, now)).await?;
            return Ok(back.id);
        }
        Ok(before.id)
    }

    async fn still_there(&self, ids: &[ResourceId]) -> Result<(), Error> {
        let now = self.clock.now();
        for ids in ids.chunks(BATCH) {
            let patch = Patch::new().set("lastSyncedAt", now).set("lastSeenAt", now);
            self.store.patch_many::<Resource>(Filter::one_of("_id", ids.iter().copied()), patch).await?;
        }
        Ok(())
    }

    async fn gone(&self, record: &Resource) -> Result<(), Error> {
        let now = self.clock.now();
        let patch = Patch::new()
            .set("status", Stored::of(&ResourceStatus::Deleted)?)
            .set("deletedAt", now)
            .set("lastSyncedAt", now);
        if self.store.patch::<Resource>(record.id, Filter::missing("deletedAt"), patch).await? {
            self.store.insert(&Entry::deleted(record, now)).await?;
        }
        Ok(())
    }
}

/// Whether a record says already what was seen.
fn is_current(record: &Resource, viewer: &Viewer, sight: &Sight, link: Option<&Link>) -> bool {
    let linked = link.is_none_or(|link| {
        record.workflow_id == Some(link.workflow) && record.workflow_name.as_deref() == Some(&link.name)
    });
    record.deleted_at.is_none()
        && record.cluster_name == viewer.cluster_name
        && record.sight == *sight
        && linked
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    pub(in crate::live::resource) struct Bench {
        pub records: Records,
        store: Store,
        clock: Clock,
        pub viewer: Viewer,
        _dir: tempfile::TempDir,
    }

    pub(in crate::live::resource) fn bench() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::manual(Time::from_millis(1_000_000));
        let store = Store::open(dir.path(), clock.clone(), crate::live::COLLECTIONS).unwrap();
        let viewer = Viewer {
            user: UserId::new(),
            cluster: ClusterId::new(),
            cluster_name: "prod".to_owned(),
            namespaces: Vec::new(),
        };
        Bench { records: Records::new(store.clone(), clock.clone()), store, clock, viewer, _dir: dir }
    }

    fn deployment(name: &str, namespace: &str, version: &str) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": name, "namespace": namespace, "resourceVersion": version, "uid": name},
            "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "c", "image": "nginx:1"}]}}},
        })
    }

    impl Bench {
        async fn sees(&self, objects: &[Value], namespaces: Option<&[&str]>) {
            let sighting = Sighting {
                kind: ResourceKind::Deployment,
                namespaces: namespaces.map(|names| names.iter().map(|&name| name.to_owned()).collect()),
                objects: objects.iter().map(|object| Sight::of(ResourceKind::Deployment, object)).collect(),
            };
            self.clock.advance(Duration::from_secs(1));
            self.records.seen(&self.viewer, sighting, &HashMap::new()).await.unwrap();
        }

        /// Sees an object beside those that were seen before.
        pub async fn sees_one(&self, kind: ResourceKind, object: &Value) {
            let sight = Sight::of(kind, object);
            self.records.upsert(&self.viewer, None, sight, None).await.unwrap();
        }

        pub async fn record(&self, name: &str) -> Resource {
            self.store.find_one::<Resource>(Filter::eq("name", name)).await.unwrap().unwrap()
        }

        async fn history(&self) -> Vec<String> {
            let entries = self.store.find::<Entry>(Query::filter(Filter::all())).await.unwrap();
            entries.into_iter().map(|entry| entry.message).collect()
        }
    }

    #[tokio::test]
    async fn what_is_seen_first_is_recorded_with_its_history() {
        let bench = bench();
        bench.sees(&[deployment("web", "shop", "1")], None).await;
        let record = bench.record("web").await;
        assert_eq!(record.sight.status, ResourceStatus::Pending);
        assert_eq!(record.first_discovered_at, bench.clock.now());
        let entry = bench.store.find_one::<Entry>(Filter::all()).await.unwrap().unwrap();
        assert_eq!(
            (entry.action, entry.message.as_str()),
            (super::super::Action::Created, "Deployment discovered in namespace shop")
        );
        assert_eq!(
            Value::from(entry.changes),
            json!({
                "type": {"old": null, "new": "Deployment"},
                "namespace": {"old": null, "new": "shop"},
                "status": {"old": null, "new": "pending"},
                "images": {"old": null, "new": ["nginx:1"]},
                "replicas": {"old": null, "new": 2},
            })
        );
    }

    #[tokio::test]
    async fn a_change_keeps_what_the_user_noted() {
        let bench = bench();
        bench.sees(&[deployment("web", "shop", "1")], None).await;
        let first = bench.record("web").await;
        let notes = Patch::new().set("userNotes", "mine").set("isFavorite", true);
        bench.store.patch::<Resource>(first.id, Filter::all(), notes).await.unwrap();

        bench.sees(&[deployment("web", "shop", "2")], None).await;
        let second = bench.record("web").await;
        assert_eq!(second.sight.resource_version, "2");
        assert_eq!((second.id, second.user_notes.as_str(), second.is_favorite), (first.id, "mine", true));
        assert_eq!(second.first_discovered_at, first.first_discovered_at);
        assert_eq!(second.last_seen_at, bench.clock.now());
        assert_eq!(bench.history().await.len(), 1);
    }

    #[tokio::test]
    async fn what_disappeared_is_marked_once_and_comes_back_as_rediscovered() {
        let bench = bench();
        bench.sees(&[deployment("web", "shop", "1")], None).await;
        bench.sees(&[], None).await;
        bench.sees(&[], None).await;
        let gone = bench.record("web").await;
        assert_eq!(gone.sight.status, ResourceStatus::Deleted);
        assert!(gone.deleted_at.is_some());

        bench.sees(&[deployment("web", "shop", "9")], None).await;
        let back = bench.record("web").await;
        assert_eq!((back.id, back.deleted_at, back.sight.status), (gone.id, None, ResourceStatus::Pending));
        assert_eq!(
            bench.history().await,
            [
                "Deployment discovered in namespace shop",
                "Deployment no longer exists in the cluster",
                "Deployment rediscovered in namespace shop",
            ]
        );
    }

    #[tokio::test]
    async fn a_namespace_that_could_not_be_listed_keeps_its_records() {
        let bench = bench();
        bench.sees(&[deployment("web", "shop", "1"), deployment("db", "data", "1")], None).await;
        bench.sees(&[], Some(&["shop"])).await;
        assert!(bench.record("web").await.deleted_at.is_some());
        assert!(bench.record("db").await.deleted_at.is_none());
    }

    #[tokio::test]
    async fn what_a_watch_sees_is_written_into_every_users_record() {
        let bench = bench();
        bench.sees(&[deployment("web", "shop", "1")], None).await;
        let cluster = bench.viewer.cluster;
        let sight = Sight::of(ResourceKind::Deployment, &deployment("web", "shop", "2"));
        bench.records.observed(cluster, &sight).await.unwrap();
        assert_eq!(bench.record("web").await.sight.resource_version, "2");
        bench.records.missed(cluster, ResourceKind::Deployment, "shop", "web").await.unwrap();
        assert!(bench.record("web").await.deleted_at.is_some());

        let elsewhere = Sight::of(ResourceKind::Deployment, &deployment("other", "shop", "1"));
        bench.records.observed(cluster, &elsewhere).await.unwrap();
        assert_eq!(
            bench.store.count::<Resource>(Filter::all()).await.unwrap(),
            1,
            "a watch makes no records"
        );
    }

    #[tokio::test]
    async fn a_run_links_what_it_applied_and_a_sync_keeps_the_link() {
        let bench = bench();
        let link = Link { workflow: WorkflowId::new(), name: "Shop".to_owned() };
        let id = bench.records.applied(&bench.viewer, &link, &deployment("web", "shop", "1")).await.unwrap();
        assert!(id.is_some());
        bench.sees(&[deployment("web", "shop", "2")], None).await;
        let record = bench.record("web").await;
        assert_eq!(
            (record.workflow_id, record.workflow_name.as_deref()),
            (Some(link.workflow), Some("Shop"))
        );

        let custom =
            json!({"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": {"name": "c"}});
        assert_eq!(bench.records.applied(&bench.viewer, &link, &custom).await.unwrap(), None);
    }
}
