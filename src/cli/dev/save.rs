//! What a run keeps in `orchcli.yaml` for the next ones (`--save`, cli.md 3.2).

use serde_json::{Value, json};

use super::Arguments;
use super::chosen::Chosen;
use crate::cli::args::Global;
use crate::cli::config::Target;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::dev::settings::{Provider, Scope};

/// The keys and what they are to be: the mode, and what flags said beside it.
pub fn wanted(arguments: &Arguments, chosen: Chosen) -> Vec<(&'static str, Value)> {
    let provider = |provider: Provider| json!(provider.as_str());
    let mut wanted = vec![("mode", json!(chosen.mode.as_str()))];
    wanted.extend(arguments.core.map(|core| ("services.core.provider", provider(core.into()))));
    wanted.extend(arguments.ui.map(|ui| ("services.ui.provider", provider(ui.into()))));
    wanted.extend(arguments.core_runner.map(|runner| ("services.core.runner", json!(runner.as_str()))));
    wanted
}

/// Keeps them.
pub fn keep(
    arguments: &Arguments,
    chosen: Chosen,
    global: &Global,
    output: &mut Output,
) -> Result<(), Failure> {
    let target = Target::of(Scope::Project, global, output)?;
    for (key, value) in wanted(arguments, chosen) {
        let path: Vec<String> = key.split('.').map(str::to_owned).collect();
        let before = target.change(&path, Some(value.clone()))?;
        if before.as_ref() != Some(&value) {
            let text = value.as_str().unwrap_or_default();
            output.notice(&format!("{key} is {text} from now on, in {}\n", target.path().display()));
        }
    }
    Ok(())
}
