//! What a service needs to run from its checkout, and which versions: read from the checkout itself (cli.md 7.2).

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Manager, Requirement, Tool};
use crate::dev::settings::{Runner, Service};

/// The oldest Node.js that is taken where the checkout says nothing.
const NODE: &str = ">=20";
/// More of a file is not read, in bytes.
const LONGEST: u64 = 1024 * 1024;
/// As much is shown of what cannot be understood, in characters.
const SHOWN: usize = 60;

/// A tool that a service needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The tool.
    pub tool: Tool,
    /// Which versions will do.
    pub requirement: Requirement,
    /// What says so.
    pub source: Source,
    /// What should have said so and cannot be understood, in words.
    pub passed_over: Option<String>,
    /// The service.
    pub service: Service,
}

/// What says which version is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A part of a file of the checkout.
    File {
        /// `engines.node`, `toolchain`; empty for all of it.
        part: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// Nothing does; it is the default.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { part: "", path } => path.display().fmt(f),
            Self::File { part, path } => write!(f, "{part} of {}", path.display()),
            Self::Default => f.write_str("by default"),
        }
    }
}

/// What a service needs to run from its checkout, which need not be there yet.
pub fn needs(service: Service, checkout: &Path, runner: Runner) -> Vec<Need> {
    let need = |tool, (requirement, source)| Need { tool, requirement, source, passed_over: None, service };
    let any = || (Requirement::any(), Source::Default);
    match service {
        Service::Mongodb => Vec::new(),
        Service::Ui => {
            let node = need(Tool::Node, node(checkout));
            let passed_over = passed_over(checkout, &node);
            vec![Need { passed_over, ..node }, need(Manager::of(checkout).tool(), any())]
        }
        Service::Core => match runner {
            Runner::Builtin => vec![need(Tool::Go, go(checkout))],
            Runner::Air => vec![need(Tool::Go, go(checkout)), need(Tool::Air, any())],
            Runner::Container => Vec::new(),
        },
    }
}

/// The `package.json` of a checkout, when it can be read.
pub(super) fn package(checkout: &Path) -> Option<Value> {
    serde_json::from_str(&text(&checkout.join("package.json"))?).ok()
}

fn text(path: &Path) -> Option<String> {
    let mut text = String::new();
    File::open(path).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
    Some(text)
}

/// What `package.json` says of Node.js.
fn engines(checkout: &Path) -> Option<Value> {
    Some(package(checkout)?.get("engines")?.get("node")?.clone())
}

fn range(said: &Value) -> Option<Requirement> {
    Requirement::range(said.as_str()?)
}

/// That `package.json` says something else than a range, and what is taken instead.
fn passed_over(checkout: &Path, node: &Need) -> Option<String> {
    let said = engines(checkout).filter(|said| range(said).is_none())?;
    let said: String = said.to_string().chars().take(SHOWN).collect();
    let (path, source, requirement) = (checkout.join("package.json"), &node.source, &node.requirement);
    let path = path.display();
    Some(format!("engines.node of {path} is no range of versions: {said}; {requirement} counts ({source})"))
}

fn node(checkout: &Path) -> (Requirement, Source) {
    let engines = engines(checkout).and_then(|said| {
        let source = Source::File { part: "engines.node", path: checkout.join("package.json") };
        Some((range(&said)?, source))
    });
    let said = || {
        [".nvmrc", ".node-version"].into_iter().find_map(|name| {
            let path = checkout.join(name);
            let text = text(&path)?;
            let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
            let requirement = Requirement::at_least(named(line))?;
            Some((requirement, Source::File { part: "", path }))
        })
    };
    let usual = || (Requirement::range(NODE).unwrap_or_else(Requirement::any), Source::Default);
    engines.or_else(said).unwrap_or_else(usual)
}

/// The version that nvm means with a name.
fn named(line: &str) -> &str {
    match line.to_ascii_lowercase().as_str() {
        "lts/hydrogen" => "18",
        "lts/iron" | "node" | "stable" | "latest" | "current" => "20",
        "lts/jod" => "22",
        "lts/krypton" => "24",
        name if name.starts_with("lts/") => "20",
        _ => line,
    }
}

/// The line `toolchain` of `go.mod`, or else the line `go`.
fn go(checkout: &Path) -> (Requirement, Source) {
    let path = checkout.join("go.mod");
    let text = text(&path).unwrap_or_default();
    let line = |word: &str| {
        text.lines().find_map(|line| {
            let line = line.split("//").next().unwrap_or(line);
            let mut words = line.split_whitespace();
            (words.next() == Some(word)).then(|| words.next()).flatten()
        })
    };
    let toolchain = line("toolchain").and_then(|version| version.strip_prefix("go"));
    let found = toolchain.map(|version| ("toolchain", version)).or_else(|| Some(("go", line("go")?)));
    let read = found.and_then(|(part, version)| Some((part, Requirement::at_least(version)?)));
    match read {
        Some((part, requirement)) => (requirement, Source::File { part, path }),
        None => (Requirement::any(), Source::Default),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[track_caller]
    fn needed(service: Service, files: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            fs::write(folder.path().join(name), content).unwrap();
        }
        let first = needs(service, folder.path(), Runner::Builtin).swap_remove(0);
        let source = first.source.to_string().replace(&format!("{}/", folder.path().display()), "");
        format!("{} {}, {source}", first.tool.program(), first.requirement)
    }

    #[test]
    fn the_checkout_says_which_node_it_needs() {
        let package = |engines| format!(r#"{{"engines": {{"node": "{engines}"}}}}"#);
        let ui = |files: &[(&str, &str)]| needed(Service::Ui, files);
        assert_eq!(ui(&[]), "node >=20, by default");
        assert_eq!(ui(&[(".node-version", "22.3\n")]), "node 22.3.0 or newer, .node-version");
        let both = [(".nvmrc", "# ours\nlts/jod\n"), (".node-version", "21")];
        assert_eq!(ui(&both), "node 22.0.0 or newer, .nvmrc");
        let all = [("package.json", &*package(">=18.18 <23")), (".nvmrc", "20")];
        assert_eq!(ui(&all), "node >=18.18 <23, engines.node of package.json");
        let odd = [("package.json", &*package("any will do")), (".nvmrc", "20")];
        assert_eq!(ui(&odd), "node 20.0.0 or newer, .nvmrc");
    }

    #[test]
    fn what_is_no_range_of_versions_is_told_with_what_counts() {
        for (said, shown) in [("18", Some("18")), (r#"">=foo""#, Some(r#"">=foo""#)), (r#"">=18""#, None)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("package.json");
            fs::write(&path, format!(r#"{{"engines": {{"node": {said}}}}}"#)).unwrap();
            let needs = needs(Service::Ui, folder.path(), Runner::Builtin);
            let told = shown.map(|shown| {
                let path = path.display();
                format!("engines.node of {path} is no range of versions: {shown}; >=20 counts (by default)")
            });
            assert_eq!(needs[0].passed_over, told);
        }
    }

    #[test]
    fn the_module_says_which_go_it_needs() {
        let core = |text| needed(Service::Core, &[("go.mod", text)]);
        assert_eq!(core("module core\n\ngo 1.25.0 // as it is\n"), "go 1.25.0 or newer, go of go.mod");
        assert_eq!(core("go 1.24\ntoolchain go1.25.3\n"), "go 1.25.3 or newer, toolchain of go.mod");
        assert_eq!(core("go 1.24\ntoolchain default\n"), "go 1.24.0 or newer, go of go.mod");
        assert_eq!(core("module core\n"), "go any version, by default");
    }

    #[test]
    fn who_runs_core_needs_what_it_is_run_with() {
        let tools = |runner| {
            needs(Service::Core, Path::new("/none"), runner).iter().map(|n| n.tool).collect::<Vec<_>>()
        };
        assert_eq!(tools(Runner::Builtin), [Tool::Go]);
        assert_eq!(tools(Runner::Air), [Tool::Go, Tool::Air]);
        assert_eq!(tools(Runner::Container), []);
    }
}
