//! Who follows what.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::{self, BoxFuture};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::source::Clusters;
use super::watched::{Sighted, Watched};
use crate::clock::Clock;
use crate::id::{ClusterId, WorkflowId};
use crate::live::ObjectRef;
use crate::live::resource::Sight;
use crate::live::status::NodeStatus;
use crate::supervisor::Supervisor;

/// A source of numbers from 0 to 1, for jitter.
pub type Random = Arc<dyn Fn() -> f64 + Send + Sync>;

/// A node that follows an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Follower {
    /// The node's workflow.
    pub workflow: WorkflowId,
    /// The node's id within the workflow.
    pub node: String,
}

/// Where statuses go.
pub trait Publish: Send + Sync + 'static {
    /// Why a status could not be published; it is tried again.
    type Error: Display + Send;

    /// Stores and announces the status of a node.
    fn publish<'a>(
        &'a self,
        node: &'a Follower,
        status: &'a NodeStatus,
    ) -> BoxFuture<'a, Result<(), Self::Error>>;

    /// Brings the records of an object up to date; `None` when it is gone.
    fn record<'a>(
        &'a self,
        object: &'a ObjectRef,
        sight: Option<&'a Sight>,
    ) -> BoxFuture<'a, Result<(), Self::Error>>;
}

/// All watches of a server. Cheap to clone; clones are the same watches.
pub struct Watches<P> {
    inner: Arc<Inner<P>>,
}

impl<P> Clone for Watches<P> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

struct Inner<P> {
    clusters: Arc<dyn Clusters>,
    publisher: Arc<P>,
    supervisor: Supervisor,
    clock: Clock,
    random: Random,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    shared: HashMap<Arc<ObjectRef>, Shared>,
    followers: HashMap<WorkflowId, HashMap<String, Following>>,
    paused: HashSet<ClusterId>,
}

/// The watch of one object, and how many nodes follow it.
struct Shared {
    watched: Arc<Watched>,
    followers: usize,
    /// Stops the API watch; none while the cluster is paused.
    running: Option<CancellationToken>,
}

struct Following {
    object: Arc<ObjectRef>,
    stop: CancellationToken,
}

impl<P: Publish> Watches<P> {
    /// No watches yet. Their tasks run under `supervisor` and end with it.
    pub fn new(
        clusters: Arc<dyn Clusters>,
        publisher: Arc<P>,
        supervisor: Supervisor,
        clock: Clock,
        random: Random,
    ) -> Self {
        let state = Mutex::default();
        Self { inner: Arc::new(Inner { clusters, publisher, supervisor, clock, random, state }) }
    }

    /// Lets a node follow an object from now on, instead of what it followed before. The status is published once it
    /// is known, also when it was known before, and then on every change.
    pub fn follow(&self, node: Follower, object: ObjectRef) {
        let mut state = self.lock();
        let object = state
            .shared
            .get_key_value(&object)
            .map_or_else(|| Arc::new(object), |(known, _)| Arc::clone(known));
        let status = self.attach(&mut state, &object);
        let stop = self.publish_to(node.clone(), &object, status);
        let nodes = state.followers.entry(node.workflow).or_default();
        if let Some(before) = nodes.insert(node.node, Following { object, stop }) {
            state.detach(&before);
        }
    }

    /// Like [`Watches::follow`], but leaves a node alone that follows the object already.
    pub fn follow_if_missing(&self, node: Follower, object: ObjectRef) {
        let follows = |following: &Following| *following.object == object;
        let missing = {
            let state = self.lock();
            !state.followers.get(&node.workflow).and_then(|nodes| nodes.get(&node.node)).is_some_and(follows)
        };
        if missing {
            self.follow(node, object);
        }
    }

    /// Ends what a node follows.
    pub fn stop_node(&self, node: &Follower) {
        let mut state = self.lock();
        if let Some(nodes) = state.followers.get_mut(&node.workflow)
            && let Some(following) = nodes.remove(&node.node)
        {
            if nodes.is_empty() {
                state.followers.remove(&node.workflow);
            }
            state.detach(&following);
        }
    }

    /// Ends what the nodes of a workflow follow.
    pub fn stop_workflow(&self, workflow: WorkflowId) {
        let mut state = self.lock();
        for following in state.followers.remove(&workflow).into_iter().flat_map(HashMap::into_values) {
            state.detach(&following);
        }
    }

    /// Whether the node follows this object, and its watch knows how the object is.
    pub fn knows(&self, node: &Follower, object: &ObjectRef) -> bool {
        let state = self.lock();
        let following = state.followers.get(&node.workflow).and_then(|nodes| nodes.get(&node.node));
        following.is_some_and(|following| {
            *following.object == *object
                && state.shared.get(object).is_some_and(|shared| shared.watched.is_known())
        })
    }

    /// Ends all watches of a cluster that was removed.
    pub fn stop_cluster(&self, cluster: ClusterId) {
        self.stop_clusters(|id| id == cluster);
    }

    /// Ends all watches of the clusters that are meant.
    pub fn stop_clusters(&self, meant: impl Fn(ClusterId) -> bool) {
        let mut state = self.lock();
        state.paused.retain(|cluster| !meant(*cluster));
        let mut ended = Vec::new();
        state.followers.retain(|_, nodes| {
            ended.extend(
                nodes.extract_if(|_, following| meant(following.object.cluster)).map(|(_, ended)| ended),
            );
            !nodes.is_empty()
        });
        for following in ended {
            state.detach(&following);
        }
    }

    /// Stops asking a cluster that cannot be reached; who follows keeps the last status.
    pub fn pause(&self, cluster: ClusterId) {
        let mut state = self.lock();
        state.paused.insert(cluster);
        for (_, shared) in state.shared.iter_mut().filter(|(object, _)| object.cluster == cluster) {
            if let Some(running) = shared.running.take() {
                running.cancel();
            }
        }
    }

    /// Asks a paused cluster again, from the start.
    pub fn resume(&self, cluster: ClusterId) {
        let mut state = self.lock();
        if state.paused.remove(&cluster) {
            for (object, shared) in state.shared.iter_mut().filter(|(object, _)| object.cluster == cluster) {
                shared.running = Some(self.start(object, &shared.watched));
            }
        }
    }

    /// Asks a cluster anew that is reached in another way now, from the start.
    pub fn restart(&self, cluster: ClusterId) {
        let mut state = self.lock();
        for (object, shared) in state.shared.iter_mut().filter(|(object, _)| object.cluster == cluster) {
            if let Some(running) = shared.running.take() {
                running.cancel();
                shared.running = Some(self.start(object, &shared.watched));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more follower of an object: starts its watch when it is the first.
    fn attach(&self, state: &mut State, object: &Arc<ObjectRef>) -> watch::Receiver<Option<NodeStatus>> {
        let paused = state.paused.contains(&object.cluster);
        let shared = state.shared.entry(Arc::clone(object)).or_insert_with(|| {
            let watched = Arc::new(Watched::new(Arc::clone(object), self.inner.clock.clone()));
            let running = (!paused).then(|| self.start(object, &watched));
            Shared { watched, followers: 0, running }
        });
        shared.followers += 1;
        shared.watched.status()
    }

    fn start(&self, object: &Arc<ObjectRef>, watched: &Arc<Watched>) -> CancellationToken {
        let (object, watched, inner) = (Arc::clone(object), Arc::clone(watched), Arc::clone(&self.inner));
        self.inner.supervisor.spawn(format!("watch {object}"), move |stop| {
            let (object, watched, inner) = (Arc::clone(&object), Arc::clone(&watched), Arc::clone(&inner));
            async move {
                let watch = async {
                    watched.run(&inner.clusters, &inner.random).await;
                    Ok(())
                };
                let work = future::try_join(watch, record_all(&*inner.publisher, &object, &watched));
                stop.run_until_cancelled(work).await.map_or(Ok(()), |ended| ended.map(drop))
            }
        })
    }

    fn publish_to(
        &self,
        node: Follower,
        object: &ObjectRef,
        status: watch::Receiver<Option<NodeStatus>>,
    ) -> CancellationToken {
        let publisher = Arc::clone(&self.inner.publisher);
        self.inner.supervisor.spawn(format!("follow {object}"), move |stop| {
            let (publisher, node, status) = (Arc::clone(&publisher), node.clone(), status.clone());
            async move {
                stop.run_until_cancelled(publish_all(&*publisher, &node, status)).await.unwrap_or(Ok(()))
            }
        })
    }
}

impl State {
    /// One follower less of an object: its watch ends with the last.
    fn detach(&mut self, following: &Following) {
        following.stop.cancel();
        if let Some(shared) = self.shared.get_mut(&following.object) {
            shared.followers -= 1;
            if shared.followers == 0 {
                if let Some(running) = shared.running.take() {
                    running.cancel();
                }
                self.shared.remove(&following.object);
            }
        }
    }
}

/// Publishes the status now and on every change, the newest when it changes faster than it can be published.
async fn publish_all<P: Publish>(
    publisher: &P,
    node: &Follower,
    mut status: watch::Receiver<Option<NodeStatus>>,
) -> Result<(), P::Error> {
    loop {
        let current = status.borrow_and_update().clone();
        if let Some(current) = current {
            publisher.publish(node, &current).await?;
        }
        if status.changed().await.is_err() {
            return Ok(());
        }
    }
}

/// Keeps the records of an object up to date with what its watch sees.
async fn record_all<P: Publish>(
    publisher: &P,
    object: &ObjectRef,
    watched: &Watched,
) -> Result<(), P::Error> {
    loop {
        match watched.sighted().await {
            Sighted::There(sight) => publisher.record(object, Some(&sight)).await?,
            Sighted::Gone => publisher.record(object, None).await?,
        }
    }
}

#[cfg(test)]
mod tests;
