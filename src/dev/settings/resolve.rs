//! Where a value comes from: flag, environment, state, `orchcli.yaml`, the user's defaults, built in (cli.md 4.3).

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

use super::key::Key;
use super::{File, Wrong};

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line.
    Flag,
    /// An environment variable, or one of the project's `.env`.
    Environment(String),
    /// `.orchcli/state.json`: chosen by us before.
    State,
    /// A line of `orchcli.yaml`.
    Project(u32),
    /// The user's file.
    User,
    /// Nowhere.
    Default,
}

impl Origin {
    /// Its name.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Environment(_) => "env",
            Self::State => "state",
            Self::Project(_) => "project",
            Self::User => "user",
            Self::Default => "default",
        }
    }
}

impl fmt::Display for Origin {
    /// `env ORCHCLI_BIND`, `project orchcli.yaml:4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        match self {
            Self::Environment(name) => write!(f, " {name}"),
            Self::Project(line) => write!(f, " orchcli.yaml:{line}"),
            Self::Flag | Self::State | Self::User | Self::Default => Ok(()),
        }
    }
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// The value.
    pub value: Json,
    /// Where it was set.
    pub origin: Origin,
}

/// What flags say, by key: `services.core.port`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides(BTreeMap<String, Json>);

impl Overrides {
    /// Flags that say nothing.
    pub const NONE: Self = Self(BTreeMap::new());

    /// With a value that a flag says.
    pub fn set(&mut self, key: &str, value: impl Into<Json>) {
        self.0.insert(key.to_owned(), value.into());
    }
}

/// The sources of values, the first before the others.
#[derive(Clone, Copy)]
pub struct Resolver<'a> {
    /// What flags say.
    pub flags: &'a Overrides,
    /// A variable of the environment, or of the project's `.env`.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// What was chosen before, by key.
    pub state: &'a BTreeMap<String, Json>,
    /// `orchcli.yaml`.
    pub file: &'a File,
    /// The user's file as a document.
    pub user: &'a Json,
}

/// A variable of the environment does not fit its key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{source_name} does not fit {key}: it {wrong}")]
pub struct Unfit {
    /// The variable, or the file.
    pub source_name: String,
    /// The key.
    pub key: &'static str,
    /// Why.
    pub wrong: Wrong,
}

impl Resolver<'_> {
    /// The value of a key; none when nothing sets it and it has no default.
    pub fn value(&self, key: &'static Key) -> Result<Option<Value>, Unfit> {
        let found = |value: &Json, origin| Ok(Some(Value { value: value.clone(), origin }));
        if let Some(value) = self.flags.0.get(key.name) {
            return found(value, Origin::Flag);
        }
        for name in key.variables {
            if let Some(text) = (self.variable)(name).filter(|text| !text.is_empty()) {
                let unfit = |wrong| Unfit { source_name: (*name).to_owned(), key: key.name, wrong };
                return found(&key.kind.read(&text).map_err(unfit)?, Origin::Environment((*name).to_owned()));
            }
        }
        if let Some(value) = self.state.get(key.name) {
            return found(value, Origin::State);
        }
        if let Some((value, line)) = self.file.get(key.name) {
            return found(value, Origin::Project(line));
        }
        for name in [Some(key.name), key.user].into_iter().flatten() {
            if let Some(value) = at(self.user, name) {
                let unfit =
                    |wrong| Unfit { source_name: "the user configuration".to_owned(), key: key.name, wrong };
                key.kind.check(value).map_err(unfit)?;
                return found(value, Origin::User);
            }
        }
        let built_in = key.default.and_then(|default| key.kind.read(default).ok());
        Ok(built_in.map(|value| Value { value, origin: Origin::Default }))
    }
}

/// A member of the user's file that says something.
fn at<'u>(user: &'u Json, name: &str) -> Option<&'u Json> {
    name.split('.').try_fold(user, |at, part| at.get(part)).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dev::settings::find;

    #[test]
    fn each_source_goes_before_the_next() {
        let port = find("services.core.port").unwrap().0;
        let bind = find("bind").unwrap().0;
        let file = File::parse("bind: 10.0.0.2\nservices: {core: {port: 3002}}\n").unwrap();
        let (none, empty) = (File::default(), BTreeMap::new());
        let state: BTreeMap<String, Json> = [("services.core.port".to_owned(), json!(3003))].into();
        let user = json!({"defaults": {"bind": "10.0.0.1"}});
        let mut flags = Overrides::default();
        let quiet = |_: &str| None;
        let loud = |name: &str| (name == "ORCHCLI_PORT_CORE").then(|| "3004".to_owned());
        let built =
            Resolver { flags: &flags, variable: &quiet, state: &empty, file: &none, user: &Json::Null };
        let text = |resolver: &Resolver<'_>, key| {
            let value = resolver.value(key).unwrap().unwrap();
            format!("{} {}", value.value, value.origin)
        };
        assert_eq!(text(&built, port), "3000 default");
        assert_eq!(text(&Resolver { user: &user, ..built }, bind), "\"10.0.0.1\" user");
        assert_eq!(
            text(&Resolver { user: &user, file: &file, ..built }, bind),
            "\"10.0.0.2\" project orchcli.yaml:1"
        );
        assert_eq!(text(&Resolver { file: &file, ..built }, port), "3002 project orchcli.yaml:2");
        assert_eq!(text(&Resolver { file: &file, state: &state, ..built }, port), "3003 state");
        assert_eq!(
            text(&Resolver { state: &state, variable: &loud, ..built }, port),
            "3004 env ORCHCLI_PORT_CORE"
        );
        flags.set("services.core.port", 3005);
        let resolver = Resolver { flags: &flags, variable: &loud, state: &state, file: &file, user: &user };
        assert_eq!(text(&resolver, port), "3005 flag");
        let wrong = |_: &str| Some("many".to_owned());
        let error =
            Resolver { flags: &Overrides::default(), variable: &wrong, ..resolver }.value(port).unwrap_err();
        assert_eq!(
            error.to_string(),
            "ORCHCLI_PORT_CORE does not fit services.core.port: it must be a port from 1 to 65535"
        );
    }
}
