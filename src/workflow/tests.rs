//! The rules of saving, versions and restoring, as their callers meet them.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::clock::Time;
use crate::graph::Node;
use crate::id::{RunId, UserId, WorkflowId};
use crate::store::{Filter, Order, Patch, Path};

/// The workflows of one user, in a store of their own.
struct Desk {
    workflows: Workflows,
    clock: Clock,
    owner: UserId,
    _dir: TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-01-01T00:00:00Z".parse::<Time>().unwrap());
        let store = Store::open(dir.path(), clock.clone(), COLLECTIONS).unwrap();
        Self { workflows: Workflows::new(store, clock.clone()), clock, owner: UserId::new(), _dir: dir }
    }

    async fn create(&self, name: &str) -> Workflow {
        let new =
            New { name: name.into(), description: String::new(), cluster: "dev".into(), tags: Vec::new() };
        self.workflows.create(self.owner, new).await.unwrap()
    }

    async fn draw(&self, id: WorkflowId, names: &[&str]) -> Workflow {
        self.workflows.edit(id, nodes(names)).await.unwrap()
    }

    async fn stored(&self, id: WorkflowId) -> Workflow {
        self.workflows.store.get::<Workflow>(id).await.unwrap().unwrap()
    }

    async fn patch(&self, id: WorkflowId, patch: Patch) {
        assert!(self.workflows.store.patch::<Workflow>(id, Filter::all(), patch).await.unwrap());
    }

    /// Says that a node is healthy, as a watch does.
    async fn report(&self, id: WorkflowId, node: &str) {
        let place = Path::new("nodes").element("id", node).field("data._status");
        self.patch(id, Patch::new().set(place, json!({"state": "healthy"}))).await;
    }

    async fn names(&self, listing: Listing) -> (Vec<String>, u64) {
        let page = self.workflows.list(self.owner, &listing).await.unwrap();
        (page.workflows.into_iter().map(|workflow| workflow.name).collect(), page.total)
    }
}

fn node(name: &str) -> Node {
    let node = json!({"id": name, "type": "job", "data": {"name": name, "image": "busybox"}});
    serde_json::from_value(node).unwrap()
}

fn nodes(names: &[&str]) -> Edit {
    Edit { nodes: Some(names.iter().map(|name| node(name)).collect()), ..Edit::default() }
}

fn ids(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().map(|node| node.id.as_str()).collect()
}

#[tokio::test]
async fn a_new_workflow_has_its_first_version() {
    let desk = Desk::new();
    let workflow = desk.create("shop").await;
    assert_eq!((workflow.status, workflow.current_version), (Status::Draft, 1));
    let first = desk.workflows.version(workflow.id, 1).await.unwrap();
    assert!(first.is_automatic && first.nodes.is_empty());
}

#[tokio::test]
async fn an_edit_changes_what_is_asked_for_alone_and_counts_as_one() {
    let desk = Desk::new();
    let workflow = desk.create("shop").await;
    desk.draw(workflow.id, &["a"]).await;
    desk.clock.advance(std::time::Duration::from_secs(5));
    let edit = Edit { name: Some("store".into()), ..Edit::default() };
    let edited = desk.workflows.edit(workflow.id, edit).await.unwrap();
    assert_eq!((edited.name.as_str(), ids(&edited.nodes)), ("store", vec!["a"]));
    assert_eq!(edited.updated_at, desk.clock.now());
    assert_eq!(desk.stored(workflow.id).await, edited);
}

#[tokio::test]
async fn a_save_keeps_the_live_state_that_came_in_meanwhile() {
    let desk = Desk::new();
    let workflow = desk.create("shop").await;
    desk.draw(workflow.id, &["a", "b"]).await;
    desk.report(workflow.id, "a").await;
    let saved = desk.draw(workflow.id, &["a", "c"]).await;
    assert_eq!(saved.nodes[0].data["_status"], json!({"state": "healthy"}));
    assert!(saved.nodes[1].data.get("_status").is_none());
}

#[tokio::test]
async fn saves_and_statuses_at_the_same_moment_lose_nothing() {
    let desk = Desk::new();
    let id = desk.create("shop").await.id;
    desk.draw(id, &["a", "b"]).await;
    let saves = async {
        for round in 0..20 {
            let description = Some(round.to_string());
            let edit = Edit { description, ..nodes(&["a", "b"]) };
            desk.workflows.edit(id, edit).await.unwrap();
        }
    };
    let reports = async {
        for _ in 0..20 {
            desk.report(id, "a").await;
        }
    };
    futures::future::join(saves, reports).await;
    let stored = desk.stored(id).await;
    assert_eq!(stored.description, "19");
    assert_eq!(stored.nodes[0].data["_status"], json!({"state": "healthy"}));
}

#[tokio::test]
async fn the_graph_of_an_archived_workflow_is_closed_until_it_is_taken_out_again() {
    let desk = Desk::new();
    let id = desk.create("shop").await.id;
    let to = |status| Edit { status: Some(status), ..Edit::default() };
    desk.workflows.edit(id, to(Status::Archived)).await.unwrap();
    let refused = desk.workflows.edit(id, nodes(&["a"])).await.unwrap_err();
    assert!(matches!(refused, Error::Archived), "{refused}");
    let named = Edit { name: Some("old shop".into()), ..Edit::default() };
    assert_eq!(desk.workflows.edit(id, named).await.unwrap().status, Status::Archived);
    let both = Edit { status: Some(Status::Draft), ..nodes(&["a"]) };
    assert_eq!(desk.workflows.edit(id, both).await.unwrap().nodes.len(), 1);
}

#[tokio::test]
async fn statuses_that_nobody_watches_any_more_can_be_forgotten() {
    let desk = Desk::new();
    let id = desk.create("shop").await.id;
    desk.draw(id, &["a"]).await;
    desk.report(id, "a").await;
    let workflow = desk.workflows.forget_statuses(id).await.unwrap();
    assert_eq!(workflow.nodes, [node("a")]);
}

#[tokio::test]
async fn a_run_in_progress_keeps_a_workflow_from_being_archived_deleted_or_restored() {
    let desk = Desk::new();
    let id = desk.create("shop").await.id;
    desk.patch(id, Patch::new().set("active_run", RunId::new())).await;
    let archive = Edit { status: Some(Status::Archived), ..Edit::default() };
    let refusals = [
        desk.workflows.edit(id, archive).await.unwrap_err(),
        desk.workflows.delete(id).await.unwrap_err(),
        desk.workflows.restore(id, 1, desk.owner).await.unwrap_err(),
    ];
    assert!(refusals.iter().all(|refusal| matches!(refusal, Error::RunInProgress)), "{refusals:?}");
}

#[tokio::test]
async fn a_deleted_workflow_is_gone_for_everybody() {
    let desk = Desk::new();
    let id = desk.create("shop").await.id;
    desk.workflows.delete(id).await.unwrap();
    assert!(matches!(desk.workflows.edit(id, nodes(&[])).await.unwrap_err(), Error::Gone(_)));
    assert_eq!(desk.names(Listing::default()).await, (vec![], 0));
}

#[tokio::test]
async fn a_copy_is_a_fresh_draft_without_live_state() {
    let desk = Desk::new();
    let id = desk.create("shop").await.id;
    desk.draw(id, &["a"]).await;
    desk.report(id, "a").await;
    let published = Edit { status: Some(Status::Published), ..Edit::default() };
    let original = desk.workflows.edit(id, published).await.unwrap();
    let copy = desk.workflows.copy(original, "shop 2".into()).await.unwrap();
    assert_eq!((copy.status, copy.current_version, copy.run_count), (Status::Draft, 1, 0));
    assert_eq!(copy.description, "(clone of shop)");
    assert_eq!(Value::Object(copy.nodes[0].data.clone()), json!({"name": "a", "image": "busybox"}));
    assert_eq!(ids(&desk.workflows.version(copy.id, 1).await.unwrap().nodes), ["a"]);
}

#[tokio::test]
async fn version_numbers_are_consecutive_even_when_many_ask_at_once() {
    let desk = Desk::new();
    let workflow = desk.create("shop").await;
    let asks = (0..8).map(|_| desk.workflows.snapshot(&workflow, VersionMeta::default(), desk.owner));
    let made = futures::future::try_join_all(asks).await.unwrap();
    let mut numbers: Vec<u32> = made.iter().map(|version| version.version).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (2..=9).collect::<Vec<_>>());
    assert_eq!(desk.stored(workflow.id).await.current_version, 9);
}

#[tokio::test]
async fn what_is_said_about_a_version_can_be_changed_and_cleared() {
    let desk = Desk::new();
    let workflow = desk.create("shop").await;
    let said = VersionMeta { name: Some("first".into()), tag: Some("v1".into()), description: None };
    let described = desk.workflows.describe(workflow.id, 1, said).await.unwrap();
    assert_eq!((described.name.as_str(), described.tag.as_str()), ("first", "v1"));
    let cleared = VersionMeta { tag: Some(String::new()), ..VersionMeta::default() };
    let described = desk.workflows.describe(workflow.id, 1, cleared).await.unwrap();
    assert_eq!((described.name.as_str(), described.tag.as_str()), ("first", ""));
    let unknown = desk.workflows.describe(workflow.id, 7, VersionMeta::default()).await.unwrap_err();
    assert!(matches!(unknown, Error::NoVersion(7)));
}

#[tokio::test]
async fn a_restore_first_keeps_what_is_in_no_version() {
    let desk = Desk::new();
    let id = desk.create("shop").await.id;
    let drawn = desk.draw(id, &["a"]).await;
    desk.workflows.snapshot(&drawn, VersionMeta::default(), desk.owner).await.unwrap();
    desk.draw(id, &["a", "unversioned"]).await;
    desk.report(id, "a").await;

    let (restored, version) = desk.workflows.restore(id, 2, desk.owner).await.unwrap();
    assert_eq!(ids(&restored.nodes), ["a"]);
    assert_eq!(restored.nodes[0].data["_status"], json!({"state": "healthy"}), "it still runs");
    assert_eq!((version.version, version.restored_from, version.is_automatic), (4, Some(2), false));
    assert_eq!(restored.current_version, 4);
    let before = desk.workflows.version(id, 3).await.unwrap();
    assert_eq!((ids(&before.nodes), before.is_automatic), (vec!["a", "unversioned"], true));
    assert!(before.nodes[0].data.get("_status").is_none());
}

#[tokio::test]
async fn a_restore_of_what_is_versioned_makes_one_version() {
    let desk = Desk::new();
    let id = desk.create("shop").await.id;
    let (_, version) = desk.workflows.restore(id, 1, desk.owner).await.unwrap();
    assert_eq!(version.version, 2);
    let (versions, total) = desk.workflows.versions(id, 0, 10).await.unwrap();
    assert_eq!((versions[0].version, total), (2, 2));
}

#[tokio::test]
async fn versions_are_compared_in_the_order_they_are_named() {
    let desk = Desk::new();
    let id = desk.create("shop").await.id;
    let drawn = desk.draw(id, &["a"]).await;
    desk.workflows.snapshot(&drawn, VersionMeta::default(), desk.owner).await.unwrap();
    let compare = async |from, to| {
        let comparison = desk.workflows.compare(id, from, to).await.unwrap();
        let value = serde_json::to_value(comparison).unwrap();
        let count = |list: &str| value[list].as_array().unwrap().len();
        (count("added_nodes"), count("removed_nodes"))
    };
    assert_eq!(compare(1, 2).await, (1, 0));
    assert_eq!(compare(2, 1).await, (0, 1));
    assert_eq!(compare(2, 2).await, (0, 0));
}

#[tokio::test]
async fn a_list_is_filtered_sorted_and_paged() {
    let desk = Desk::new();
    for name in ["beta", "alpha", "gamma"] {
        desk.create(name).await;
        desk.clock.advance(std::time::Duration::from_secs(1));
    }
    assert_eq!(desk.names(Listing::default()).await.0, ["gamma", "alpha", "beta"]);
    let by_name = Listing { sort: SortBy::Name, order: Order::Ascending, ..Listing::default() };
    assert_eq!(desk.names(by_name.clone()).await.0, ["alpha", "beta", "gamma"]);
    let page = Listing { offset: 1, limit: Some(1), ..by_name };
    assert_eq!(desk.names(page).await, (vec!["beta".to_owned()], 3));
    let found = Listing { search: Some("AMM".into()), ..Listing::default() };
    assert_eq!(desk.names(found).await, (vec!["gamma".to_owned()], 1));
    let archived = Listing { status: Some(Status::Archived), ..Listing::default() };
    assert_eq!(desk.names(archived).await, (vec![], 0));
    let others = desk.workflows.list(UserId::new(), &Listing::default()).await.unwrap();
    assert!(others.workflows.is_empty());
}

#[test]
fn an_edit_that_asks_for_nothing_is_empty() {
    assert!(Edit::default().is_empty());
    assert!(!nodes(&[]).is_empty() && nodes(&[]).is_of_graph());
}
