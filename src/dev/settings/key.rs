//! The table: every key there is, once.

use super::Kind;

/// Whose file a key belongs into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// `orchcli.yaml`.
    Project,
    /// The user's file.
    User,
}

impl Scope {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::User => "user",
        }
    }
}

/// Something that can be set.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name, dotted; `*` stands for a name somebody chooses.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What it is when nothing says anything.
    pub default: Option<&'static str>,
    /// The environment variables that say it, the first before the others.
    pub variables: &'static [&'static str],
    /// The key of the user's file that it falls back to.
    pub user: Option<&'static str>,
    /// What it is for.
    pub about: &'static str,
}

const fn key(name: &'static str, kind: Kind, default: Option<&'static str>, about: &'static str) -> Key {
    Key { name, kind, default, variables: &[], user: None, about }
}

impl Key {
    const fn variables(self, variables: &'static [&'static str]) -> Self {
        Self { variables, ..self }
    }

    const fn user(self, user: &'static str) -> Self {
        Self { user: Some(user), ..self }
    }

    /// Whether this name is one of its own; a host has dots, and a name with dots is quoted.
    fn is(&self, path: &[String]) -> bool {
        let parts: Vec<&str> = self.name.split('.').collect();
        let same = |(part, name): (&&str, &String)| *part == "*" || *part == name;
        parts.len() == path.len() && parts.iter().zip(path).all(same)
    }
}

const PROVIDERS: Kind = Kind::Choice(&["image", "source", "embedded", "none"]);

/// The keys of `orchcli.yaml`.
pub const PROJECT: &[Key] = &[
    key("version", Kind::Version, Some("1"), "version of the file"),
    key("name", Kind::Name, None, "name of the Compose project")
        .variables(&["ORCHCLI_PROJECT_NAME", "COMPOSE_PROJECT_NAME"]),
    key(
        "mode",
        Kind::Mode,
        Some("auto"),
        "which services run from source; auto is by the checkouts there are",
    ),
    key("bind", Kind::Address, Some("127.0.0.1"), "address that ports are published on")
        .variables(&["ORCHCLI_BIND"])
        .user("defaults.bind"),
    key("services.core.provider", PROVIDERS, None, "how Core is run"),
    key("services.core.image", Kind::Text, Some("ghcr.io/kubeorch/core"), "image of Core")
        .variables(&["ORCHCLI_IMAGE_CORE"]),
    key("services.core.tag", Kind::Text, Some("latest"), "tag of Core's image")
        .variables(&["ORCHCLI_TAG_CORE"]),
    key("services.core.port", Kind::Port, Some("3000"), "port of Core").variables(&["ORCHCLI_PORT_CORE"]),
    key("services.core.path", Kind::Path, Some("core"), "checkout of Core"),
    key("services.core.repo", Kind::Text, Some("KubeOrch/core"), "repository of Core"),
    key("services.core.ref", Kind::Text, None, "branch, tag or commit of Core"),
    key(
        "services.core.runner",
        Kind::Choice(&["builtin", "air", "container"]),
        Some("builtin"),
        "what builds and runs Core's source",
    ),
    key("services.core.environment", Kind::Map, None, "variables of Core"),
    key("services.ui.provider", PROVIDERS, None, "how the UI is run"),
    key("services.ui.image", Kind::Text, Some("ghcr.io/kubeorch/ui"), "image of the UI")
        .variables(&["ORCHCLI_IMAGE_UI"]),
    key("services.ui.tag", Kind::Text, Some("latest"), "tag of the UI's image")
        .variables(&["ORCHCLI_TAG_UI"]),
    key("services.ui.port", Kind::Port, Some("3001"), "port of the UI").variables(&["ORCHCLI_PORT_UI"]),
    key("services.ui.path", Kind::Path, Some("ui"), "checkout of the UI"),
    key("services.ui.repo", Kind::Text, Some("KubeOrch/ui"), "repository of the UI"),
    key("services.ui.ref", Kind::Text, None, "branch, tag or commit of the UI"),
    key("services.ui.environment", Kind::Map, None, "variables of the UI"),
    key("services.mongodb.image", Kind::Text, Some("mongo"), "image of MongoDB")
        .variables(&["ORCHCLI_IMAGE_MONGODB"]),
    key("services.mongodb.tag", Kind::Text, Some("8.0"), "tag of MongoDB's image")
        .variables(&["ORCHCLI_TAG_MONGODB"]),
    key("services.mongodb.port", Kind::Port, Some("27017"), "port of MongoDB")
        .variables(&["ORCHCLI_PORT_MONGODB"]),
    key("services.mongodb.publish", Kind::Flag, Some("true"), "whether MongoDB's port is published"),
    key("services.mongodb.database", Kind::Text, Some("kubeorchestra"), "database of Core")
        .variables(&["ORCHCLI_DATABASE"]),
    key("compose.files", Kind::Texts, None, "Compose files, instead of the mode's"),
    key("compose.profiles", Kind::Texts, None, "Compose profiles that are on")
        .variables(&["COMPOSE_PROFILES"]),
    key("compose.env_files", Kind::Texts, Some(".env"), "variables of the Compose files")
        .variables(&["COMPOSE_ENV_FILES"]),
    key("wait.timeout", Kind::Duration, Some("180s"), "longest wait for the whole stack"),
    key("wait.core", Kind::Duration, Some("90s"), "longest wait for Core"),
    key("wait.ui", Kind::Duration, Some("120s"), "longest wait for the UI"),
    key("wait.mongodb", Kind::Duration, Some("60s"), "longest wait for MongoDB"),
];

/// The keys of the user's file.
pub const USER: &[Key] = &[
    key("defaults.git_protocol", Kind::Choice(&["https", "ssh"]), Some("https"), "how owner/repo is reached"),
    key("defaults.bind", Kind::Address, Some("127.0.0.1"), "address that ports are published on"),
    key(
        "defaults.install_tools",
        Kind::Choice(&["never", "ask", "always"]),
        Some("ask"),
        "whether missing tools are installed",
    ),
    key("defaults.parallel", Kind::Count, None, "how many tasks run at once")
        .variables(&["ORCHCLI_PARALLEL"]),
    key(
        "defaults.output",
        Kind::Choice(&["text", "json", "ndjson", "yaml"]),
        Some("text"),
        "form of results",
    )
    .variables(&["ORCHCLI_OUTPUT"]),
    key("defaults.color", Kind::Choice(&["auto", "always", "never"]), Some("auto"), "when to use colours"),
    key(
        "defaults.pull",
        Kind::Choice(&["always", "missing", "never"]),
        Some("missing"),
        "when images are pulled",
    ),
    key("proxy.https", Kind::Text, None, "proxy for https").variables(&["HTTPS_PROXY", "https_proxy"]),
    key("proxy.http", Kind::Text, None, "proxy for http").variables(&["HTTP_PROXY", "http_proxy"]),
    key("proxy.no_proxy", Kind::Texts, None, "hosts that are reached without a proxy")
        .variables(&["NO_PROXY", "no_proxy"]),
    key("git.host", Kind::Text, Some("github.com"), "host of owner/repo"),
    key("git.backend", Kind::Choice(&["auto", "libgit2", "system"]), Some("auto"), "what clones"),
    key("git.credentials.*.username", Kind::Text, None, "user at a Git host"),
    key("git.credentials.*.token_env", Kind::Variable, None, "variable that holds the token for a Git host"),
    key("git.credentials.*.helper", Kind::Text, None, "credential helper of a Git host"),
];

/// There is no such key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no key {}{}", .name.escape_debug(), near.as_ref().map_or_else(String::new, |near| format!("; did you mean {near}?")))]
pub struct NoKey {
    /// What was asked for.
    pub name: String,
    /// What may be meant.
    pub near: Option<String>,
}

/// The key of that name, its parts, and whose it is. `services.core.environment.NAME` is an entry of a map.
pub fn find(name: &str) -> Result<(&'static Key, Vec<String>, Scope), NoKey> {
    let path = parts(name);
    for (keys, scope) in [(PROJECT, Scope::Project), (USER, Scope::User)] {
        if let Some(key) = keys.iter().find(|key| key.is(&path) || is_entry(key, &path)) {
            return Ok((key, path, scope));
        }
    }
    let all = PROJECT.iter().chain(USER).map(|key| key.name);
    Err(NoKey { name: name.to_owned(), near: nearest(name, all) })
}

/// Whether the path is that of an entry of a map.
fn is_entry(key: &Key, path: &[String]) -> bool {
    key.kind == Kind::Map && path.split_last().is_some_and(|(name, map)| !name.is_empty() && key.is(map))
}

/// A dotted name in parts. A host between `git.credentials.` and the last dot keeps its own.
fn parts(name: &str) -> Vec<String> {
    if let Some(rest) = name.strip_prefix("git.credentials.")
        && let Some((host, last)) = rest.rsplit_once('.')
    {
        return ["git", "credentials", host, last].map(str::to_owned).to_vec();
    }
    name.split('.').map(str::to_owned).collect()
}

/// What is most like a name, if anything is.
pub(super) fn nearest<'k>(name: &str, all: impl Iterator<Item = &'k str>) -> Option<String> {
    let near =
        all.map(|known| (strsim::jaro_winkler(known, name), known)).filter(|(likeness, _)| *likeness > 0.85);
    near.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, known)| known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value() {
        for key in PROJECT.iter().chain(USER) {
            if let Some(default) = key.default {
                assert!(key.kind.read(default).is_ok(), "{}", key.name);
            }
            if let Some(user) = key.user {
                assert!(
                    USER.iter().any(|other| other.name == user && other.kind == key.kind),
                    "{}",
                    key.name
                );
            }
        }
    }

    #[test]
    fn keys_are_found_by_their_names_entries_of_maps_and_hosts_too() {
        assert_eq!(find("services.core.port").unwrap().0.name, "services.core.port");
        let (key, path, scope) = find("git.credentials.git.example.com.token_env").unwrap();
        assert_eq!((key.name, scope), ("git.credentials.*.token_env", Scope::User));
        assert_eq!(path[2], "git.example.com");
        assert_eq!(find("services.ui.environment.A").unwrap().0.name, "services.ui.environment");
        assert_eq!(
            find("services.core.prot").unwrap_err().to_string(),
            "there is no key services.core.prot; did you mean services.core.port?"
        );
        assert!(find("services.core").is_err() && find("").is_err());
    }
}
