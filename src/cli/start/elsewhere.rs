//! Services of the project that no container provides.

use crate::cli::args::{Global, StackFlags};
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access, Loaded};
use crate::dev::local::{Places, running};
use crate::dev::settings::{Mode, Provider, Service};

/// Those of the named services that run within this program. One that runs from its checkout alone is refused: `dev`
/// runs it.
pub fn named(
    names: &[String],
    global: &Global,
    flags: &StackFlags,
    output: &mut Output,
) -> Result<Vec<String>, Failure> {
    let ours = Service::ALL.into_iter().filter(|service| names.iter().any(|name| name == service.as_str()));
    let ours: Vec<Service> = ours.collect();
    let is_plain = global.compose.file.is_empty();
    if ours.is_empty() || !is_plain {
        return Ok(Vec::new());
    }
    let access = Access::Mutating { dry_run: true };
    // What is wrong with the project is told by who loads it.
    let Ok(project) = project::find(&global.compose, access, None, output) else { return Ok(Vec::new()) };
    let variable = |name: &str| std::env::var(name).ok();
    let Ok(settings) = project.settings(&flags.overrides(), &variable) else { return Ok(Vec::new()) };
    let provided = project.provided(&settings, flags.mode);
    let mut elsewhere = Vec::new();
    for service in ours {
        let name = service.as_str();
        match provided.provider(service) {
            Provider::Embedded => elsewhere.push(name.to_owned()),
            // Only core alone from source has a container that builds it.
            Provider::Source if service == Service::Ui || provided.mode != Mode::CoreDev => {
                let message = format!("{name} runs from its checkout, which start does not do");
                return Err(Failure::new(ExitCode::Usage, Code::Usage, message)
                    .hint(format!("orchcli dev --only {name}")));
            }
            Provider::Source | Provider::Image | Provider::None => {}
        }
    }
    Ok(elsewhere)
}

/// The services that run from their checkouts, have no container and do not run now.
pub fn from_source(loaded: &Loaded) -> Vec<String> {
    let runs = running(&Places::of(&loaded.project.folder()));
    let from_source = loaded.beside().into_iter().filter(|(_, provider)| *provider == Provider::Source);
    let names = from_source.map(|(service, _)| service.as_str());
    names.filter(|name| !runs.iter().any(|record| record.service == *name)).map(str::to_owned).collect()
}
