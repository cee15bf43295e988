//! `plugin` (engine.md 1.15): which node type of the catalogue it is, and the text of its fields.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::catalogue::{self, FieldType, NodeType, PluginEntry};
use crate::graph::fields::{Fields, as_integer, scalar_text, trimmed};
use crate::graph::report::quoted;

/// Most bytes of a field somebody writes YAML or a script into.
pub(crate) const TEXT_BYTES: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct Plugin {
    /// `None` when the catalogue has no such node type; that is a finding already.
    pub(crate) found: Option<(&'static PluginEntry, &'static NodeType)>,
    /// Text of every field that is set, defaults applied; `name` and `namespace` are left to the object's identity.
    pub(crate) values: BTreeMap<String, String>,
}

impl Plugin {
    pub(super) fn decode(fields: &Fields) -> Self {
        let found = find(fields);
        let mut values = BTreeMap::new();
        if let Some((_, node_type)) = found {
            for field in
                node_type.fields.iter().filter(|field| !matches!(field.id.as_str(), "name" | "namespace"))
            {
                if let Some(text) = text(fields, field) {
                    values.insert(field.id.clone(), text);
                }
            }
        }
        Self { found, values }
    }
}

fn find(fields: &Fields) -> Option<(&'static PluginEntry, &'static NodeType)> {
    for key in ["pluginId", "templateId"] {
        if fields.set(key).is_none() {
            fields.required(key, "");
        }
    }
    let (plugin_id, template_id) = (fields.text("pluginId")?, fields.text("templateId")?);
    let Some(plugin) = catalogue::catalogue().plugin(plugin_id) else {
        fields.invalid("pluginId", &format!("{} is not in the catalogue", quoted(plugin_id)));
        return None;
    };
    let node_type = plugin.node_types.iter().find(|node_type| node_type.name == template_id);
    if node_type.is_none() {
        let words = format!("{} is no node type of plugin {}", quoted(template_id), plugin.display_name);
        fields.invalid("templateId", &words);
    }
    node_type.map(|node_type| (plugin, node_type))
}

/// The text of a field, checked by its definition; `None` is empty.
fn text(fields: &Fields, field: &catalogue::Field) -> Option<String> {
    let id = field.id.as_str();
    let given = fields.set(id);
    let text = match given {
        Some(value) => match scalar_text(value) {
            Some(text) => trimmed(id, &text).to_owned(),
            None => {
                fields.invalid(id, "must be text, a number or a boolean");
                return None;
            }
        },
        None => field.default.clone().unwrap_or_default(),
    };
    if text.trim().is_empty() {
        if field.required {
            fields.required(id, "");
        }
        return None;
    }
    if text.len() > TEXT_BYTES {
        fields.invalid(id, "is larger than 64 KiB");
        return None;
    }
    match field.kind {
        FieldType::Number => {
            let integral = given.is_some_and(|value| as_integer(value).is_some());
            if integral {
                return given.and_then(as_integer).map(|number| number.to_string());
            }
            if !text.trim().parse::<f64>().is_ok_and(f64::is_finite) {
                fields.invalid(id, "must be a number");
            }
        }
        FieldType::Select if !field.options.contains(&text) => {
            fields.invalid(id, &format!("{} is unknown; use {}", quoted(&text), field.options.join(", ")));
        }
        FieldType::Select | FieldType::Text | FieldType::Textarea => {}
    }
    Some(text)
}

/// The namespace a plugin node lives in when it names none.
pub(crate) fn default_namespace(data: &serde_json::Map<String, Value>) -> Option<&'static str> {
    node_type(data)?.field("namespace")?.default.as_deref()
}

/// The catalogue's entry for a node, before anything is judged.
pub(crate) fn node_type(data: &serde_json::Map<String, Value>) -> Option<&'static NodeType> {
    let text = |key| data.get(key).and_then(Value::as_str);
    let plugin = catalogue::catalogue().plugin(text("pluginId")?)?;
    let template = text("templateId")?;
    plugin.node_types.iter().find(|node_type| node_type.name == template)
}
