//! One event to many readers: from `publish` until the last reader has it.

#![allow(clippy::expect_used, reason = "a bench that cannot start has nobody to tell")]

use divan::{AllocProfiler, Bencher};
use orchcli::clock::Clock;
use orchcli::event::{Delivery, Hub, StreamKey};
use orchcli::id::WorkflowId;
use tokio::runtime::Builder;
use tokio::sync::mpsc;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// A status as long as those of a deployment.
fn status(n: usize) -> serde_json::Value {
    serde_json::json!({
        "node_id": "node-1",
        "type": "deployment",
        "status": {"state": "partial", "message": format!("{n}/3 pods ready"), "replicas": 3, "readyReplicas": n}
    })
}

#[divan::bench(args = [1_000, 10_000], sample_count = 50)]
fn one_event_to_all_readers(bencher: Bencher, readers: usize) {
    let runtime = Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let hub = Hub::new(&Clock::system());
    let key = StreamKey::Workflow(WorkflowId::new());
    let (arrived, mut arrivals) = mpsc::channel(readers);
    for _ in 0..readers {
        let (mut reader, arrived) = (hub.subscribe(key), arrived.clone());
        runtime.spawn(async move {
            while let Delivery::Event(frame) = reader.next().await {
                if arrived.send(frame.len()).await.is_err() {
                    return;
                }
            }
        });
    }
    bencher.with_inputs(|| status(readers)).bench_local_refs(|status| {
        hub.publish(key, "node_update", Some("node-1"), status);
        for _ in 0..readers {
            arrivals.blocking_recv();
        }
    });
    hub.shut_down("done");
}

#[divan::bench(args = [1_000, 10_000], sample_count = 10)]
fn subscribing(bencher: Bencher, readers: usize) {
    let hub = Hub::new(&Clock::system());
    let key = StreamKey::Workflow(WorkflowId::new());
    bencher.bench_local(|| (0..readers).map(|_| hub.subscribe(key)).collect::<Vec<_>>());
}
