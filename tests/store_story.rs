//! The whole document API as one story, told to whatever store it is given.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Duration;

use orchcli::clock::{Clock, Time};
use orchcli::id::{SessionId, UserId, WorkflowId};
use orchcli::store::{
    Collection, Document, Error, Filter, Index, Order, Patch, Path as Place, Query, Store, Value,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

const COLLECTIONS: &[Collection] = &[Workflow::COLLECTION, Session::COLLECTION];

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Workflow {
    #[serde(rename = "_id")]
    id: WorkflowId,
    owner_id: UserId,
    name: String,
    runs: i64,
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

/// What a list shows of a workflow.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
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

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Session {
    #[serde(rename = "_id")]
    id: SessionId,
    expires_at: Time,
}

impl Document for Session {
    type Id = SessionId;
    const COLLECTION: Collection = Collection {
        name: "sessions",
        indexes: &[Index::on("expiry", &["expires_at"]).expire_after(Duration::ZERO)],
    };

    fn id(&self) -> SessionId {
        self.id
    }
}

fn workflow(owner: UserId, name: &str, day: i64) -> Workflow {
    Workflow {
        id: WorkflowId::new(),
        owner_id: owner,
        name: name.to_owned(),
        runs: 0,
        nodes: Vec::new(),
        updated_at: Time::from_millis(day * 86_400_000),
        deleted_at: None,
    }
}

fn names(found: &[Workflow]) -> Vec<&str> {
    found.iter().map(|workflow| workflow.name.as_str()).collect()
}

/// Tells the story to the store that `open` gives; asked again for the same folder, it must find what was saved.
async fn story(open: impl Fn(&Path, Clock) -> Result<Store, Error>) {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::manual(Time::from_millis(1_700_000_000_000));
    let store = open(dir.path(), clock.clone()).unwrap();

    saved_documents_are_found_again(&store).await;
    documents_may_be_large_but_not_bottomless(&store).await;
    a_document_of_another_shape_is_named_without_its_values(&store).await;
    names_are_unique_among_what_is_not_deleted(&store).await;
    lists_are_filtered_sorted_and_paged(&store).await;
    a_replacement_needs_the_revision_that_was_read(&store).await;
    a_patch_changes_only_what_it_names(&store).await;
    a_patch_may_name_hundreds_of_places(&store).await;
    a_patch_is_refused_when_its_condition_does_not_hold(&store).await;
    many_are_patched_and_deleted_at_once(&store).await;
    what_has_expired_is_gone(&store, &clock).await;

    let kept = workflow(UserId::new(), "kept", 1);
    store.insert(&kept).await.unwrap();
    store.close().await.unwrap();
    assert!(matches!(store.insert(&workflow(UserId::new(), "late", 1)).await, Err(Error::Closed)));
    drop(store);
    let store = open(dir.path(), clock).unwrap();
    assert_eq!(store.get::<Workflow>(kept.id).await.unwrap(), Some(kept));
}

async fn saved_documents_are_found_again(store: &Store) {
    let saved = Workflow {
        nodes: vec![json!({"id": "a", "data": {"z": 1, "a": [1.0, "é\u{0}"]}})],
        ..workflow(UserId::new(), "shop", 1)
    };
    assert_eq!(store.get::<Workflow>(saved.id).await.unwrap(), None);
    store.insert(&saved).await.unwrap();
    assert_eq!(store.get::<Workflow>(saved.id).await.unwrap(), Some(saved.clone()));
    assert_eq!(store.find_one::<Workflow>(Filter::eq("name", "shop")).await.unwrap(), Some(saved.clone()));
    assert_eq!(
        store.get::<Title>(saved.id).await.unwrap(),
        Some(Title { id: saved.id, name: "shop".into() })
    );

    let again = store.insert(&Workflow { name: "other".to_owned(), ..saved.clone() }).await;
    assert!(matches!(again, Err(Error::Duplicate { collection: "workflows", index: "_id" })), "{again:?}");
    assert!(store.delete::<Workflow>(saved.id).await.unwrap());
    assert!(!store.delete::<Workflow>(saved.id).await.unwrap());
    assert_eq!(store.get::<Workflow>(saved.id).await.unwrap(), None);
}

async fn documents_may_be_large_but_not_bottomless(store: &Store) {
    let large = Workflow {
        nodes: vec![json!({"id": "a", "data": "x".repeat(4_000_000)})],
        ..workflow(UserId::new(), "large", 1)
    };
    store.insert(&large).await.unwrap();
    assert_eq!(store.get::<Workflow>(large.id).await.unwrap(), Some(large.clone()));

    let nested = (0..119).fold(json!("bottom"), |inner, _| json!([inner]));
    let too_deep = Workflow { nodes: vec![nested.clone()], ..workflow(UserId::new(), "deep", 1) };
    assert!(matches!(store.insert(&too_deep).await, Err(Error::TooDeep { what: "workflows", .. })));
    let data = || Place::new("nodes").element("id", "a").field("data");
    let patch =
        |value: Json| store.patch::<Workflow>(large.id, Filter::all(), Patch::new().set(data(), value));
    assert!(matches!(patch(nested.clone()).await, Err(Error::TooDeep { .. })));
    assert!(patch(nested[0][0].clone()).await.unwrap());
    let read = store.get::<Workflow>(large.id).await.unwrap().unwrap();
    assert_eq!(read.nodes[0]["data"], nested[0][0]);
}

async fn a_document_of_another_shape_is_named_without_its_values(store: &Store) {
    #[derive(Debug, Serialize, Deserialize)]
    struct Misfit {
        #[serde(rename = "_id")]
        id: WorkflowId,
        nodes: Vec<u8>,
    }

    impl Document for Misfit {
        type Id = WorkflowId;
        const COLLECTION: Collection = Workflow::COLLECTION;

        fn id(&self) -> WorkflowId {
            self.id
        }
    }

    let saved = Workflow { nodes: vec![json!(1), json!("s3cret")], ..workflow(UserId::new(), "shape", 1) };
    store.insert(&saved).await.unwrap();
    let words = store.get::<Misfit>(saved.id).await.unwrap_err().to_string();
    assert_eq!(words, format!("workflows/{} cannot be read: wrong or missing value at nodes[1]", saved.id));
    store.delete::<Workflow>(saved.id).await.unwrap();
}

async fn names_are_unique_among_what_is_not_deleted(store: &Store) {
    let owner = UserId::new();
    let first = workflow(owner, "api", 1);
    store.insert(&first).await.unwrap();
    store.insert(&workflow(UserId::new(), "api", 1)).await.unwrap();
    let second = workflow(owner, "api", 2);
    let refused = store.insert(&second).await;
    assert!(
        matches!(refused, Err(Error::Duplicate { collection: "workflows", index: "name" })),
        "{refused:?}"
    );

    let deletion = Patch::new().set("deleted_at", Time::from_millis(5));
    assert!(store.patch::<Workflow>(first.id, Filter::missing("deleted_at"), deletion).await.unwrap());
    store.insert(&second).await.unwrap();
    let revival = Patch::new().set("deleted_at", None::<Time>);
    let refused = store.patch::<Workflow>(first.id, Filter::all(), revival).await;
    assert!(matches!(refused, Err(Error::Duplicate { index: "name", .. })), "{refused:?}");
}

async fn lists_are_filtered_sorted_and_paged(store: &Store) {
    let owner = UserId::new();
    for (name, day) in [("Ärger", 3), ("beta", 1), ("alpha_100%", 2), ("gamma", 1)] {
        store.insert(&workflow(owner, name, day)).await.unwrap();
    }
    let mine = || Filter::eq("owner_id", owner);
    let newest = Query::filter(mine()).sort("updated_at", Order::Descending).sort("name", Order::Ascending);
    let found = store.find::<Workflow>(newest.clone()).await.unwrap();
    assert_eq!(names(&found), ["Ärger", "alpha_100%", "beta", "gamma"]);
    let page = store.find::<Workflow>(newest.skip(1).limit(2)).await.unwrap();
    assert_eq!(names(&page), ["alpha_100%", "beta"]);
    assert_eq!(store.count::<Workflow>(mine()).await.unwrap(), 4);

    let find = async |filter: Filter| {
        let query = Query::filter(mine().and(filter)).sort("name", Order::Ascending);
        names(&store.find::<Workflow>(query).await.unwrap()).join(" ")
    };
    let day = |day: i64| Time::from_millis(day * 86_400_000);
    assert_eq!(find(Filter::contains_text("name", "äRG")).await, "Ärger");
    assert_eq!(find(Filter::contains_text("name", "_100%")).await, "alpha_100%");
    assert_eq!(find(Filter::one_of("name", ["beta", "gamma", "delta"])).await, "beta gamma");
    assert_eq!(find(Filter::one_of("name", Vec::<String>::new())).await, "");
    assert_eq!(find(Filter::lt("updated_at", day(2))).await, "beta gamma");
    assert_eq!(
        find(Filter::lte("updated_at", day(2)).and(Filter::ne("name", "beta"))).await,
        "alpha_100% gamma"
    );
    assert_eq!(find(Filter::gt("updated_at", day(2)).or(Filter::eq("name", "beta"))).await, "beta Ärger");
    assert_eq!(find(Filter::gte("runs", 1)).await, "");
    assert_eq!(find(Filter::eq("runs", "0")).await, "");
    assert_eq!(find(Filter::present("deleted_at")).await, "");
}

async fn a_replacement_needs_the_revision_that_was_read(store: &Store) {
    let first = workflow(UserId::new(), "one", 1);
    store.insert(&first).await.unwrap();
    let (read, revision) = store.get_versioned::<Workflow>(first.id).await.unwrap().unwrap();
    let changed = Workflow { name: "two".to_owned(), ..read };
    let next = store.replace(&changed, revision).await.unwrap();
    assert!(matches!(store.replace(&first, revision).await, Err(Error::Stale)));
    assert_eq!(store.get_versioned::<Workflow>(first.id).await.unwrap(), Some((changed.clone(), next)));

    assert!(
        store.patch::<Workflow>(first.id, Filter::all(), Patch::new().increment("runs", 1)).await.unwrap()
    );
    assert!(matches!(store.replace(&changed, next).await, Err(Error::Stale)));
    assert!(matches!(store.replace(&workflow(UserId::new(), "gone", 1), revision).await, Err(Error::Stale)));
}

async fn a_patch_changes_only_what_it_names(store: &Store) {
    let hostile = r#"a".b'] || $[0]"#;
    let nodes = vec![
        json!({"id": "web", "data": {"image": "nginx"}}),
        json!({"id": hostile, "data": {"image": "redis", "_status": {"state": "old"}}}),
        json!("not an object"),
    ];
    let before = Workflow { nodes, ..workflow(UserId::new(), "patched", 1) };
    store.insert(&before).await.unwrap();

    let status = |node: &str| Place::new("nodes").element("id", node).field("data._status");
    let patch = Patch::new()
        .increment("runs", 2)
        .set(status("web"), json!({"state": "healthy", "replicas": 2}))
        .set(status(hostile).field("state"), "failed")
        .unset(Place::new("nodes").element("id", hostile).field("data.image"));
    let after = store.patch_returning::<Workflow>(before.id, Filter::all(), patch).await.unwrap().unwrap();
    let nodes = vec![
        json!({"id": "web", "data": {"image": "nginx", "_status": {"state": "healthy", "replicas": 2}}}),
        json!({"id": hostile, "data": {"_status": {"state": "failed"}}}),
        json!("not an object"),
    ];
    assert_eq!(after, Workflow { runs: 2, nodes, ..before.clone() });
    assert_eq!(store.get::<Workflow>(before.id).await.unwrap(), Some(after.clone()));

    for nowhere in [
        Patch::new().set(status("gone"), "x"),
        Patch::new().set("name.part", "x"),
        Patch::new().set("deleted_at.part", "x"),
        Patch::new().set(Place::new("name").element("id", "web").field("x"), "x"),
        Patch::new().increment("name", 1),
        Patch::new().set("name", "half done").unset(status("gone")),
    ] {
        assert!(!store.patch::<Workflow>(before.id, Filter::all(), nowhere).await.unwrap());
    }
    assert_eq!(store.get::<Workflow>(before.id).await.unwrap(), Some(after));
}

async fn a_patch_may_name_hundreds_of_places(store: &Store) {
    let node = |number: usize, state: &str| json!({"id": number.to_string(), "data": {"state": state}});
    let nodes = |state: &str| (0..400).map(|number| node(number, state)).collect();
    let before = Workflow { nodes: nodes("old"), ..workflow(UserId::new(), "hundreds", 1) };
    store.insert(&before).await.unwrap();
    let patch = (0..400).fold(Patch::new(), |patch, number| {
        patch.set(Place::new("nodes").element("id", number.to_string()).field("data.state"), "new")
    });
    let after = store.patch_returning::<Workflow>(before.id, Filter::all(), patch).await.unwrap();
    assert_eq!(after, Some(Workflow { nodes: nodes("new"), ..before }));
}

async fn a_patch_is_refused_when_its_condition_does_not_hold(store: &Store) {
    let subject = Workflow {
        nodes: vec![json!({"id": "n.1", "data": {"state": "waiting"}})],
        ..workflow(UserId::new(), "guarded", 1)
    };
    store.insert(&subject).await.unwrap();
    let state = || Place::new("nodes").element("id", "n.1").field("data.state");
    let start = || Patch::new().set(state(), Value::of(&"running").unwrap());
    let waiting = || Filter::eq(state(), "waiting");
    assert!(store.patch::<Workflow>(subject.id, waiting(), start()).await.unwrap());
    assert!(!store.patch::<Workflow>(subject.id, waiting(), start()).await.unwrap());
    assert_eq!(store.patch_returning::<Workflow>(subject.id, waiting(), start()).await.unwrap(), None);
    assert!(!store.patch::<Workflow>(WorkflowId::new(), Filter::all(), start()).await.unwrap());
}

async fn many_are_patched_and_deleted_at_once(store: &Store) {
    let owner = UserId::new();
    for day in 0..3 {
        store.insert(&workflow(owner, &format!("many-{day}"), day)).await.unwrap();
    }
    let mine = || Filter::eq("owner_id", owner);
    let young = mine().and(Filter::gt("updated_at", Time::from_millis(0)));
    assert_eq!(store.patch_many::<Workflow>(young, Patch::new().set("runs", 7)).await.unwrap(), 2);
    assert_eq!(store.count::<Workflow>(mine().and(Filter::eq("runs", 7))).await.unwrap(), 2);
    assert_eq!(store.delete_many::<Workflow>(mine()).await.unwrap(), 3);
    assert_eq!(store.count::<Workflow>(mine()).await.unwrap(), 0);
}

async fn what_has_expired_is_gone(store: &Store, clock: &Clock) {
    let now = clock.now();
    let soon = Session { id: SessionId::new(), expires_at: now.plus(Duration::from_mins(1)) };
    let later = Session { id: SessionId::new(), expires_at: now.plus(Duration::from_mins(10)) };
    let never = Session { id: SessionId::new(), expires_at: Time::NEVER };
    for session in [&soon, &later, &never] {
        store.insert(session).await.unwrap();
    }
    assert_eq!(store.sweep(clock.now()).await.unwrap(), 0);
    clock.advance(Duration::from_mins(1));
    assert_eq!(store.get::<Session>(soon.id).await.unwrap(), None);
    assert_eq!(store.count::<Session>(Filter::all()).await.unwrap(), 2);
    let extension = Patch::new().set("expires_at", Time::NEVER);
    assert!(!store.patch::<Session>(soon.id, Filter::all(), extension).await.unwrap());
    assert_eq!(store.sweep(clock.now()).await.unwrap(), 1);
    assert_eq!(store.find::<Session>(Filter::all()).await.unwrap(), [later, never]);
}

#[tokio::test]
async fn the_story_holds_for_sqlite() {
    story(|dir, clock| Store::open(dir, clock, COLLECTIONS)).await;
}
