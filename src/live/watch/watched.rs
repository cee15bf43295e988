//! What is known of a watched object, and the status that follows from it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use serde_json::Value;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use super::cycle::{Cycle, Sink};
use super::source::{Clusters, Target};
use super::watches::Random;
use crate::clock::Clock;
use crate::live::ObjectRef;
use crate::live::resource::{ResourceKind, Sight};
use crate::live::status::{Around, Kind, NodeStatus, Reading, Trouble};

/// How often the pods a policy selects are counted.
const RECOUNT: Duration = Duration::from_mins(1);

/// A watched object.
pub(super) struct Watched {
    object: Arc<ObjectRef>,
    clock: Clock,
    seen: Mutex<Seen>,
    /// Rings when something was seen.
    changed: Notify,
    status: watch::Sender<Option<NodeStatus>>,
    /// What the object's record has to be told next; only objects that have records.
    sighted: watch::Sender<Option<Sighted>>,
    recorded: Option<ResourceKind>,
}

/// What a record is told.
#[derive(Debug)]
pub(super) enum Sighted {
    /// What the object is like now.
    There(Box<Sight>),
    /// It is gone.
    Gone,
}

#[derive(Default)]
struct Seen {
    presence: Presence,
    /// Pods in trouble, by name.
    troubles: BTreeMap<Box<str>, Trouble>,
    was_ready: bool,
    selected_pods: i64,
}

#[derive(Default)]
enum Presence {
    #[default]
    Unknown,
    Missing,
    Forbidden,
    Present(Reading),
}

impl Watched {
    pub(super) fn new(object: Arc<ObjectRef>, clock: Clock) -> Self {
        let recorded = ResourceKind::of(&object.api_version, &object.kind);
        let (status, sighted) = (watch::Sender::new(None), watch::Sender::new(None));
        Self { object, clock, seen: Mutex::default(), changed: Notify::new(), status, sighted, recorded }
    }

    /// Waits for news for the object's record. What is not fetched in time is replaced by what is newer.
    pub(super) async fn sighted(&self) -> Sighted {
        let mut news = self.sighted.subscribe();
        loop {
            if let Some(sighted) = self.sighted.send_replace(None) {
                return sighted;
            }
            // The sender is a member of this object, so the wait ends only by news.
            let _ = news.wait_for(Option::is_some).await;
        }
    }

    /// The status, once it is known, and every change of it; a slow reader gets the newest.
    pub(super) fn status(&self) -> watch::Receiver<Option<NodeStatus>> {
        self.status.subscribe()
    }

    /// Whether the object was looked at: it is there, or it is known to be gone.
    pub(super) fn is_known(&self) -> bool {
        match self.seen.lock().unwrap_or_else(PoisonError::into_inner).presence {
            Presence::Unknown | Presence::Forbidden => false,
            Presence::Missing | Presence::Present(_) => true,
        }
    }

    /// Watches until it is dropped.
    pub(super) async fn run(&self, clusters: &Arc<dyn Clusters>, random: &Random) {
        let cycle =
            |target| Cycle::new(Arc::clone(clusters), self.object.cluster, target, Arc::clone(random));
        let about_object = ObjectSink(self);
        let about_pods = PodSink(self);
        let mut parts: Vec<BoxFuture<'_, ()>> =
            vec![cycle(Target::Object(Arc::clone(&self.object))).run(&about_object).boxed()];
        match self.object.rules {
            Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet | Kind::ReplicaSet => {
                let selector = format!("app={}", self.object.name);
                let namespace = self.object.namespace.clone().unwrap_or_default();
                parts.push(cycle(Target::Pods { namespace, selector }).run(&about_pods).boxed());
                parts.push(self.run_out_of_patience().boxed());
            }
            Kind::NetworkPolicy => parts.push(self.count_pods(clusters).boxed()),
            Kind::Service
            | Kind::Job
            | Kind::CronJob
            | Kind::Ingress
            | Kind::ConfigMap
            | Kind::Secret
            | Kind::PersistentVolumeClaim
            | Kind::Pod
            | Kind::HorizontalPodAutoscaler
            | Kind::Plugin => {}
        }
        join_all(parts).await;
    }

    /// Takes in something seen; who reads the status is told when it differs in any field.
    fn see<T>(&self, take_in: impl FnOnce(&mut Seen) -> T) -> T {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = take_in(&mut seen);
        let status = self.extract(&mut seen);
        self.status.send_if_modified(|current| {
            let differs = status.is_some() && *current != status;
            if differs {
                *current = status;
            }
            differs
        });
        drop(seen);
        self.changed.notify_one();
        taken
    }

    fn extract(&self, seen: &mut Seen) -> Option<NodeStatus> {
        let now = self.clock.now();
        let ObjectRef { rules, kind, .. } = &*self.object;
        match &seen.presence {
            Presence::Unknown => None,
            Presence::Missing => {
                seen.was_ready = false;
                Some(NodeStatus::deleted(*rules, kind))
            }
            Presence::Forbidden => Some(NodeStatus::forbidden(*rules, kind)),
            Presence::Present(reading) => {
                let around = Around {
                    failure: seen.troubles.values().find_map(|trouble| trouble.failure(now)),
                    was_ready: seen.was_ready,
                    selected_pods: seen.selected_pods,
                };
                let status = reading.status(&around);
                seen.was_ready = reading.was_ready(seen.was_ready);
                Some(status)
            }
        }
    }

    /// A pod that finds no node becomes a failure without any event: look again when its time has come.
    async fn run_out_of_patience(&self) {
        loop {
            let now = self.clock.now();
            let due = {
                let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.troubles.values().filter_map(|trouble| trouble.due(now)).min()
            };
            let Some(due) = due else {
                self.changed.notified().await;
                continue;
            };
            tokio::select! {
                () = sleep(due.since(now) + Duration::from_millis(1)) => self.see(|_| ()),
                () = self.changed.notified() => {}
            }
        }
    }

    /// Counts the pods a policy selects, at once when its selector changes.
    async fn count_pods(&self, clusters: &Arc<dyn Clusters>) {
        loop {
            let selector = self.selector();
            if let Some(selector) = selector.clone() {
                let namespace = self.object.namespace.clone().unwrap_or_default();
                let target = Target::Pods { namespace, selector };
                let counted = match clusters.source(self.object.cluster).await {
                    Ok(source) => source.read(&target).await,
                    Err(failure) => Err(failure),
                };
                if let Ok(Some(pods)) = counted {
                    let count = i64::try_from(pods.objects.len()).unwrap_or(i64::MAX);
                    self.see(|seen| seen.selected_pods = count);
                }
            }
            tokio::select! {
                () = sleep(RECOUNT) => {}
                () = self.other_selector(selector.as_deref()) => {}
            }
        }
    }

    async fn other_selector(&self, than: Option<&str>) {
        while self.selector().as_deref() == than {
            self.changed.notified().await;
        }
    }

    fn selector(&self) -> Option<String> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match &seen.presence {
            Presence::Present(reading) => reading.selector().map(str::to_owned),
            Presence::Unknown | Presence::Missing | Presence::Forbidden => None,
        }
    }
}

/// Takes in the watch of the object itself.
struct ObjectSink<'a>(&'a Watched);

impl ObjectSink<'_> {
    fn gone(&self) {
        self.0.see(|seen| seen.presence = Presence::Missing);
        if self.0.recorded.is_some() {
            self.0.sighted.send_replace(Some(Sighted::Gone));
        }
    }
}

impl Sink for ObjectSink<'_> {
    fn reset(&self, objects: &[Value]) {
        match objects.first() {
            Some(object) => self.applied(object),
            None => self.gone(),
        }
    }

    fn applied(&self, object: &Value) {
        let reading = Reading::of(self.0.object.rules, object, self.0.clock.now());
        self.0.see(|seen| seen.presence = Presence::Present(reading));
        if let Some(kind) = self.0.recorded {
            self.0.sighted.send_replace(Some(Sighted::There(Box::new(Sight::of(kind, object)))));
        }
    }

    fn deleted(&self, _object: &Value) {
        self.gone();
    }

    fn forbidden(&self) {
        self.0.see(|seen| seen.presence = Presence::Forbidden);
    }
}

/// Takes in the watch of the object's pods.
struct PodSink<'a>(&'a Watched);

impl Sink for PodSink<'_> {
    fn reset(&self, pods: &[Value]) {
        let troubles = pods.iter().filter_map(|pod| Some((name(pod), Trouble::of(pod)?))).collect();
        self.0.see(|seen| seen.troubles = troubles);
    }

    fn applied(&self, pod: &Value) {
        self.0.see(|seen| match Trouble::of(pod) {
            Some(trouble) => {
                seen.troubles.insert(name(pod), trouble);
            }
            None => {
                seen.troubles.remove(&name(pod));
            }
        });
    }

    fn deleted(&self, pod: &Value) {
        self.0.see(|seen| seen.troubles.remove(&name(pod)));
    }

    /// Without the right to see pods the object's own status has to do.
    fn forbidden(&self) {
        self.0.see(|seen| seen.troubles.clear());
    }
}

fn name(object: &Value) -> Box<str> {
    object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default().into()
}
