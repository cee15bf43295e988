//! Names of services on the command line (cli.md 2.2).

use super::exit::ExitCode;
use super::failure::{Code, Failure};

/// Likeness from which a name is worth suggesting.
const ALIKE: f64 = 0.75;

/// Refuses a name that no service has.
pub fn known<'n>(name: &str, services: impl Iterator<Item = &'n str>) -> Result<(), Failure> {
    let mut services: Vec<&str> = services.collect();
    if services.contains(&name) {
        return Ok(());
    }
    services.sort_unstable();
    services.dedup();
    let near = services
        .iter()
        .map(|known| (strsim::jaro_winkler(known, name), *known))
        .filter(|(likeness, _)| *likeness > ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let message = format!("there is no service {}", name.escape_debug());
    let failure = Failure::new(ExitCode::Usage, Code::ServiceUnknown, message);
    Err(match near {
        Some((_, best)) => failure.hint(format!("did you mean {best}?")),
        None if services.is_empty() => failure,
        None => failure.hint(format!("the services are {}", services.join(", "))),
    })
}
