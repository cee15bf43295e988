//! The palette: built-in templates, and the catalogue of plugins with the custom resources they create.

mod model;
mod template;

use std::sync::LazyLock;

pub use model::{Catalogue, Crd, Field, FieldType, NodeType, PluginEntry, Scope};
pub use template::{DependsOn, Parameter, ParameterOption, Template, templates};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(include_str!("plugins.yaml")));

/// The built-in catalogue: 57 plugins, 73 node types. Parsed at the first call.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}
