//! When a container is made anew, and when not.

use super::SHOP;
use super::world::World;
use crate::docker::label;
use crate::docker::models::EndpointSettings;

/// The fate of `web` after the files changed from one text to another.
fn web(before: &str, after: &str) -> String {
    let of = |keys: &str| format!("services: {{web: {{image: web, {keys}}}}}");
    let mut world = World::of(&of(before));
    world.make_all();
    assert_eq!(world.fate("container.web-1"), "= container.web-1", "{before}");
    world.files(&of(after));
    world.fate("container.web-1")
}

#[test]
fn a_change_of_the_service_is_named_without_its_value() {
    for (before, after, reason) in [
        ("environment: {A: one}", "environment: {A: two}", "environment A changed"),
        ("environment: {A: one}", "environment: {B: one}", "environment A removed, environment B added"),
        ("command: [a]", "command: [b]", "command changed"),
        ("entrypoint: [a]", "", "entrypoint removed"),
        ("user: me", "user: you", "user changed"),
        ("labels: {a: b}", "labels: {a: c}", "label a changed"),
        ("ports: ['80:80']", "ports: ['81:80']", "ports changed"),
        ("volumes: [/a:/b]", "volumes: ['/a:/b:ro']", "mount /b changed"),
        ("mem_limit: 1g", "mem_limit: 2g", "mem_limit changed"),
        ("restart: always", "restart: 'no'", "restart removed"),
        ("cap_add: [NET_ADMIN]", "", "cap_add removed"),
        ("healthcheck: {test: a}", "healthcheck: {test: b}", "healthcheck changed"),
        ("hostname: a", "hostname: b", "hostname changed"),
        ("logging: {driver: local}", "logging: {driver: json-file}", "logging changed"),
        ("tmpfs: /tmp", "", "tmpfs removed"),
        ("shm_size: 1g", "", "shm_size removed"),
        ("stop_grace_period: 1s", "stop_grace_period: 0s", "stop_grace_period changed from 1s to 0s"),
        ("stop_grace_period: 0s", "stop_grace_period: 1m", "stop_grace_period changed from 0s to 60s"),
        ("stop_grace_period: 2s", "", "stop_grace_period 2s removed"),
        ("", "stop_grace_period: 0s", "stop_grace_period 0s added"),
        ("x-mine: 1, init: true", "init: false", "init removed"),
    ] {
        let fate = web(before, after);
        assert!(
            fate.starts_with("~ container.web-1 (") && fate.contains(reason),
            "{before} -> {after}: {fate}"
        );
    }
}

#[test]
fn what_is_not_of_the_container_is_no_reason() {
    for (before, after) in [
        ("scale: 1", "deploy: {replicas: 1}"),
        ("", "pull_policy: never"),
        ("", "profiles: []"),
        ("build: .", "build: ./sub"),
        ("environment: {A: '1', B: '2'}", "environment: [B=2, A=1]"),
    ] {
        assert_eq!(web(before, after), "= container.web-1", "{before} -> {after}");
    }
    let mut world = World::of(SHOP);
    world.make_all();
    world.files(&SHOP.replace("condition: service_healthy, restart: true", "condition: service_started"));
    world.desired.origin.mode = "development".to_owned();
    assert_eq!(world.fate("container.web-1"), "= container.web-1");
}

#[test]
fn another_image_behind_the_name_is_a_reason() {
    let mut world = World::of(SHOP);
    world.make_all();
    world.observed.images.get_mut("web").unwrap().id = Some("sha256:new".to_owned());
    assert_eq!(world.fate("container.web-1"), "~ container.web-1 (the image web is another one now)");
    assert_eq!(world.fate("container.db-1"), "= container.db-1");
}

#[test]
fn a_network_that_is_not_attached_or_was_made_anew_is_a_reason() {
    let mut world = World::of(SHOP);
    world.make_all();
    let networks = world.container("web-1").network_settings.as_mut().unwrap().networks.as_mut().unwrap();
    networks.remove("shop_back");
    assert_eq!(world.fate("container.web-1"), "~ container.web-1 (network shop_back added)");
    let networks = world.container("web-1").network_settings.as_mut().unwrap().networks.as_mut().unwrap();
    networks.insert("shop_back".to_owned(), EndpointSettings::default());
    assert!(world.fate("container.web-1").starts_with("~ container.web-1 ("));

    let mut world = World::of(SHOP);
    world.make_all();
    world.files(&SHOP.replace("back: }", "back: {internal: true}}"));
    assert_eq!(world.fate("network.back"), "~ network.back (internal changed)");
    assert_eq!(world.fate("container.db-1"), "~ container.db-1 (the network back is made anew)");
}

#[test]
fn a_mount_of_another_volume_is_a_reason_and_the_volume_is_not_made_anew() {
    let mut world = World::of(SHOP);
    world.make_all();
    world.files(&SHOP.replace("data: }\n", "data: {name: other}}\n"));
    assert_eq!(world.fate("volume.data"), "+ volume.data");
    assert_eq!(world.fate("container.db-1"), "~ container.db-1 (mount /data changed)");

    world.files(&SHOP.replace("data: }\n", "data: {driver: fancy}}\n"));
    let plan = world.try_plan().unwrap();
    assert_eq!(world.fate("volume.data"), "= volume.data");
    assert!(plan.warnings.iter().any(|(code, _)| *code == "VOLUME_DIFFERS"), "{:?}", plan.warnings);
}

#[test]
fn whoever_shares_a_namespace_follows() {
    let text = |command: &str| {
        format!(
            "services: {{a: {{image: a, command: {command}}}, b: {{image: b, network_mode: 'service:a'}}}}"
        )
    };
    let mut world = World::of(&text("x"));
    world.make_all();
    assert_eq!(world.fate("container.b-1"), "= container.b-1");
    world.files(&text("y"));
    assert_eq!(
        world.fate("container.b-1"),
        "~ container.b-1 (it shares a namespace of a, which is made anew)"
    );
    world.files(&text("x"));
    world.container("a-1").id = Some("another".to_owned());
    let why = "~ container.b-1 (it shares a namespace of a, which is another container now)";
    assert_eq!(world.fate("container.b-1"), why);
}

#[test]
fn the_flags_have_the_last_word() {
    let mut world = World::of(SHOP);
    world.make_all();
    world.options.force_recreate = true;
    assert_eq!(world.fate("container.db-1"), "~ container.db-1 (--force-recreate)");
    world.options.force_recreate = false;
    world.options.no_recreate = true;
    world.files(&SHOP.replace("image: db,", "image: db, command: other,"));
    assert_eq!(world.fate("container.db-1"), "= container.db-1");
}

#[test]
fn what_another_program_made_is_adopted_when_it_is_as_it_would_be_made() {
    let mut world = World::of(SHOP);
    world.make_all();
    let ours =
        |name: &String, _: &mut String| !name.starts_with("dev.orchcli.") && name != label::CONFIG_HASH;
    world.labels("web-1").retain(ours);
    assert_eq!(world.fate("container.web-1"), "= container.web-1");
    world.files(&SHOP.replace("image: web,", "image: web, environment: {A: b},"));
    assert_eq!(world.fate("container.web-1"), "~ container.web-1 (environment A added)");
    let notices = world.try_plan().unwrap().notices;
    assert_eq!(notices, ["shop-web-1 was made by another program, and is made anew once"]);
}
