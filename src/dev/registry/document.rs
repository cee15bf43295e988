//! What the user's file holds: a superset of the reference's, with members that are not known kept (cli.md 4.2).

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Error, Form};
use crate::dev::settings;

/// The version that is written here.
pub const VERSION: u64 = 1;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// Which form this is.
    #[serde(default = "version")]
    pub version: u64,
    /// The projects, by canonical path.
    #[serde(default)]
    pub projects: IndexMap<String, Entry>,
    /// The path of the project that reading commands use where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_project: Option<String>,
    /// What is used when nothing else says anything.
    #[serde(default, skip_serializing_if = "Defaults::is_empty")]
    pub defaults: Defaults,
    /// Through what other hosts are reached (cli.md 2.9).
    #[serde(default, skip_serializing_if = "Proxy::is_empty")]
    pub proxy: Proxy,
    /// Where repositories are, and how one signs in there.
    #[serde(default, skip_serializing_if = "Git::is_empty")]
    pub git: Git,
    /// Members of others, kept as they are.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

fn version() -> u64 {
    VERSION
}

impl Default for Contents {
    fn default() -> Self {
        Self {
            version: VERSION,
            projects: IndexMap::new(),
            current_project: None,
            defaults: Defaults::default(),
            proxy: Proxy::default(),
            git: Git::default(),
            other: Map::new(),
        }
    }
}

/// A project of this machine.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its folder.
    pub path: String,
    /// The checkout of the UI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui_path: Option<String>,
    /// The checkout of Core.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core_path: Option<String>,
    /// The mode it was last set up in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// What the user calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name its containers carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compose_project: Option<String>,
    /// When it was registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When a command last changed something in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// Members of others, kept as they are.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What is used when nothing else says anything. Values are checked where they are used.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Defaults {
    /// `https` or `ssh`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git_protocol: Option<String>,
    /// The address ports are published on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bind: Option<String>,
    /// `never`, `ask` or `always`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install_tools: Option<String>,
    /// How many tasks run at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel: Option<u16>,
    /// Form of results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// When colours are used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// When images are pulled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull: Option<String>,
    /// Members of others, kept as they are.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Through what other hosts are reached.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Proxy {
    /// For https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub https: Option<String>,
    /// For http.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<String>,
    /// Hosts that are reached directly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub no_proxy: Vec<String>,
    /// Members of others, kept as they are.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Proxy {
    /// As variables of programs (cli.md 2.9).
    pub fn variables(&self) -> Vec<(String, String)> {
        let without = Some(self.no_proxy.join(",")).filter(|without| !without.is_empty());
        let all =
            [("HTTPS_PROXY", self.https.clone()), ("HTTP_PROXY", self.http.clone()), ("NO_PROXY", without)];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// Where repositories are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Git {
    /// The host of `owner/repo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// `auto`, `libgit2` or `system` (cli.md 6.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// How one signs in, by host.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub credentials: IndexMap<String, Credential>,
    /// Members of others, kept as they are.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How one signs in at a Git host: never a secret, only where it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Credential {
    /// The user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Name of the variable that holds the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_env: Option<String>,
    /// Name of a credential helper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper: Option<String>,
    /// Members of others, kept as they are.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Contents {
    /// With a value at the path; nothing takes it away. What no longer is such a file is refused.
    pub fn change(&mut self, path: &[String], value: Option<Value>) -> Result<(), Error> {
        let mut document = serde_json::to_value(&*self).map_err(|error| Error::Form(error.to_string()))?;
        settings::change(&mut document, path, value);
        *self = serde_json::from_value(document).map_err(|error| Error::Form(error.to_string()))?;
        Ok(())
    }
}

impl Defaults {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Proxy {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Git {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads a file; or says what is wrong with it, and where.
pub(super) fn parse(text: &str, form: Form) -> Result<Contents, String> {
    let value: Value = match form {
        Form::Json => serde_json::from_str(text).map_err(|error| format!("not valid JSON: {error}"))?,
        Form::Yaml => serde_saphyr::from_str(text).map_err(|error| format!("not valid YAML: {error}"))?,
    };
    let value = if value.is_null() { Value::Object(Map::new()) } else { value };
    serde_path_to_error::deserialize(value).map_err(|error| format!("{}: {}", error.path(), error.inner()))
}

/// Writes it down. YAML keeps the comments of what was there before.
pub(super) fn print(contents: &Contents, form: Form, before: Option<&str>) -> Result<String, Error> {
    let wrong = |error: &dyn std::error::Error| Error::Form(error.to_string());
    match form {
        Form::Json => {
            serde_json::to_string_pretty(contents).map(|text| text + "\n").map_err(|error| wrong(&error))
        }
        Form::Yaml => {
            let document = serde_json::to_value(contents).map_err(|error| wrong(&error))?;
            // A form that cannot be changed in place is written anew: what it says stays.
            let edited = before.and_then(|before| settings::update(before, &document).ok());
            edited.map_or_else(|| serde_saphyr::to_string(contents).map_err(|error| wrong(&error)), Ok)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_are_not_known_stay_where_they_are() {
        let text = r#"{"version":1,"projects":{"/p":{"path":"/p","mode":"production","stars":5}},"theme":{"a":[1]},
            "defaults":{"bind":"0.0.0.0","shell":"fish"},"git":{"credentials":{"h":{"username":"me","sso":true}}}}"#;
        let contents = parse(text, Form::Json).unwrap();
        let printed = print(&contents, Form::Json, None).unwrap();
        let (before, after): (Value, Value) =
            (serde_json::from_str(text).unwrap(), serde_json::from_str(&printed).unwrap());
        assert_eq!(before, after);
    }

    #[test]
    fn the_references_file_is_one_of_ours() {
        let text =
            r#"{"projects":{"/p":{"path":"/p","ui_path":"/p/ui","mode":"ui-dev"}},"current_project":"/p"}"#;
        let contents = parse(text, Form::Json).unwrap();
        assert_eq!(contents.version, VERSION);
        assert_eq!(contents.projects["/p"].ui_path.as_deref(), Some("/p/ui"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, form, expected) in [
            ("{\"projects\": ", Form::Json, "not valid JSON: EOF while parsing a value at line 1 column 13"),
            (
                "{\"projects\": {\"/p\": {\"path\": 1}}}",
                Form::Json,
                "projects./p.path: invalid type: integer `1`",
            ),
        ] {
            let why = parse(text, form).unwrap_err();
            assert!(why.starts_with(expected), "{why}");
        }
        assert!(parse("projects: [", Form::Yaml).is_err());
        assert_eq!(parse("", Form::Yaml).unwrap(), Contents::default());
    }
}
