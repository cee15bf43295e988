//! Records of clusters that were removed go, with everything that was written down about them.

use serde::{Deserialize, Serialize};

use super::{Access, Entry, Records, Resource};
use crate::id::{ClusterId, ResourceId};
use crate::store::{Collection, Document, Error, Filter, Query};

/// How many records go at once.
const BATCH: u64 = 500;

/// A record, as far as it says which one it is.
#[derive(Debug, Serialize, Deserialize)]
struct Known {
    #[serde(rename = "_id")]
    id: ResourceId,
}

impl Document for Known {
    type Id = ResourceId;

    const COLLECTION: Collection = Resource::COLLECTION;

    fn id(&self) -> ResourceId {
        self.id
    }
}

impl Records {
    /// Deletes what is known of a cluster.
    pub async fn forget(&self, cluster: ClusterId) -> Result<(), Error> {
        self.forget_all(Filter::eq("clusterId", cluster)).await
    }

    /// Deletes what is known of every cluster but these.
    pub async fn forget_all_but(&self, clusters: &[ClusterId]) -> Result<(), Error> {
        let others = clusters.iter().map(|cluster| Filter::ne("clusterId", *cluster));
        self.forget_all(others.fold(Filter::all(), Filter::and)).await
    }

    /// A record goes after what was written down about it: until then it can be found again.
    async fn forget_all(&self, meant: Filter) -> Result<(), Error> {
        loop {
            let some = self.store().find::<Known>(Query::filter(meant.clone()).limit(BATCH)).await?;
            if some.is_empty() {
                return Ok(());
            }
            let ids = || some.iter().map(|known| known.id);
            self.store().delete_many::<Entry>(Filter::one_of("resourceId", ids())).await?;
            self.store().delete_many::<Access>(Filter::one_of("resourceId", ids())).await?;
            self.store().delete_many::<Known>(Filter::one_of("_id", ids())).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::ResourceKind;
    use super::super::records::tests::bench;
    use super::*;

    #[tokio::test]
    async fn records_and_their_history_go_with_their_cluster_and_no_others() {
        let mut bench = bench();
        let kept = bench.viewer.cluster;
        let object = json!({"metadata": {"name": "web", "namespace": "shop"}});
        bench.sees_one(ResourceKind::Pod, &object).await;
        bench.viewer.cluster = ClusterId::new();
        for n in 0..=BATCH {
            let object = json!({"metadata": {"name": format!("web-{n}"), "namespace": "shop"}});
            bench.sees_one(ResourceKind::Pod, &object).await;
        }
        bench.records.log_access(&bench.record("web-0").await).await.unwrap();
        let left = async || {
            let store = bench.records.store();
            let records = store.count::<Resource>(Filter::all()).await.unwrap();
            (
                records,
                store.count::<Entry>(Filter::all()).await.unwrap(),
                store.count::<Access>(Filter::all()).await.unwrap(),
            )
        };
        assert_eq!(left().await, (BATCH + 2, BATCH + 2, 1));
        bench.records.forget_all_but(&[kept]).await.unwrap();
        assert_eq!(left().await, (1, 1, 0));
        bench.records.forget(bench.viewer.cluster).await.unwrap();
        assert_eq!(left().await, (1, 1, 0));
        bench.records.forget(kept).await.unwrap();
        assert_eq!(left().await, (0, 0, 0));
    }
}
