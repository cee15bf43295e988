//! What a request waits for in the store: reading documents by id, a page of a list, and writing.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use divan::Bencher;
use divan::counter::ItemsCount;
use orchcli::clock::{Clock, Time};
use orchcli::id::{UserId, WorkflowId};
use orchcli::store::{Collection, Document, Filter, Index, Order, Patch, Path, Query, Store};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Workflow {
    #[serde(rename = "_id")]
    id: WorkflowId,
    owner_id: UserId,
    name: String,
    nodes: Vec<Json>,
    updated_at: Time,
    deleted_at: Option<Time>,
}

impl Document for Workflow {
    type Id = WorkflowId;
    const COLLECTION: Collection = Collection {
        name: "workflows",
        indexes: &[
            Index::unique("name", &["owner_id", "name"]).while_missing("deleted_at"),
            Index::on("recent", &["owner_id", "updated_at"]),
        ],
    };

    fn id(&self) -> WorkflowId {
        self.id
    }
}

/// A workflow of ten nodes, about 2 KiB.
fn workflow(owner_id: UserId) -> Workflow {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let node = |number: usize| {
        json!({
            "id": format!("node-{number}"), "type": "deployment", "position": {"x": 100, "y": number * 80},
            "data": {"name": format!("service-{number}"), "image": "nginx:1.27", "replicas": 2, "port": 8080},
        })
    };
    Workflow {
        id: WorkflowId::new(),
        owner_id,
        name: format!("workflow {}", MADE.fetch_add(1, Ordering::Relaxed)),
        nodes: (0..10).map(node).collect(),
        updated_at: Clock::system().now(),
        deleted_at: None,
    }
}

/// What a list shows of a workflow.
#[derive(Debug, Serialize, Deserialize)]
struct Title {
    #[serde(rename = "_id")]
    id: WorkflowId,
    name: String,
}

impl Document for Title {
    type Id = WorkflowId;
    const COLLECTION: Collection = Workflow::COLLECTION;

    fn id(&self) -> WorkflowId {
        self.id
    }
}

struct Shop {
    runtime: Runtime,
    store: Store,
    owner: UserId,
    workflows: Vec<WorkflowId>,
    _dir: TempDir,
}

/// A store with 1,000 workflows of one user.
static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let (runtime, dir, owner) = (Runtime::new().unwrap(), tempfile::tempdir().unwrap(), UserId::new());
    let store = Store::open(dir.path(), Clock::system(), &[Workflow::COLLECTION]).unwrap();
    let documents: Vec<Workflow> = (0..1_000).map(|_| workflow(owner)).collect();
    runtime.block_on(futures::future::join_all(documents.iter().map(|document| store.insert(document))));
    let workflows = documents.iter().map(|document| document.id).collect();
    Shop { runtime, store, owner, workflows, _dir: dir }
});

fn any_workflow() -> WorkflowId {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let ids = &SHOP.workflows;
    ids[NEXT.fetch_add(7, Ordering::Relaxed) % ids.len()]
}

#[divan::bench(threads = [1, 2])]
fn get(bencher: Bencher) {
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| SHOP.runtime.block_on(SHOP.store.get::<Workflow>(any_workflow())).unwrap().unwrap());
}

/// The store's own part of it: nothing but the title is decoded.
#[divan::bench]
fn get_the_title(bencher: Bencher) {
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| SHOP.runtime.block_on(SHOP.store.get::<Title>(any_workflow())).unwrap().unwrap());
}

#[divan::bench]
fn find_a_page_of_20(bencher: Bencher) {
    bencher.bench(|| {
        let newest = Query::filter(Filter::eq("owner_id", SHOP.owner).and(Filter::missing("deleted_at")))
            .sort("updated_at", Order::Descending)
            .skip(40)
            .limit(20);
        SHOP.runtime.block_on(SHOP.store.find::<Workflow>(newest)).unwrap()
    });
}

/// Writes that are asked for at the same time.
const TOGETHER: [usize; 2] = [1, 64];

#[divan::bench(args = TOGETHER)]
fn patch_a_node(bencher: Bencher, together: usize) {
    bencher.counter(ItemsCount::new(together)).bench(|| {
        let patches = (0..together).map(|_| {
            let status = Path::new("nodes").element("id", "node-7").field("data._status");
            let patch = Patch::new().set(status, json!({"state": "healthy", "replicas": 2, "ready": 2}));
            SHOP.store.patch::<Workflow>(any_workflow(), Filter::all(), patch)
        });
        SHOP.runtime.block_on(futures::future::try_join_all(patches)).unwrap()
    });
}

#[divan::bench(args = TOGETHER)]
fn insert(bencher: Bencher, together: usize) {
    let owner = UserId::new();
    bencher
        .counter(ItemsCount::new(together))
        .with_inputs(|| (0..together).map(|_| workflow(owner)).collect::<Vec<_>>())
        .bench_refs(|documents| {
            let inserts = documents.iter().map(|document| SHOP.store.insert(document));
            SHOP.runtime.block_on(futures::future::try_join_all(inserts)).unwrap()
        });
}
