//! The four places a value can come from, and who goes first: flag, environment, file, default.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::SecretString;

use super::file::{File, Node};
use super::key::Key;
use super::problem::Origin;

/// Everything settings are made of. Nothing is looked up elsewhere.
#[derive(Debug)]
pub struct Sources {
    /// Flags that were given.
    pub flags: Vec<Flag>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// The configuration file, when there is one.
    pub file: Option<File>,
    /// What is known about the machine.
    pub machine: Machine,
    /// Secrets to use where none is set and the mode allows it.
    pub fresh: Fresh,
}

/// A flag of the command line that sets a setting.
#[derive(Debug, Clone)]
pub struct Flag {
    /// What it sets.
    pub key: Key,
    /// How it is written, with dashes.
    pub name: &'static str,
    /// The text it was given.
    pub value: String,
}

/// Facts that some defaults depend on.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// Whether this process runs in a container.
    pub container: bool,
    /// Whether this process runs as root.
    pub root: bool,
}

/// Newly made secrets.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// For `JWT_SECRET`.
    pub jwt_secret: SecretString,
    /// For `ENCRYPTION_KEY`.
    pub encryption_key: SecretString,
}

/// A value as it was written.
pub(super) enum Raw {
    Text(String),
    List(Vec<String>),
    /// A mapping, or a list of something else than texts.
    Other,
}

impl Sources {
    /// What was set for `key`, and where; empty texts count as not set, as in the reference.
    pub(super) fn find(&self, key: &Key) -> Option<(Raw, Origin)> {
        self.flag(key).or_else(|| self.variable(key)).or_else(|| self.line(key))
    }

    fn flag(&self, key: &Key) -> Option<(Raw, Origin)> {
        let flag = self.flags.iter().find(|flag| flag.key == *key)?;
        Some((Raw::Text(flag.value.clone()), Origin::Flag(flag.name)))
    }

    fn variable(&self, key: &Key) -> Option<(Raw, Origin)> {
        let bare = key.reads_bare_variable().then(|| key.bare_variable());
        [Some(key.variable()), bare].into_iter().flatten().find_map(|name| {
            let value =
                self.environment.get(&name).filter(|value| !value.is_empty() && !is_service_link(value))?;
            Some((Raw::Text(value.clone()), Origin::Environment(name)))
        })
    }

    fn line(&self, key: &Key) -> Option<(Raw, Origin)> {
        let file = self.file.as_ref()?;
        let path: Vec<&str> = key.name.split('.').collect();
        let (node, line) = file.find(&path)?;
        let raw = match node {
            Node::Null => return None,
            Node::Scalar(text) if text.is_empty() => return None,
            Node::Scalar(text) => Raw::Text(text.clone()),
            Node::List(items) => texts(items).map_or(Raw::Other, Raw::List),
            Node::Map(_) => Raw::Other,
        };
        Some((raw, Origin::File(file.path.clone(), line)))
    }

    /// The default data folder: `$XDG_DATA_HOME/orchcli`, for root `/var/lib/orchcli` (cli.md 3.12).
    pub(super) fn default_data_dir(&self) -> Option<PathBuf> {
        if self.machine.root {
            return Some(PathBuf::from("/var/lib/orchcli"));
        }
        let variable = |name| self.environment.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
        variable("XDG_DATA_HOME")
            .or_else(|| variable("HOME").map(|home| home.join(".local/share")))
            .map(|data| data.join("orchcli"))
    }
}

fn texts(items: &[Node]) -> Option<Vec<String>> {
    items.iter().map(|item| if let Node::Scalar(text) = item { Some(text.clone()) } else { None }).collect()
}

/// Kubernetes sets `KUBEORCH_PORT=tcp://…` in every pod beside a service named `kubeorch`; nobody meant that.
fn is_service_link(value: &str) -> bool {
    ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme))
}
