//! Who compares whose records with which cluster, and when (engine.md 6.1).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Live;
use super::resource::Viewer;
use crate::clock::{Clock, Time};
use crate::connection::{Cluster, ClusterStatus, Error};
use crate::id::{ClusterId, UserId};

/// How long a request waits for a sync that then goes on in the background.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// A sync that ended this recently is not repeated.
const RECENT: Duration = Duration::from_secs(10);
/// The longest one sync may take.
const CEILING: Duration = Duration::from_mins(3);

type Key = (UserId, ClusterId);

/// Syncs that run or ran just now; one at a time for a user and a cluster.
#[derive(Debug, Clone, Default)]
pub(super) struct Syncs(Arc<Mutex<HashMap<Key, Turn>>>);

#[derive(Debug)]
enum Turn {
    Running { stop: CancellationToken, ended: watch::Receiver<()> },
    Ended(Time),
}

/// Whether a sync that ended just now is as good as a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    /// It is.
    NotSoSoon,
    /// The cluster may be another one by now.
    Always,
}

/// A sync that was let in. It has ended when this is dropped.
#[derive(Debug)]
struct Claim {
    syncs: Syncs,
    clock: Clock,
    keys: Vec<Key>,
    stop: CancellationToken,
    _ended: watch::Sender<()>,
}

impl Syncs {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Turn>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets in the viewers whose turn it is, and tells of everything there is to wait for. `again` says
    /// what one that ended just now is worth.
    fn claim(
        &self,
        viewers: &mut Vec<Viewer>,
        again: Again,
        clock: &Clock,
    ) -> (Claim, Vec<watch::Receiver<()>>) {
        let now = clock.now();
        let (stop, (sender, ended)) = (CancellationToken::new(), watch::channel(()));
        let mut turns = self.lock();
        turns.retain(|_, turn| match turn {
            Turn::Running { .. } => true,
            Turn::Ended(at) => now.since(*at) < RECENT,
        });
        let mut waits = Vec::new();
        viewers.retain(|viewer| {
            let key = (viewer.user, viewer.cluster);
            match turns.get(&key) {
                Some(Turn::Running { ended, .. }) => {
                    waits.push(ended.clone());
                    false
                }
                Some(Turn::Ended(_)) if again == Again::NotSoSoon => false,
                Some(Turn::Ended(_)) | None => {
                    turns.insert(key, Turn::Running { stop: stop.clone(), ended: ended.clone() });
                    true
                }
            }
        });
        drop(turns);
        let keys = viewers.iter().map(|viewer| (viewer.user, viewer.cluster)).collect();
        if !viewers.is_empty() {
            waits.push(ended);
        }
        (Claim { syncs: self.clone(), clock: clock.clone(), keys, stop, _ended: sender }, waits)
    }

    /// Stops the syncs of a cluster and waits until they have ended.
    pub(super) async fn stop(&self, cluster: ClusterId) {
        let waits: Vec<_> = self
            .lock()
            .iter()
            .filter(|((_, of), _)| *of == cluster)
            .filter_map(|(_, turn)| match turn {
                Turn::Running { stop, ended } => {
                    stop.cancel();
                    Some(ended.clone())
                }
                Turn::Ended(_) => None,
            })
            .collect();
        join_all(waits.into_iter().map(over)).await;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let now = self.clock.now();
        let mut turns = self.syncs.lock();
        for key in &self.keys {
            turns.insert(*key, Turn::Ended(now));
        }
    }
}

/// Waits until the other end is dropped: nothing is ever sent.
async fn over(mut ended: watch::Receiver<()>) {
    while ended.changed().await.is_ok() {}
}

impl Live {
    /// Compares a user's records with the connected clusters of that name, or with all they see. Answers after three
    /// seconds at the latest; what takes longer goes on.
    pub async fn sync(&self, user: UserId, name: Option<&str>) -> Result<(), Error> {
        let found = self.connections.list(user).await?;
        let meant = found.into_iter().filter(|found| {
            found.cluster.status == ClusterStatus::Connected
                && name.is_none_or(|name| name == found.cluster.name)
        });
        let syncs = meant.map(|found| {
            let viewer = viewer(user, &found.cluster, found.namespaces);
            self.start_sync(found.cluster, vec![viewer], Again::NotSoSoon)
        });
        let waits = syncs.collect::<Vec<_>>().concat();
        // Who waited long enough gets what there is.
        let _ = timeout(ANSWER_WITHIN, join_all(waits.into_iter().map(over))).await;
        Ok(())
    }

    /// Compares the records of everybody who sees a cluster with it, and waits until that is done.
    pub(super) async fn sync_cluster(&self, cluster: Cluster) -> Result<(), Error> {
        let members = self.connections.members(&cluster).await?;
        let viewers =
            members.into_iter().map(|(user, namespaces)| viewer(user, &cluster, namespaces)).collect();
        join_all(self.start_sync(cluster, viewers, Again::Always).into_iter().map(over)).await;
        Ok(())
    }

    /// Starts what is not running already, and gives what can be waited for.
    fn start_sync(
        &self,
        cluster: Cluster,
        mut viewers: Vec<Viewer>,
        again: Again,
    ) -> Vec<watch::Receiver<()>> {
        let (claim, waits) = self.syncs.claim(&mut viewers, again, &self.clock);
        if viewers.is_empty() {
            return waits;
        }
        let work = Arc::new((self.clone(), claim, cluster, viewers));
        self.supervisor.spawn(format!("sync of cluster {}", work.2.id), move |stop| {
            let work = Arc::clone(&work);
            async move {
                let (live, claim, cluster, viewers) = &*work;
                let compare = Box::pin(live.compare(cluster.id, viewers));
                let sync = timeout(CEILING, claim.stop.run_until_cancelled(compare));
                if let Some(Ok(Some(Err(error)))) = stop.run_until_cancelled(sync).await {
                    tracing::warn!(cluster = %cluster.id, %error, "a sync was broken off");
                }
                Ok::<(), std::convert::Infallible>(())
            }
        });
        waits
    }

    async fn compare(&self, cluster: ClusterId, viewers: &[Viewer]) -> Result<(), Error> {
        // Removed in the meantime: nothing may be written about it any more.
        let Some(cluster) = self.store.get::<Cluster>(cluster).await? else { return Ok(()) };
        let client = match self.connections.client(&cluster) {
            Ok(client) => client,
            Err(failure) => {
                tracing::debug!(cluster = %cluster.id, %failure, "a cluster cannot be compared with its records");
                return Ok(());
            }
        };
        let seen = self.records().sync(&client, viewers).await?;
        self.take_in(&cluster, &seen).await
    }
}

fn viewer(user: UserId, cluster: &Cluster, namespaces: Vec<String>) -> Viewer {
    Viewer { user, cluster: cluster.id, cluster_name: cluster.name.clone(), namespaces }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn viewers(user: UserId, cluster: ClusterId) -> Vec<Viewer> {
        vec![Viewer { user, cluster, cluster_name: "dev".to_owned(), namespaces: Vec::new() }]
    }

    #[test]
    fn one_sync_at_a_time_for_a_user_and_a_cluster_and_others_do_not_wait() {
        let (syncs, clock) = (Syncs::default(), Clock::manual(Time::from_millis(0)));
        let (user, cluster) = (UserId::new(), ClusterId::new());
        let (mut first, mut second) = (viewers(user, cluster), viewers(user, cluster));
        let (running, waits) = syncs.claim(&mut first, Again::NotSoSoon, &clock);
        assert_eq!((first.len(), waits.len()), (1, 1));
        let (_, mut waits) = syncs.claim(&mut second, Again::NotSoSoon, &clock);
        assert_eq!((second.len(), waits.len()), (0, 1), "waits for the first");
        let mut waiting = Box::pin(over(waits.remove(0)));
        assert!((&mut waiting).now_or_never().is_none());
        assert_eq!(syncs.claim(&mut viewers(UserId::new(), cluster), Again::NotSoSoon, &clock).1.len(), 1);
        drop(running);
        assert!(waiting.now_or_never().is_some());
    }

    #[test]
    fn one_that_ended_just_now_is_not_repeated() {
        let (syncs, clock) = (Syncs::default(), Clock::manual(Time::from_millis(0)));
        let (user, cluster) = (UserId::new(), ClusterId::new());
        drop(syncs.claim(&mut viewers(user, cluster), Again::NotSoSoon, &clock));
        let claimed = |again| {
            let mut viewers = viewers(user, cluster);
            let (_, waits) = syncs.claim(&mut viewers, again, &clock);
            (viewers.len(), waits.len())
        };
        clock.advance(RECENT.checked_sub(Duration::from_millis(1)).unwrap());
        assert_eq!(claimed(Again::NotSoSoon), (0, 0));
        clock.advance(Duration::from_millis(1));
        assert_eq!(claimed(Again::NotSoSoon), (1, 1));
        assert_eq!(claimed(Again::Always), (1, 1));
    }

    #[tokio::test]
    async fn stopping_a_cluster_ends_its_syncs_alone() {
        let (syncs, clock) = (Syncs::default(), Clock::manual(Time::from_millis(0)));
        let cluster = ClusterId::new();
        let (running, _) = syncs.claim(&mut viewers(UserId::new(), cluster), Again::NotSoSoon, &clock);
        let (other, _) = syncs.claim(&mut viewers(UserId::new(), ClusterId::new()), Again::NotSoSoon, &clock);
        let mut stopping = Box::pin(syncs.stop(cluster));
        assert!((&mut stopping).now_or_never().is_none(), "waits for it to end");
        assert!(running.stop.is_cancelled() && !other.stop.is_cancelled());
        drop(running);
        stopping.await;
    }
}
