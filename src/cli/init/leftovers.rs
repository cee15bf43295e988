//! Whether what the reference left is taken over (cli.md 5.5): never without somebody saying so.

use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::cli::prompt::Prompter;
use crate::dev::adopt::Leftovers;

/// Asks, unless a flag says it; where nobody can be asked they stay, which is told.
pub async fn are_taken_over(
    adopt: bool,
    leftovers: &Leftovers,
    prompter: &Prompter,
    output: &mut Output,
) -> Result<bool, Ended> {
    if leftovers.is_empty() || adopt {
        return Ok(!leftovers.is_empty());
    }
    let all: Vec<&str> = leftovers.containers.iter().chain(&leftovers.volumes).map(String::as_str).collect();
    let all = all.join(", ");
    if !prompter.may_ask() {
        output.warn("LEGACY_STACK", &format!("the old program left {all}: --adopt goes on with its data"));
        return Ok(false);
    }
    let question =
        format!("The old program left {all}. Remove its containers, and go on with the data in its volumes?");
    prompter.confirm(&question, false, "--adopt").await
}
