//! A drawn graph on a real cluster, over HTTP: it deploys, changes, stays out of others' way, and goes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

#[path = "support/bed.rs"]
mod bed;
#[path = "support/drawing.rs"]
mod drawing;
#[path = "support/issuer.rs"]
mod issuer;
#[path = "support/stage.rs"]
mod stage;
mod support;

#[path = "bed_deploy/changes.rs"]
mod changes;
#[path = "bed_deploy/health.rs"]
mod health;
#[path = "bed_deploy/owners.rs"]
mod owners;
#[path = "bed_deploy/preflight.rs"]
mod preflight;
#[path = "bed_deploy/progress.rs"]
mod progress;
#[path = "bed_deploy/removal.rs"]
mod removal;
#[path = "bed_deploy/values.rs"]
mod values;
#[path = "bed_deploy/ways.rs"]
mod ways;
#[path = "bed_deploy/whole.rs"]
mod whole;
