//! Every registered project, for commands with `--all` or `--all-projects`.

use crate::cli::args::ComposeFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::output::Output;
use crate::cli::registry;

/// The folders of the registered projects, and the flags that mean each. What names one project, or the files of one,
/// would be wrong for the others.
pub fn every(flags: &ComposeFlags, output: &mut Output) -> Result<Vec<(String, ComposeFlags)>, Failure> {
    let variables = ["ORCHCLI_PROJECT_NAME", "COMPOSE_PROJECT_NAME", "COMPOSE_FILE"];
    let set =
        variables.into_iter().find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let flag = [
        (flags.project.is_some(), "--project"),
        (flags.project_name.is_some(), "--project-name"),
        (!flags.file.is_empty(), "--file"),
    ];
    let flag = flag.into_iter().find(|(given, _)| *given).map(|(_, name)| name);
    if let Some(name) = flag.or(set) {
        let message = format!("{name} is about one project, and all are asked for");
        return Err(Failure::new(ExitCode::Usage, Code::Usage, message).hint(format!("leave {name} out")));
    }
    let contents = registry::read(flags, output)?.contents;
    let of = |root: &String| {
        let user_config = flags.user_config.clone();
        let flags = ComposeFlags { project: Some(root.clone()), user_config, ..ComposeFlags::default() };
        (root.clone(), flags)
    };
    Ok(contents.projects.keys().map(of).collect())
}
