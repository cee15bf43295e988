//! The life cycle of watches, against a cluster that follows a script; time is paused, so pauses are exact.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use futures::future::{self, FutureExt};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use super::*;
use crate::clock::Time;
use crate::live::status::Kind;
use crate::live::watch::source::{Change, Changes, Failure, Snapshot, Source, Target};

/// What the cluster answers to one watch: changes at once, then an end, a failure, or silence.
struct Answer {
    /// Each change after so many seconds.
    changes: Vec<(u64, Change)>,
    end: Option<Result<(), Failure>>,
}

type Reads = VecDeque<Result<Option<Snapshot>, Failure>>;

/// A cluster that follows a script and writes down what it is asked, with the second it was asked at.
struct Script {
    started: Instant,
    reads: Mutex<BTreeMap<&'static str, Reads>>,
    watches: Mutex<BTreeMap<&'static str, VecDeque<Answer>>>,
    asked: Mutex<Vec<String>>,
}

fn about(target: &Target) -> &'static str {
    match target {
        Target::Object(_) => "object",
        Target::Pods { .. } => "pods",
    }
}

impl Script {
    fn new() -> Self {
        let (reads, watches, asked) = Default::default();
        Self { started: Instant::now(), reads, watches, asked }
    }

    fn read(self, what: &'static str, answer: Result<Option<Snapshot>, Failure>) -> Self {
        self.reads.lock().unwrap().entry(what).or_default().push_back(answer);
        self
    }

    fn finds(self, what: &'static str, version: &str, objects: impl Into<Vec<Value>>) -> Self {
        self.read(what, Ok(Some(Snapshot { objects: objects.into(), resource_version: version.to_owned() })))
    }

    fn tells<const N: usize>(
        self,
        what: &'static str,
        changes: [(u64, Change); N],
        end: Option<Result<(), Failure>>,
    ) -> Self {
        self.watches
            .lock()
            .unwrap()
            .entry(what)
            .or_default()
            .push_back(Answer { changes: changes.into(), end });
        self
    }

    fn note(&self, what: &str) {
        let second = self.started.elapsed().as_secs_f64().round();
        self.asked.lock().unwrap().push(format!("{second}s {what}"));
    }

    /// What was asked about the object itself.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().filter(|line| line.contains("object")).cloned().collect()
    }
}

impl Source for Script {
    fn read<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, Result<Option<Snapshot>, Failure>> {
        let what = about(target);
        self.note(&format!("get {what}"));
        match self.reads.lock().unwrap().get_mut(what).and_then(VecDeque::pop_front) {
            Some(answer) => future::ready(answer).boxed(),
            None => future::pending().boxed(),
        }
    }

    fn watch<'a>(&'a self, target: &'a Target, version: &'a str) -> BoxFuture<'a, Result<Changes, Failure>> {
        let what = about(target);
        self.note(&format!("watch {what} from {version}"));
        let Some(answer) = self.watches.lock().unwrap().get_mut(what).and_then(VecDeque::pop_front) else {
            return future::ready(Ok(stream::pending().boxed())).boxed();
        };
        let changes = stream::iter(answer.changes).then(|(after, change)| async move {
            sleep(Duration::from_secs(after)).await;
            Ok(change)
        });
        let end = match answer.end {
            Some(Ok(())) => stream::empty().boxed(),
            Some(Err(failure)) => stream::iter([Err(failure)]).boxed(),
            None => stream::pending().boxed(),
        };
        future::ready(Ok(changes.chain(end).boxed())).boxed()
    }
}

struct OneCluster(Arc<Script>);

impl Clusters for OneCluster {
    fn source(&self, _cluster: ClusterId) -> BoxFuture<'_, Result<Arc<dyn Source>, Failure>> {
        let source: Arc<dyn Source> = Arc::clone(&self.0) as _;
        future::ready(Ok(source)).boxed()
    }
}

/// Publishes into a channel; the first `failures` attempts do not work.
struct Paper {
    printed: mpsc::UnboundedSender<(String, String)>,
    failures: Mutex<u32>,
    recorded: Arc<Mutex<Vec<String>>>,
}

impl Publish for Paper {
    type Error = String;

    fn publish<'a>(
        &'a self,
        node: &'a Follower,
        status: &'a NodeStatus,
    ) -> BoxFuture<'a, Result<(), String>> {
        let mut failures = self.failures.lock().unwrap();
        if *failures > 0 {
            *failures -= 1;
            return future::ready(Err("the store is busy".to_owned())).boxed();
        }
        let status = serde_json::to_value(status).unwrap();
        let said = format!("{}: {}", status["state"].as_str().unwrap(), status["message"].as_str().unwrap());
        let extra = status.get("affectedPods").map_or(said.clone(), |pods| format!("{said}{pods} pods"));
        self.printed.send((node.node.clone(), extra)).unwrap();
        future::ready(Ok(())).boxed()
    }

    fn record<'a>(
        &'a self,
        object: &'a ObjectRef,
        sight: Option<&'a Sight>,
    ) -> BoxFuture<'a, Result<(), String>> {
        let line = match sight {
            Some(sight) => format!("{object} at {}", sight.resource_version),
            None => format!("{object} is gone"),
        };
        self.recorded.lock().unwrap().push(line);
        future::ready(Ok(())).boxed()
    }
}

struct Bench {
    watches: Watches<Paper>,
    script: Arc<Script>,
    printed: mpsc::UnboundedReceiver<(String, String)>,
    recorded: Arc<Mutex<Vec<String>>>,
    clock: Clock,
    cluster: ClusterId,
    workflow: WorkflowId,
}

impl Bench {
    fn new(script: Script) -> Self {
        Self::with_failures(script, 0)
    }

    fn with_failures(script: Script, failures: u32) -> Self {
        let script = Arc::new(script);
        let clock = Clock::manual("2026-01-01T00:00:00Z".parse::<Time>().unwrap());
        let (sender, printed) = mpsc::unbounded_channel();
        let recorded = Arc::default();
        let watches = Watches::new(
            Arc::new(OneCluster(Arc::clone(&script))),
            Arc::new(Paper {
                printed: sender,
                failures: Mutex::new(failures),
                recorded: Arc::clone(&recorded),
            }),
            Supervisor::new(),
            clock.clone(),
            Arc::new(|| 0.5),
        );
        Self {
            watches,
            script,
            printed,
            recorded,
            clock,
            cluster: ClusterId::new(),
            workflow: WorkflowId::new(),
        }
    }

    fn node(&self, node: &str) -> Follower {
        Follower { workflow: self.workflow, node: node.to_owned() }
    }

    fn object(&self, rules: Kind, kind: &str) -> ObjectRef {
        ObjectRef {
            cluster: self.cluster,
            rules,
            api_version: "apps/v1".to_owned(),
            kind: kind.to_owned(),
            namespace: Some("shop".to_owned()),
            name: "web".to_owned(),
        }
    }

    fn follow(&self, node: &str) {
        self.watches.follow(self.node(node), self.object(Kind::Deployment, "Deployment"));
    }

    /// Waits so many seconds and says what was published.
    async fn after(&mut self, seconds: u64) -> Vec<String> {
        self.clock.advance(Duration::from_secs(seconds));
        sleep(Duration::from_secs(seconds)).await;
        let mut published = Vec::new();
        while let Ok((_, status)) = self.printed.try_recv() {
            published.push(status);
        }
        published
    }
}

fn deployment(version: &str, desired: i64, ready: i64) -> Value {
    json!({
        "metadata": {"name": "web", "resourceVersion": version},
        "spec": {"replicas": desired},
        "status": {"readyReplicas": ready, "updatedReplicas": desired},
    })
}

fn applied(after: u64, object: Value) -> (u64, Change) {
    (after, Change::Applied(object))
}

fn other() -> Failure {
    Failure::Other("connection refused".to_owned())
}

#[tokio::test(start_paused = true)]
async fn the_first_status_is_published_whatever_it_is_and_the_watch_starts_there() {
    let mut bench = Bench::new(Script::new().finds("object", "7", [deployment("7", 2, 0)]));
    bench.follow("node-1");
    assert_eq!(bench.after(1).await, ["partial: Starting deployment..."]);
    assert_eq!(bench.script.asked(), ["0s get object", "0s watch object from 7"]);
}

#[tokio::test(start_paused = true)]
async fn every_difference_is_published_and_nothing_else() {
    let script = Script::new().finds("object", "1", [deployment("1", 2, 0)]).tells(
        "object",
        [
            applied(1, deployment("2", 2, 1)),
            applied(1, deployment("3", 2, 1)),
            applied(1, deployment("4", 3, 1)),
            applied(1, deployment("5", 3, 3)),
            applied(1, deployment("6", 3, 0)),
            applied(1, deployment("7", 3, 0)),
        ],
        None,
    );
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    assert_eq!(
        bench.after(10).await,
        [
            "partial: Starting deployment...",
            "partial: 1/2 pods ready",
            "partial: 1/3 pods ready",
            "healthy: All 3 pods ready",
            "error: No pods are ready",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_watch_the_server_ended_is_resumed_after_a_second_from_the_last_version() {
    let script = Script::new()
        .finds("object", "1", [deployment("1", 1, 0)])
        .tells(
            "object",
            [applied(5, deployment("4", 1, 1)), (5, Change::Bookmark("9".to_owned()))],
            Some(Ok(())),
        )
        .tells("object", [applied(0, deployment("12", 1, 1))], Some(Ok(())));
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    bench.after(20).await;
    assert_eq!(
        bench.script.asked(),
        ["0s get object", "0s watch object from 1", "11s watch object from 9", "12s watch object from 12"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_version_too_old_means_reading_again() {
    let script = Script::new()
        .finds("object", "1", [deployment("1", 1, 0)])
        .tells("object", [], Some(Err(Failure::Expired)))
        .finds("object", "50", [deployment("50", 1, 1)]);
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    assert_eq!(bench.after(5).await, ["partial: Starting deployment...", "healthy: All 1 pods ready"]);
    assert_eq!(bench.script.asked()[2..], ["1s get object", "1s watch object from 50"]);
}

#[tokio::test(start_paused = true)]
async fn not_allowed_is_said_once_and_tried_again_every_minute() {
    let script = Script::new()
        .read("object", Err(Failure::Forbidden))
        .read("object", Err(Failure::Forbidden))
        .finds("object", "3", [deployment("3", 1, 1)]);
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    assert_eq!(bench.after(100).await, ["error: not allowed to watch deployment"]);
    assert_eq!(bench.after(100).await, ["healthy: All 1 pods ready"]);
    assert_eq!(bench.script.asked()[..3], ["0s get object", "60s get object", "120s get object"]);
}

#[tokio::test(start_paused = true)]
async fn other_failures_back_off_and_a_minute_of_health_forgets_them() {
    let mut script = Script::new();
    for _ in 0..6 {
        script = script.read("object", Err(other()));
    }
    let script = script
        .finds("object", "1", [deployment("1", 1, 1)])
        .tells("object", [applied(10, deployment("2", 1, 1))], Some(Err(other())))
        .tells("object", [applied(60, deployment("3", 1, 1))], Some(Err(other())));
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    assert_eq!(bench.after(600).await, ["healthy: All 1 pods ready"]);
    let seconds = |line: &String| line.split('s').next().unwrap().parse::<u64>().unwrap();
    let asked: Vec<u64> = bench.script.asked().iter().map(seconds).collect();
    let pauses: Vec<u64> = asked.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(pauses[..6], [5, 10, 20, 40, 60, 60], "reads that fail");
    assert_eq!(pauses[6..], [0, 10 + 60, 60 + 5], "a watch of 10 s is no recovery, one of a minute is");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_object_is_said_and_seen_again_when_it_comes_back() {
    let script = Script::new().finds("object", "1", [deployment("1", 1, 1)]).tells(
        "object",
        [(1, Change::Deleted(deployment("2", 1, 1))), applied(1, deployment("3", 1, 0))],
        None,
    );
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    assert_eq!(
        bench.after(5).await,
        [
            "healthy: All 1 pods ready",
            "error: Deployment no longer exists in the cluster",
            "partial: Starting deployment...",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_object_that_does_not_exist_is_asked_for_again_with_growing_pauses() {
    let script = Script::new().read("object", Ok(None)).read("object", Ok(None)).finds(
        "object",
        "3",
        [deployment("3", 1, 1)],
    );
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    let published = bench.after(30).await;
    assert_eq!(published, ["error: Deployment no longer exists in the cluster", "healthy: All 1 pods ready"]);
    assert_eq!(bench.script.asked()[..3], ["0s get object", "5s get object", "15s get object"]);
}

#[tokio::test(start_paused = true)]
async fn nodes_that_follow_one_object_share_its_watch_until_the_last_leaves() {
    let mut bench = Bench::new(Script::new().finds("object", "1", [deployment("1", 1, 1)]));
    bench.follow("node-1");
    bench.after(1).await;
    bench.follow("node-2");
    assert_eq!(bench.after(1).await, ["healthy: All 1 pods ready"], "known at once");
    assert_eq!(bench.script.asked().len(), 2, "one read, one watch");

    bench.watches.stop_node(&bench.node("node-1"));
    assert_eq!(bench.watches.lock().shared.len(), 1);
    bench.watches.stop_workflow(bench.workflow);
    assert!(bench.watches.lock().shared.is_empty());
    bench.after(1).await;
    assert!(bench.watches.inner.supervisor.shut_down(Duration::from_secs(10)).await);
}

#[tokio::test(start_paused = true)]
async fn following_again_publishes_again_but_only_if_asked_for() {
    let mut bench = Bench::new(Script::new().finds("object", "1", [deployment("1", 1, 1)]));
    bench.follow("node-1");
    bench.after(1).await;
    let object = bench.object(Kind::Deployment, "Deployment");
    bench.watches.follow_if_missing(bench.node("node-1"), object.clone());
    assert!(bench.after(1).await.is_empty());
    bench.watches.follow(bench.node("node-1"), object);
    assert_eq!(bench.after(1).await, ["healthy: All 1 pods ready"]);
    assert_eq!(bench.script.asked().len(), 2, "still one read and one watch");
}

#[tokio::test(start_paused = true)]
async fn a_paused_cluster_is_left_alone_until_it_is_resumed() {
    let script = Script::new().finds("object", "1", [deployment("1", 1, 1)]).finds(
        "object",
        "9",
        [deployment("9", 1, 0)],
    );
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    bench.after(1).await;
    bench.watches.pause(bench.cluster);
    bench.follow("node-2");
    bench.after(1_000).await;
    assert_eq!(bench.script.asked().len(), 2);
    bench.watches.resume(bench.cluster);
    assert_eq!(bench.after(1).await, ["error: No pods are ready"; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_is_reached_in_another_way_is_read_again_unless_it_is_paused() {
    let script = Script::new()
        .finds("object", "1", [deployment("1", 1, 1)])
        .finds("object", "9", [deployment("9", 0, 0)])
        .finds("object", "20", [deployment("20", 1, 1)]);
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    bench.after(1).await;
    bench.watches.restart(ClusterId::new());
    assert!(bench.after(1).await.is_empty(), "another cluster");
    bench.watches.restart(bench.cluster);
    assert_eq!(bench.after(1).await, ["healthy: Scaled to 0"]);
    bench.watches.pause(bench.cluster);
    bench.watches.restart(bench.cluster);
    assert!(bench.after(1).await.is_empty());
    bench.watches.resume(bench.cluster);
    assert_eq!(bench.after(1).await, ["healthy: All 1 pods ready"]);
}

#[tokio::test(start_paused = true)]
async fn an_object_is_known_once_its_watch_has_seen_it_or_missed_it() {
    let script =
        Script::new().read("object", Err(Failure::Forbidden)).finds("object", "1", [deployment("1", 1, 1)]);
    let mut bench = Bench::new(script);
    let object = bench.object(Kind::Deployment, "Deployment");
    let knows = |bench: &Bench| bench.watches.knows(&bench.node("node-1"), &object);
    assert!(!knows(&bench), "nobody follows it");
    bench.follow("node-1");
    bench.after(1).await;
    assert!(!knows(&bench), "not allowed");
    bench.after(100).await;
    assert!(knows(&bench));
    assert!(!bench.watches.knows(&bench.node("node-2"), &object), "another node");
    assert!(!bench.watches.knows(&bench.node("node-1"), &bench.object(Kind::StatefulSet, "StatefulSet")));
}

#[tokio::test(start_paused = true)]
async fn a_removed_cluster_ends_its_watches() {
    let bench = Bench::new(Script::new());
    bench.follow("node-1");
    bench.watches.stop_cluster(ClusterId::new());
    assert_eq!(bench.watches.lock().shared.len(), 1);
    bench.watches.stop_cluster(bench.cluster);
    assert!(bench.watches.lock().shared.is_empty());
    assert!(bench.watches.lock().followers.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_failing_pod_of_a_deployment_shows_and_goes_away() {
    let pod = |waiting: Value| {
        json!({"metadata": {"name": "web-1", "resourceVersion": "8"},
            "status": {"containerStatuses": [{"state": {"waiting": waiting}}]}})
    };
    let script = Script::new()
        .finds("object", "1", [deployment("1", 1, 0)])
        .finds("pods", "5", [pod(json!({"reason": "ContainerCreating"}))])
        .tells(
            "pods",
            [
                applied(1, pod(json!({"reason": "ErrImagePull", "message": "no such image"}))),
                applied(1, pod(json!({"reason": "ContainerCreating"}))),
                applied(1, pod(json!({"reason": "ImagePullBackOff", "message": "still none"}))),
                (1, Change::Deleted(pod(json!({})))),
            ],
            None,
        );
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    assert_eq!(
        bench.after(10).await,
        [
            "partial: Starting deployment...",
            "error: ErrImagePull: no such image",
            "partial: Starting deployment...",
            "error: ImagePullBackOff: still none",
            "partial: Starting deployment...",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_pod_that_finds_no_node_turns_into_a_failure_without_an_event() {
    let pod = json!({"metadata": {"name": "web-1"}, "status": {"conditions": [{
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": "0/1 nodes are available", "lastTransitionTime": "2026-01-01T00:00:00Z",
    }]}});
    let script = Script::new().finds("object", "1", [deployment("1", 1, 0)]).finds("pods", "5", [pod]);
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(bench.after(59).await, ["partial: Starting deployment..."]);
    assert_eq!(bench.after(2).await, ["error: Unschedulable: 0/1 nodes are available"]);
}

#[tokio::test(start_paused = true)]
async fn the_pods_of_a_policy_are_counted_at_once_every_minute_and_when_its_selector_changes() {
    let policy = |version: &str, app: &str| json!({"metadata": {"resourceVersion": version}, "spec": {"podSelector": {"matchLabels": {"app": app}}}});
    let pod = json!({});
    let script = Script::new()
        .finds("object", "1", [policy("1", "web")])
        .tells("object", [applied(90, policy("2", "api"))], None)
        .finds("pods", "5", [pod.clone(), pod.clone()])
        .finds("pods", "6", [pod.clone()])
        .finds("pods", "7", [pod.clone(), pod.clone(), pod]);
    let mut bench = Bench::new(script);
    bench.watches.follow(bench.node("node-1"), bench.object(Kind::NetworkPolicy, "NetworkPolicy"));
    assert_eq!(bench.after(59).await.last().unwrap(), "active: 2 pods");
    assert_eq!(bench.after(2).await, ["active: 1 pods"]);
    assert_eq!(bench.after(30).await, ["active: 3 pods"], "at the 90th second");
}

#[tokio::test(start_paused = true)]
async fn a_status_that_could_not_be_published_is_published_later() {
    let script = Script::new().finds("object", "1", [deployment("1", 1, 1)]);
    let mut bench = Bench::with_failures(script, 3);
    bench.follow("node-1");
    assert_eq!(bench.after(60).await, ["healthy: All 1 pods ready"]);
}

#[tokio::test(start_paused = true)]
async fn the_record_of_an_object_is_told_what_the_watch_sees_once_whoever_follows() {
    let script = Script::new().finds("object", "1", [deployment("1", 1, 1)]).tells(
        "object",
        [applied(1, deployment("2", 1, 1)), (1, Change::Deleted(deployment("3", 1, 1)))],
        None,
    );
    let mut bench = Bench::new(script);
    bench.follow("node-1");
    bench.follow("node-2");
    bench.after(5).await;
    assert_eq!(
        *bench.recorded.lock().unwrap(),
        ["Deployment shop/web at 1", "Deployment shop/web at 2", "Deployment shop/web is gone"]
    );
}
