//! Names nobody knows: most likely a slip of the pen.

use super::file::{Entry, File, Node};
use super::key::ALL;
use super::problem::Warning;
use super::source::Sources;

/// The reference reads its templates from a folder; here they are in the binary.
const TEMPLATES_DIR: &str = "TEMPLATES_DIR";
const PROVIDERS: &str = "AUTH.PROVIDERS";
const PROVIDER_VARIABLE: &str = "AUTH__PROVIDERS";

/// Warnings about names of the file and `KUBEORCH_` variables that set nothing.
pub(super) fn warnings(sources: &Sources) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(file) = &sources.file {
        entries(file, &file.root, "", &mut warnings);
    }
    for name in sources.environment.keys() {
        let Some(rest) = name.strip_prefix("KUBEORCH_") else { continue };
        let known = ALL.iter().any(|key| key.bare_variable() == rest);
        if known || rest.starts_with(PROVIDER_VARIABLE) || is_service_variable(rest) {
            continue;
        }
        warnings.push(unused(&rest.replace("__", "."), &format!("environment {name}"), |best| {
            format!("KUBEORCH_{}", best.replace('.', "__"))
        }));
    }
    warnings
}

fn entries(file: &File, found: &[Entry], above: &str, warnings: &mut Vec<Warning>) {
    for Entry { name, line, value } in found {
        let name = format!("{above}{}", name.to_ascii_uppercase());
        let below = format!("{name}.");
        let is = |known: &str| known == name;
        if ALL.iter().any(|key| is(key.name)) || is(PROVIDERS) {
            continue;
        }
        match value {
            Node::Map(entries_below) if ALL.iter().any(|key| key.name.starts_with(&below)) => {
                entries(file, entries_below, &below, warnings);
            }
            Node::Null if ALL.iter().any(|key| key.name.starts_with(&below)) => {}
            _ => warnings.push(unused(&name, &format!("{}:{line}", file.path.display()), str::to_owned)),
        }
    }
}

fn unused(name: &str, place: &str, spell: impl Fn(&str) -> String) -> Warning {
    if name == TEMPLATES_DIR {
        let words = format!("{name} ({place}) has no effect: the templates are inside the binary");
        return Warning::new("SETTING_IGNORED", words);
    }
    let near = ALL
        .iter()
        .map(|key| (strsim::jaro_winkler(key.name, name), key.name))
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let meant = near.map_or(String::new(), |(_, best)| format!("; did you mean {}?", spell(best)));
    Warning::new("SETTING_UNKNOWN", format!("{name} ({place}) is not a setting{meant}"))
}

/// Kubernetes sets `KUBEORCH_SERVICE_HOST`, `KUBEORCH_PORT_3000_TCP` and the like beside a service named `kubeorch`.
fn is_service_variable(rest: &str) -> bool {
    rest.starts_with("SERVICE_") || rest.starts_with("PORT_")
}
