//! How many containers there are, which are started, which go, and what an interrupted run left.

use super::SHOP;
use super::world::World;
use crate::dev::converge::error::Error;
use crate::dev::converge::plan::Orphans;
use crate::docker::label;
use crate::docker::models::ContainerStateStatusEnum as Status;

#[test]
fn what_does_not_run_is_started() {
    let mut world = World::of(SHOP);
    world.make_all();
    world.set_state("db-1", Status::EXITED, 0);
    world.set_state("web-1", Status::PAUSED, 0);
    assert_eq!(world.fate("container.db-1"), "~ container.db-1 (it does not run)");
    assert_eq!(world.fate("container.web-1"), "~ container.web-1 (it is paused)");
    world.set_state("db-1", Status::RESTARTING, 1);
    assert_eq!(world.fate("container.db-1"), "= container.db-1");
}

#[test]
fn what_others_only_wait_for_is_done_when_it_is_done() {
    let text = "services: {job: {image: j}, web: {image: web, depends_on: {job: {condition: service_completed_successfully}}}}";
    let mut world = World::of(text);
    world.make_all();
    world.set_state("job-1", Status::EXITED, 0);
    assert_eq!(world.fate("container.job-1"), "= container.job-1");
    world.set_state("job-1", Status::EXITED, 1);
    assert_eq!(world.fate("container.job-1"), "~ container.job-1 (it does not run)");
}

#[test]
fn whoever_follows_is_stopped_before_what_it_follows_is_made_anew() {
    let mut world = World::of(SHOP);
    world.make_all();
    world.files(&SHOP.replace("image: db,", "image: db, command: other,"));
    let expected = "\
= network.front
= network.back
= volume.data
~ stop.web-1 (it follows db, which is made anew)
~ container.db-1 (command added) <- network.back volume.data stop.web-1
~ container.web-1 (what it depends on is made anew) <- network.front network.back container.db-1 stop.web-1";
    assert_eq!(world.plan(), expected);
    world.files(&SHOP.replace("image: db,", "image: db, command: other,").replace(", restart: true", ""));
    assert_eq!(world.fate("container.web-1"), "= container.web-1");
}

#[test]
fn scale_takes_the_obsolete_first_and_then_the_highest_numbers() {
    let text = |scale: u32| format!("services: {{web: {{image: web, scale: {scale}}}}}");
    let mut world = World::of(&text(3));
    world.make_all();
    world.files(&text(2));
    assert_eq!(world.fate("remove."), "- remove.shop-web-3 (2 are wanted)");
    assert_eq!(world.fate("container.web-1"), "= container.web-1");
    world.labels("web-1").insert(label::HASH.to_owned(), "1:old".to_owned());
    assert!(world.fate("remove.").starts_with("- remove.shop-web-1 (2 are wanted, and it is out of date"));
    world.files(&text(4));
    world.observed.containers.retain(|seen| seen.name() != "shop-web-2");
    assert_eq!(world.fate("container.web-2"), "+ container.web-2");
    assert_eq!(world.fate("container.web-4"), "+ container.web-4");
    world.files(&text(0));
    assert_eq!(world.plan().matches("- remove.shop-web-").count(), 2);
}

#[test]
fn orphans_go_when_they_are_ours_or_when_it_is_asked() {
    let mut world = World::of(SHOP);
    world.make_all();
    world.files("services: {db: {image: db, volumes: ['data:/data'], networks: [back]}}\nnetworks: {back: }\nvolumes: {data: }\n");
    let reason = "- remove.shop-web-1 (no container provides web any more)";
    assert_eq!(world.fate("remove."), reason);
    // What comes after may need what the orphan holds.
    assert!(world.plan().contains("= container.db-1 <- remove.shop-web-1"), "{}", world.plan());
    world.options.orphans = Orphans::Keep;
    assert_eq!(world.fate("remove."), "none");
    world.labels("web-1").remove(label::MANAGED);
    world.options.orphans = Orphans::RemoveOurs;
    assert_eq!(world.fate("remove."), "none");
    assert_eq!(world.try_plan().unwrap().warnings[0].0, "ORPHANS");
    world.options.orphans = Orphans::Remove;
    assert_eq!(world.fate("remove."), reason);
}

#[test]
fn services_that_are_off_or_not_asked_for_are_no_orphans() {
    let mut world = World::of(SHOP);
    world.make_all();
    world.desired.stack.services.shift_remove("web");
    assert_eq!(world.fate("remove."), "none");
    // A network that they are on is not made anew under them.
    world.files(&SHOP.replace("back: }", "back: {internal: true}}"));
    world.desired.stack.services.shift_remove("web");
    assert_eq!(world.fate("network.back"), "= network.back");
    assert_eq!(world.try_plan().unwrap().warnings[0].0, "NETWORK_DIFFERS");
}

#[test]
fn containers_of_single_commands_are_left_alone() {
    let mut world = World::of("services: {web: {image: web}}");
    world.make_all();
    world.labels("web-1").insert(label::ONEOFF.to_owned(), "True".to_owned());
    assert_eq!(world.fate("container.web-1"), "+ container.web-1");
    assert_eq!(world.fate("remove."), "none");
}

#[test]
fn an_interrupted_recreation_begins_anew_or_is_brought_to_its_end() {
    let mut world = World::of("services: {web: {image: web}}");
    world.make_all();
    world.container("web-1").id = Some("0123456789abcdef".to_owned());
    world.make("web", 1);
    let half = &mut world.observed.containers.last_mut().unwrap().0;
    half.id = Some("fedcba9876543210".to_owned());
    half.name = Some("/0123456789ab_shop-web-1".to_owned());
    let labels = half.config.as_mut().unwrap().labels.as_mut().unwrap();
    labels.insert(label::REPLACE.to_owned(), "0123456789ab".to_owned());
    // The old one is still there.
    let reason = "- remove.0123456789ab_shop-web-1 (an interrupted recreation left it behind)";
    assert_eq!(world.fate("remove."), reason);
    assert_eq!(world.fate("container.web-1"), "= container.web-1");
    // The old one is gone.
    world.observed.containers.remove(0);
    let reason = "~ rename.web-1 (an interrupted recreation left it with another name)";
    assert_eq!(world.fate("rename."), reason);
    assert_eq!(world.fate("container.web-1"), "= container.web-1");
}

#[test]
fn one_that_was_made_and_never_started_is_made_anew() {
    let mut world = World::of("services: {web: {image: web}}");
    world.make_all();
    world.set_state("web-1", Status::CREATED, 0);
    let state = world.container("web-1").state.as_mut().unwrap();
    state.started_at = Some("0001-01-01T00:00:00Z".to_owned());
    assert_eq!(world.fate("container.web-1"), "~ container.web-1 (it was never started)");
}

#[test]
fn names_of_others_and_things_that_are_not_there_stop_it() {
    let mut world = World::of(SHOP);
    world.make_all();
    world.observed.networks[0].labels = None;
    assert!(matches!(world.try_plan(), Err(Error::NameTaken { kind: "network", .. })));

    let mut world = World::of(SHOP);
    world.make_all();
    world.labels("web-1").insert(label::WORKING_DIR.to_owned(), "/elsewhere".to_owned());
    assert!(matches!(world.try_plan(), Err(Error::NameTaken { kind: "project", .. })));

    for text in [
        "services: {web: {image: web}}\nnetworks: {default: {external: true, name: n}}\n",
        "services: {web: {image: web, volumes: ['vol:/v']}}\nvolumes: {vol: {external: true}}\n",
    ] {
        assert!(matches!(World::of(text).try_plan(), Err(Error::NotMade { .. })), "{text}");
    }
}

#[test]
fn what_the_engine_is_too_old_for_is_dropped_with_a_warning_or_refused() {
    let world = World::of(
        "services: {web: {image: web, annotations: {a: b}, healthcheck: {test: a, start_interval: 1s}}}",
    );
    let warnings = world.try_plan().unwrap().warnings;
    let expected = [
        (
            "ENGINE_TOO_OLD",
            "services.web.annotations is left out: the engine's API is version 1.41".to_owned(),
        ),
        (
            "ENGINE_TOO_OLD",
            "services.web.healthcheck.start_interval is left out: the engine's API is version 1.41"
                .to_owned(),
        ),
    ];
    assert_eq!(warnings, expected);
    for mount in [
        "{type: volume, source: v, target: /v, volume: {subpath: s}}",
        "{type: image, source: i, target: /v}",
    ] {
        let world =
            World::of(&format!("services: {{web: {{image: web, volumes: [{mount}]}}}}\nvolumes: {{v: }}\n"));
        assert!(matches!(world.try_plan(), Err(Error::TooOld { .. })), "{mount}");
    }
}
