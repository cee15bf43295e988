//! Records of clusters that were removed go, with everything that was written down about them.

use serde::{Deserialize, Serialize};

use super::{Access, Entry, Records, Resource};
use crate::id::{ClusterId, ResourceId};
use crate::store::{Collection, Document, Error, Filter, Query};

/// How many records go at once.
const BATCH: u64 = 500;

/// A record, as far as it says which one it is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    #[serde(rename = "_id")]
    id: ResourceId,
    cluster_id: ClusterId,
}

impl Document for Known {
    type Id = ResourceId;

    const COLLECTION: Collection = Resource::COLLECTION;

    fn id(&self) -> ResourceId {
        self.id
    }
}

impl Records {
    /// A cluster that is none of these and has records.
    pub async fn cluster_beside(&self, known: &[ClusterId]) -> Result<Option<ClusterId>, Error> {
        let others = known.iter().map(|cluster| Filter::ne("clusterId", *cluster));
        let found = self.store().find_one::<Known>(others.fold(Filter::all(), Filter::and)).await?;
        Ok(found.map(|record| record.cluster_id))
    }

    /// Deletes what is known of a cluster. A record goes after what was written down about it: until then it can be
    /// found again.
    pub async fn forget(&self, cluster: ClusterId) -> Result<(), Error> {
        let meant = Query::filter(Filter::eq("clusterId", cluster)).limit(BATCH);
        loop {
            let some = self.store().find::<Known>(meant.clone()).await?;
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
        let gone = bench.viewer.cluster;
        assert_eq!(bench.records.cluster_beside(&[kept]).await.unwrap(), Some(gone));
        bench.records.forget(gone).await.unwrap();
        assert_eq!(left().await, (1, 1, 0));
        assert_eq!(bench.records.cluster_beside(&[kept]).await.unwrap(), None);
        bench.records.forget(kept).await.unwrap();
        assert_eq!(left().await, (0, 0, 0));
    }
}
