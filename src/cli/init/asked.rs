//! The wizard of `init -i`.

use super::arguments::Arguments;
use crate::cli::failure::Ended;
use crate::cli::prompt::Prompter;
use crate::git::{EXAMPLE, Identifier, Protocol, Usual};

/// Asks for what no flag says: the mode, and the repositories of what runs from source.
pub async fn complete(arguments: &mut Arguments, prompter: &Prompter) -> Result<(), Ended> {
    let said = |repository: &Option<String>, path: &Option<std::path::PathBuf>| {
        repository.is_some() || path.is_some()
    };
    if said(&arguments.fork_ui, &arguments.ui_path) || said(&arguments.fork_core, &arguments.core_path) {
        return Ok(());
    }
    let modes = [
        "production: everything from images",
        "ui-dev: the UI from source",
        "core-dev: Core from source",
        "development: both from source",
    ];
    let modes = modes.map(str::to_owned).to_vec();
    let mode = prompter
        .select("What do you want to work on?", modes, 0, "--fork-ui, --fork-core or neither")
        .await?;
    if mode == 1 || mode == 3 {
        arguments.fork_ui =
            Some(repository(prompter, "Repository of the UI", "KubeOrch/ui", "--fork-ui").await?);
    }
    if mode == 2 || mode == 3 {
        arguments.fork_core =
            Some(repository(prompter, "Repository of Core", "KubeOrch/core", "--fork-core").await?);
    }
    Ok(())
}

async fn repository(
    prompter: &Prompter,
    question: &str,
    official: &str,
    flag: &str,
) -> Result<String, Ended> {
    let check = |text: &str| {
        let usual = Usual { host: "github.com", protocol: Protocol::Https };
        let read = Identifier::parse(text, usual, false);
        read.map(drop).map_err(|invalid| format!("{invalid}; write {EXAMPLE}"))
    };
    prompter.input(question, Some(official.to_owned()), flag, check).await
}
