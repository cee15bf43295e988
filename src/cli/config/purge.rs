//! `config remove --purge`: the containers of a project go with its entry.

use std::path::Path;

use crate::cli::args::Global;
use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::prompt::Prompter;
use crate::cli::{engine, runtime, stack};
use crate::dev::converge::down::{Down, Found, Images};
use crate::dev::converge::{StepOutcome, Work};
use crate::dev::stop::stop;

/// Stops and removes what was made from files below `root`, after asking; volumes stay.
pub fn purge(root: &Path, global: &Global, output: &mut Output) -> Result<(), Ended> {
    runtime::run(global.work.timeout, async |interrupt| {
        let engine = engine::connect(&global.engine).await?;
        let failure = |error| stack::failure(&error);
        let Some(name) = stack::name_below(&engine, root).await? else { return Ok(()) };
        let found = Found::look(&engine, &name).await.map_err(failure)?;
        let wanted =
            Down { services: Vec::new(), keep_containers: false, volumes: false, images: Images::None };
        let steps = found.plan(&wanted);
        if steps.iter().all(|step| matches!(step.work, Work::Keep(_))) {
            return Ok(());
        }
        let services = found.services().into_iter().collect::<Vec<_>>().join(", ");
        let question = format!("Stop and remove the containers of {} ({services})?", root.display());
        Prompter::new(&global.work, &interrupt).consent(&question, "--yes").await?;
        let progress = Progress::start(&global.work, output);
        let reporter = progress.reporter();
        let parallel = stack::parallel(&global.work);
        let stopped = stop(&engine, &steps, None, parallel, &reporter, &interrupt.asked()).await;
        progress.finish(output);
        if let Some(failure) = stack::of_steps(&steps, &stopped.outcomes) {
            return Err(failure.into());
        }
        let cut = stopped.outcomes.iter().any(|outcome| matches!(outcome, StepOutcome::Cancelled));
        if cut { Err(interrupt.ended().into()) } else { Ok(()) }
    })
}
