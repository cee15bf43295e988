//! What the store does to any document and with any filter is what plain Rust would do.
#![allow(clippy::unwrap_used)]

use orchcli::clock::Clock;
use orchcli::id::RunId;
use orchcli::store::{Collection, Comparison, Document, Filter, Patch, Path, Scalar, Store};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Thing {
    #[serde(rename = "_id")]
    id: RunId,
    body: Json,
}

impl Document for Thing {
    type Id = RunId;
    const COLLECTION: Collection = Collection { name: "things", indexes: &[] };

    fn id(&self) -> RunId {
        self.id
    }
}

struct Bench {
    runtime: Runtime,
    store: Store,
    _dir: TempDir,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Clock::system(), &[Thing::COLLECTION]).unwrap();
        Self { runtime: Runtime::new().unwrap(), store, _dir: dir }
    }

    /// `body` after `patch` in the store, and whether the store said that it matched.
    fn patched(&self, body: &Json, patch: Patch) -> (Json, bool) {
        self.runtime.block_on(async {
            let thing = Thing { id: RunId::new(), body: body.clone() };
            self.store.insert(&thing).await.unwrap();
            let matched = self.store.patch::<Thing>(thing.id, Filter::all(), patch).await.unwrap();
            (self.store.get::<Thing>(thing.id).await.unwrap().unwrap().body, matched)
        })
    }

    /// Which of `bodies`, by position, meet `filter` in the store.
    fn found(&self, bodies: &[Json], filter: &Filter) -> Vec<usize> {
        self.runtime.block_on(async {
            self.store.delete_many::<Thing>(Filter::all()).await.unwrap();
            let things: Vec<Thing> =
                bodies.iter().map(|body| Thing { id: RunId::new(), body: body.clone() }).collect();
            futures::future::join_all(things.iter().map(|thing| self.store.insert(thing))).await;
            let found = self.store.find::<Thing>(filter.clone()).await.unwrap();
            assert_eq!(self.store.count::<Thing>(filter.clone()).await.unwrap(), found.len() as u64);
            (0..things.len()).filter(|&at| found.contains(&things[at])).collect()
        })
    }
}

/// A place as both sides see it: fields, each of them perhaps in the element with this id.
#[derive(Debug, Clone)]
struct Place(Vec<(Option<String>, &'static str)>);

impl Place {
    fn path(&self) -> Path {
        self.0.iter().fold(Path::new("body"), |path, (element, field)| match element {
            Some(id) => path.element("id", id).field(field),
            None => path.field(field),
        })
    }

    /// The value here.
    fn get<'a>(&self, body: &'a Json) -> Option<&'a Json> {
        self.0.iter().try_fold(body, |at, (element, field)| match element {
            Some(id) => at.as_array()?.iter().find(|one| has_id(one, id))?.get(field),
            None => at.as_object()?.get(*field),
        })
    }

    /// The object that holds the last field, made if it may be; nothing when the place leads nowhere.
    fn parent<'a>(&self, body: &'a mut Json) -> Option<(&'a mut Map<String, Json>, &'static str)> {
        let mut at = body;
        for (position, (element, field)) in self.0.iter().enumerate() {
            if let Some(id) = element {
                at = at.as_array_mut()?.iter_mut().find(|one| has_id(one, id))?;
            }
            let object = at.as_object_mut()?;
            let Some((next, _)) = self.0.get(position + 1) else { return Some((object, field)) };
            at = match next {
                Some(_) => object.get_mut(*field)?,
                None => object.entry(*field).or_insert_with(|| json!({})),
            };
        }
        None
    }
}

fn has_id(element: &Json, id: &str) -> bool {
    element.get("id").and_then(Json::as_str) == Some(id)
}

const FIELDS: [&str; 6] = ["a", "b", "nodes", "_status", "camelCase", "it's"];

fn ids() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("a".to_owned()),
        Just("b".to_owned()),
        prop::sample::select(vec![
            "", "'", "\"", "\\", "$", "a.b", "[0]", "\"]'", "a\0", "\u{1}", "é", "?1", "{}", "null"
        ])
        .prop_map(str::to_owned),
    ]
}

fn scalars() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-3i64..4).prop_map(Json::from),
        (-3i32..4).prop_map(|halves| json!(f64::from(halves) / 2.0)),
        ids().prop_map(Json::from),
    ]
}

fn documents() -> impl Strategy<Value = Json> {
    scalars().prop_recursive(4, 40, 5, |inner| {
        let object = prop::collection::vec((prop::sample::select(&FIELDS[..]), inner.clone()), 0..5)
            .prop_map(|members| {
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Json>()
            });
        let element = (ids(), object.clone()).prop_map(|(id, mut element)| {
            element["id"] = Json::from(id);
            element
        });
        prop_oneof![
            2 => object,
            2 => prop::collection::vec(prop_oneof![4 => element, 1 => inner], 0..4).prop_map(Json::from),
        ]
    })
}

fn places() -> impl Strategy<Value = Place> {
    let step = (prop::option::weighted(0.4, ids()), prop::sample::select(&FIELDS[..]));
    prop::collection::vec(step, 1..4).prop_map(|mut steps| {
        steps[0].0 = None;
        Place(steps)
    })
}

/// A place that often leads somewhere in `body`.
fn places_in(body: &Json) -> Vec<Place> {
    let mut found = Vec::new();
    collect(body, &[], &mut found);
    found
}

fn collect(at: &Json, before: &[(Option<String>, &'static str)], found: &mut Vec<Place>) {
    let mut members = |element: Option<&str>, object: &Json| {
        for field in FIELDS {
            let steps: Vec<_> = before.iter().cloned().chain([(element.map(str::to_owned), field)]).collect();
            found.push(Place(steps.clone()));
            if let Some(value) = object.get(field) {
                collect(value, &steps, found);
            }
        }
    };
    match at {
        Json::Object(_) => members(None, at),
        Json::Array(elements) if !before.is_empty() => {
            for element in elements {
                if let Some(id) = element.get("id").and_then(Json::as_str) {
                    members(Some(id), element);
                }
            }
        }
        _ => {}
    }
}

/// A document and a place that leads somewhere in it about half of the time.
fn documents_and_places() -> impl Strategy<Value = (Json, Place)> {
    (documents(), places(), any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(body, any, chosen, inside)| {
            let known = places_in(&body);
            let place = if inside && !known.is_empty() { chosen.get(&known).clone() } else { any };
            (body, place)
        },
    )
}

fn comparable(value: &Json) -> Option<Scalar> {
    match value {
        Json::Bool(yes) => Some(Scalar::from(*yes)),
        Json::Number(number) => number.as_i64().map(Scalar::from),
        Json::String(text) => Some(Scalar::from(text)),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// A condition as both sides see it.
#[derive(Debug, Clone)]
enum Condition {
    Compare(Place, Comparison, Json),
    OneOf(Place, Vec<Json>),
    Missing(Place),
    Present(Place),
    Contains(Place, String),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

impl Condition {
    fn filter(&self) -> Filter {
        match self {
            Self::Compare(place, how, with) => {
                let with = comparable(with).unwrap();
                match how {
                    Comparison::Eq => Filter::eq(place.path(), with),
                    Comparison::Ne => Filter::ne(place.path(), with),
                    Comparison::Lt => Filter::lt(place.path(), with),
                    Comparison::Lte => Filter::lte(place.path(), with),
                    Comparison::Gt => Filter::gt(place.path(), with),
                    Comparison::Gte => Filter::gte(place.path(), with),
                }
            }
            Self::OneOf(place, values) => Filter::one_of(place.path(), values.iter().filter_map(comparable)),
            Self::Missing(place) => Filter::missing(place.path()),
            Self::Present(place) => Filter::present(place.path()),
            Self::Contains(place, needle) => Filter::contains_text(place.path(), needle),
            Self::And(one, other) => one.filter().and(other.filter()),
            Self::Or(one, other) => one.filter().or(other.filter()),
        }
    }

    fn holds(&self, body: &Json) -> bool {
        match self {
            Self::Compare(place, how, with) => {
                let order = place.get(body).and_then(|value| compared(value, with));
                match how {
                    Comparison::Eq => order.is_some_and(std::cmp::Ordering::is_eq),
                    Comparison::Ne => !order.is_some_and(std::cmp::Ordering::is_eq),
                    Comparison::Lt => order.is_some_and(std::cmp::Ordering::is_lt),
                    Comparison::Lte => order.is_some_and(std::cmp::Ordering::is_le),
                    Comparison::Gt => order.is_some_and(std::cmp::Ordering::is_gt),
                    Comparison::Gte => order.is_some_and(std::cmp::Ordering::is_ge),
                }
            }
            Self::OneOf(place, values) => place.get(body).is_some_and(|value| {
                values.iter().any(|one| compared(value, one).is_some_and(std::cmp::Ordering::is_eq))
            }),
            Self::Missing(place) => place.get(body).is_none_or(Json::is_null),
            Self::Present(place) => !place.get(body).is_none_or(Json::is_null),
            Self::Contains(place, needle) => place
                .get(body)
                .and_then(Json::as_str)
                .is_some_and(|text| text.to_lowercase().contains(&needle.to_lowercase())),
            Self::And(one, other) => one.holds(body) && other.holds(body),
            Self::Or(one, other) => one.holds(body) || other.holds(body),
        }
    }
}

/// How two values of the same type compare.
fn compared(one: &Json, other: &Json) -> Option<std::cmp::Ordering> {
    match (one, other) {
        (Json::Bool(one), Json::Bool(other)) => Some(one.cmp(other)),
        (Json::Number(one), Json::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Json::String(one), Json::String(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

fn conditions() -> impl Strategy<Value = Condition> {
    let with = || scalars().prop_filter("comparable", |value| comparable(value).is_some());
    let how = prop::sample::select(vec![
        Comparison::Eq,
        Comparison::Ne,
        Comparison::Lt,
        Comparison::Lte,
        Comparison::Gt,
        Comparison::Gte,
    ]);
    let leaf = prop_oneof![
        3 => (places(), how, with()).prop_map(|(place, how, with)| Condition::Compare(place, how, with)),
        1 => (places(), prop::collection::vec(with(), 0..4)).prop_map(|(place, any)| Condition::OneOf(place, any)),
        1 => places().prop_map(Condition::Missing),
        1 => places().prop_map(Condition::Present),
        1 => (places(), ids()).prop_map(|(place, needle)| Condition::Contains(place, needle.to_uppercase())),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| Condition::And(one.into(), other.into())),
            (inner.clone(), inner).prop_map(|(one, other)| Condition::Or(one.into(), other.into())),
        ]
    })
}

/// Checks `property` on `count` cases of one database.
fn check<T: std::fmt::Debug>(count: u32, cases: impl Strategy<Value = T>, property: impl Fn(&Bench, T)) {
    let bench = Bench::new();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: count,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&cases, |case| {
            property(&bench, case);
            Ok(())
        })
        .unwrap();
}

#[test]
fn setting_a_place_is_what_rust_would_do() {
    check(600, (documents_and_places(), documents()), |bench, ((body, place), value)| {
        let mut expected = body.clone();
        let leads_somewhere = match place.parent(&mut expected) {
            Some((object, field)) => {
                object.insert(field.to_owned(), value.clone());
                true
            }
            None => false,
        };
        let expected = if leads_somewhere { expected } else { body.clone() };
        let patch = Patch::new().set(place.path(), value);
        assert_eq!(bench.patched(&body, patch), (expected, leads_somewhere));
    });
}

#[test]
fn unsetting_a_place_is_what_rust_would_do() {
    check(400, documents_and_places(), |bench, (body, place)| {
        let leads_somewhere = place.parent(&mut body.clone()).is_some();
        let mut expected = body.clone();
        if place.get(&body).is_some() {
            let (object, field) = place.parent(&mut expected).unwrap();
            object.shift_remove(field);
        }
        assert_eq!(bench.patched(&body, Patch::new().unset(place.path())), (expected, leads_somewhere));
    });
}

#[test]
fn incrementing_a_place_is_what_rust_would_do() {
    check(400, (documents_and_places(), -5i32..5), |bench, ((body, place), by)| {
        let mut expected = body.clone();
        let sum = match place.get(&body).unwrap_or(&Json::Null) {
            Json::Null => Some(json!(by)),
            Json::Number(number) => Some(match number.as_i64() {
                Some(whole) => json!(whole + i64::from(by)),
                None => json!(number.as_f64().unwrap() + f64::from(by)),
            }),
            _ => None,
        };
        let changed = match (sum, place.parent(&mut expected)) {
            (Some(sum), Some((object, field))) => {
                object.insert(field.to_owned(), sum);
                true
            }
            _ => false,
        };
        let expected = if changed { expected } else { body.clone() };
        assert_eq!(
            bench.patched(&body, Patch::new().increment(place.path(), by.into())),
            (expected, changed)
        );
    });
}

#[test]
fn an_element_is_found_by_any_id() {
    check(300, (any::<String>(), ids()), |bench, (id, decoy)| {
        let node = |id: &str, state: &str| json!({"id": id, "data": {"state": state}});
        let body = |state| json!({"nodes": [node(&format!("{id}{decoy}x"), "other"), node(&id, state)]});
        let place = Path::new("body.nodes").element("id", &id).field("data.state");
        assert_eq!(bench.patched(&body("old"), Patch::new().set(place, "new")), (body("new"), true));
    });
}

#[test]
fn filters_find_what_rust_would_find() {
    let bodies = || prop::collection::vec(documents(), 1..12);
    check(500, (bodies(), conditions()), |bench, (bodies, condition)| {
        let expected: Vec<usize> =
            bodies.iter().enumerate().filter(|(_, body)| condition.holds(body)).map(|(at, _)| at).collect();
        assert_eq!(bench.found(&bodies, &condition.filter()), expected);
    });
}

#[test]
fn numbers_come_back_as_they_were() {
    let number = prop_oneof![
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
    ];
    check(300, (number.clone(), number), |bench, (kept, set)| {
        let body = json!({"a": kept, "b": null});
        let patch = Patch::new().set("body.b", set.clone());
        assert_eq!(bench.patched(&body, patch), (json!({"a": kept, "b": set}), true));
    });
}
