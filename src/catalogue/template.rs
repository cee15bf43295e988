//! The palette (engine.md 9): built-in templates and those of enabled plugins.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Field, FieldType, NodeType, PluginEntry};

/// One entry of the palette, in the wire's shape (`ComponentTemplate`).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// `core/<kind>`, or the node-type name of a plugin.
    pub id: String,
    /// The node kind, or the node-type name again.
    pub name: String,
    /// Shown to people.
    pub display_name: String,
    /// Group in the palette.
    pub category: String,
    /// One sentence.
    pub description: String,
    /// Lucide name.
    pub icon: String,
    /// Of the template.
    pub version: String,
    /// For searching.
    pub tags: Vec<String>,
    /// `very-high`, `high`, `medium` or `low`.
    pub usage_frequency: String,
    /// `easy`, `medium` or `hard`.
    pub difficulty: String,
    /// Templates needed beside it.
    pub dependencies: Vec<String>,
    /// What can be filled in.
    pub parameters: Vec<Parameter>,
    /// Whether it is a plugin's; omitted when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_plugin: bool,
    /// The plugin it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_id: Option<String>,
}

/// Something to fill in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// Key in `node.data`.
    pub name: String,
    /// Shown to people.
    pub label: String,
    /// One sentence; a plugin field's placeholder.
    pub description: String,
    /// `string`, `number`, `boolean`, `select`, `object`, `array`, or a plugin field's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether a run insists on it.
    pub required: bool,
    /// What is shown at first; the compiler has defaults of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What a select offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ParameterOption>,
    /// Least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// Shown only while another parameter has some value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<DependsOn>,
}

/// One choice of a select.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ParameterOption {
    /// Stored.
    pub value: String,
    /// Shown.
    pub label: String,
}

/// The condition under which a parameter is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DependsOn {
    /// Name of the other parameter.
    pub field: String,
    /// The value it must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The values it may have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

/// The built-in entries by id, then one per node type of those plugins, by plugin name and in catalogue order.
pub fn templates<'a>(enabled: impl IntoIterator<Item = &'a PluginEntry>) -> Vec<Template> {
    let mut plugins: Vec<_> = enabled.into_iter().collect();
    plugins.sort_by(|a, b| a.name.cmp(&b.name));
    let of_plugins =
        plugins.iter().flat_map(|plugin| plugin.node_types.iter().map(|found| of_plugin(plugin, found)));
    CORE.iter().cloned().chain(of_plugins).collect()
}

macro_rules! embedded {
    ($($id:literal),+ $(,)?) => { [$(include_str!(concat!("../../templates/core/", $id, "/template.yaml"))),+] };
}

/// By id. The texts are constants, so a test stands in for an error.
static CORE: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let texts = embedded![
        "configmap",
        "cronjob",
        "daemonset",
        "deployment",
        "hpa",
        "ingress",
        "job",
        "networkpolicy",
        "persistentvolumeclaim",
        "secret",
        "service",
        "statefulset",
    ];
    texts.iter().filter_map(|text| serde_saphyr::from_str(text).ok()).collect()
});

fn of_plugin(plugin: &PluginEntry, node_type: &NodeType) -> Template {
    Template {
        id: node_type.name.clone(),
        name: node_type.name.clone(),
        display_name: node_type.display_name.clone(),
        category: node_type.category.clone(),
        description: node_type.description.clone(),
        icon: "Puzzle".into(),
        version: "1.0.0".into(),
        tags: vec!["plugin".into(), node_type.category.clone(), plugin.name.clone()],
        usage_frequency: "medium".into(),
        difficulty: "medium".into(),
        dependencies: Vec::new(),
        parameters: node_type.fields.iter().map(of_field).collect(),
        is_plugin: true,
        plugin_id: Some(plugin.id.clone()),
    }
}

fn of_field(field: &Field) -> Parameter {
    let kind = match field.kind {
        FieldType::Text => "text",
        FieldType::Number => "number",
        FieldType::Select => "select",
        FieldType::Textarea => "textarea",
    };
    let option = |option: &String| ParameterOption { value: option.clone(), label: option.clone() };
    Parameter {
        name: field.id.clone(),
        label: field.label.clone(),
        description: field.placeholder.clone().unwrap_or_default(),
        kind: kind.into(),
        required: field.required,
        default: field.default.clone().map(Value::String),
        options: field.options.iter().map(option).collect(),
        min: None,
        max: None,
        depends_on: None,
    }
}

#[cfg(test)]
mod tests;
