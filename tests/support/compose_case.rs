//! The tables of the Compose loader in `golden/compose`: files, what is set, and what must come out.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// One behaviour of a Compose loader.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    /// Files by name; those named in `load` make the project, or else `compose.yaml`.
    pub files: BTreeMap<String, String>,
    #[serde(default)]
    pub load: Vec<String>,
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    #[serde(default)]
    pub env_files: Vec<String>,
    #[serde(default)]
    pub profiles: Vec<String>,
    #[serde(default)]
    pub services: Vec<String>,
    #[serde(default)]
    pub no_interpolate: bool,
    /// Values of the canonical form, by JSON pointer.
    #[serde(default)]
    pub expect: BTreeMap<String, Value>,
    #[serde(default)]
    pub absent: Vec<String>,
    /// Every error, and every warning, as it is shown.
    #[serde(default)]
    pub errors: Vec<String>,
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// Every case of every table.
pub fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/compose");
    let mut tables: Vec<_> =
        std::fs::read_dir(folder).expect("the tables").map(|entry| entry.expect("a table").path()).collect();
    tables.sort();
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a table");
        serde_saphyr::from_str::<Vec<Case>>(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    tables.into_iter().flat_map(read).collect()
}
