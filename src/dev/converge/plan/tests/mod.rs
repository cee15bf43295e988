//! Every rule of cli.md 8.5 as a case: files, what there is, and the plan that follows.

mod changes;
mod lifecycle;
mod world;

use world::World;

const SHOP: &str = "\
services:
  web: {image: web, depends_on: {db: {condition: service_healthy, restart: true}}, networks: [front, back]}
  db: {image: db, volumes: ['data:/data'], networks: [back]}
networks: {front: , back: }
volumes: {data: }
";

#[test]
fn nothing_there_everything_is_made_what_is_depended_on_first() {
    let plan = World::of(SHOP).plan();
    let expected = "\
+ network.front
+ network.back
+ volume.data
+ container.db-1 <- network.back volume.data
+ container.web-1 <- network.front network.back container.db-1";
    assert_eq!(plan, expected);
}

#[test]
fn everything_as_wanted_nothing_is_done() {
    let mut world = World::of(SHOP);
    world.make_all();
    let expected = "\
= network.front
= network.back
= volume.data
= container.db-1 <- network.back volume.data
= container.web-1 <- network.front network.back container.db-1";
    assert_eq!(world.plan(), expected);
}
