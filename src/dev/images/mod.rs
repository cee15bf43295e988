//! The images of a stack: which are there, which have to be pulled or built, and why (cli.md 8.2, 8.5).

mod error;
mod fetch;
mod plan;
mod recipe;

pub use error::ImagesError;
pub use fetch::{Fetched, fetch};
pub use plan::{Action, ImageStep, Plan, PullFlag, Wishes, plan};

use super::Reporter;
use crate::compose::Stack;
use crate::docker::Engine;
use crate::docker::discover::Environment;

/// Sees to it that every image of the stack is there, and says which those are, by service.
pub async fn ensure(
    engine: &Engine,
    stack: &Stack,
    wishes: Wishes,
    environment: &Environment,
    reporter: &Reporter,
) -> Result<Fetched, ImagesError> {
    let plan = plan(engine, stack, wishes).await?;
    fetch(engine, stack, &plan, environment, reporter).await
}
