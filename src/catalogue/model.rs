//! The plugin catalogue as `plugins.yaml` holds it; its header explains the format.

use indexmap::IndexMap;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// Every plugin there is.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Catalogue {
    /// Label of each category, by id.
    pub categories: IndexMap<String, String>,
    /// The field every node type has last.
    universal_field: Field,
    /// The plugins.
    pub plugins: Vec<PluginEntry>,
}

/// One plugin; serialises to the wire's `CrdPlugin`, times apart.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginEntry {
    /// What nodes name in `pluginId`.
    pub id: String,
    /// Same as the id.
    pub name: String,
    /// Shown to people.
    pub display_name: String,
    /// One sentence.
    pub description: String,
    /// Id of a category.
    pub category: String,
    /// Version of the operator the catalogue was written for.
    pub version: String,
    /// API group shown to people; a node type's own [`Crd`] is what counts.
    pub crd_group: String,
    /// Kinds shown to people.
    pub crd_kinds: Vec<String>,
    /// What can be drawn.
    pub node_types: Vec<NodeType>,
}

/// A drawable custom resource.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeType {
    /// Unique over all plugins; what nodes name in `templateId`.
    pub name: String,
    /// Shown to people.
    pub display_name: String,
    /// One sentence.
    pub description: String,
    /// Id of a category.
    pub category: String,
    /// The resource it creates.
    pub crd: Crd,
    /// Form fields, `specYaml` last.
    pub fields: Vec<Field>,
    /// Extra metadata, with placeholders.
    #[serde(default)]
    pub metadata: Option<Value>,
    /// The object's body, with placeholders.
    pub manifest: Value,
    /// Bodies merged in by the value of the member `field`.
    #[serde(default)]
    pub variants: Option<Value>,
}

/// A custom resource definition.
#[derive(Debug, Deserialize)]
pub struct Crd {
    /// API group.
    pub group: String,
    /// Used when the cluster serves it.
    pub version: String,
    /// Kind.
    pub kind: String,
    /// Resource name in URLs; discovery wins over it.
    pub plural: String,
    /// Where its objects live.
    pub scope: Scope,
}

/// Where objects of a kind live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum Scope {
    /// In a namespace.
    Namespaced,
    /// Cluster-wide.
    Cluster,
}

/// A form field; its id is the key in `node.data` and in placeholders.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct Field {
    /// Key.
    pub id: String,
    /// Shown to people.
    pub label: String,
    /// How it is edited and checked.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Whether a run insists on it.
    pub required: bool,
    /// Applied when it is unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// What a select may hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Hint in an empty box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
}

/// How a field is edited and checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// One line.
    #[default]
    Text,
    /// A number, as text or number.
    Number,
    /// One of the options.
    Select,
    /// Several lines.
    Textarea,
}

impl Catalogue {
    /// Reads the embedded text. It is a constant, so a test stands in for an error.
    pub(super) fn parse(yaml: &str) -> Self {
        let mut catalogue: Self = serde_saphyr::from_str(yaml).unwrap_or_default();
        for node_type in catalogue.plugins.iter_mut().flat_map(|plugin| &mut plugin.node_types) {
            node_type.fields.push(catalogue.universal_field.clone());
        }
        catalogue
    }

    /// The plugin of that id.
    pub fn plugin(&self, id: &str) -> Option<&PluginEntry> {
        self.plugins.iter().find(|plugin| plugin.id == id)
    }

    /// The node type of that name, and its plugin.
    pub fn node_type(&self, name: &str) -> Option<(&PluginEntry, &NodeType)> {
        let mut all =
            self.plugins.iter().flat_map(|plugin| plugin.node_types.iter().map(move |found| (plugin, found)));
        all.find(|(_, node_type)| node_type.name == name)
    }
}

impl NodeType {
    /// The field of that id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }
}

impl Crd {
    /// `group/version` by the catalogue.
    pub fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }
}

/// The wire's `CrdPluginNodeType`: no bodies, and where the resource lives.
impl Serialize for NodeType {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("displayName", &self.display_name)?;
        map.serialize_entry("description", &self.description)?;
        map.serialize_entry("category", &self.category)?;
        map.serialize_entry("fields", &self.fields)?;
        map.serialize_entry("apiVersion", &self.crd.api_version())?;
        map.serialize_entry("kind", &self.crd.kind)?;
        map.serialize_entry("plural", &self.crd.plural)?;
        map.serialize_entry("scope", &self.crd.scope)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::catalogue::catalogue;

    #[test]
    fn the_whole_catalogue_is_read() {
        let catalogue = catalogue();
        assert_eq!(catalogue.plugins.len(), 57);
        let types: Vec<_> = catalogue.plugins.iter().flat_map(|plugin| &plugin.node_types).collect();
        assert_eq!(types.len(), 73);
        let names: HashSet<_> = types.iter().map(|node_type| &node_type.name).collect();
        assert_eq!(names.len(), 73, "templateId is a global key");
        for node_type in &types {
            assert_eq!(node_type.fields.last().map(|field| field.id.as_str()), Some("specYaml"));
        }
        for plugin in &catalogue.plugins {
            assert!(catalogue.categories.contains_key(&plugin.category), "{}", plugin.id);
        }
    }

    #[test]
    fn the_wire_shows_fields_and_resource_but_no_bodies() {
        let (plugin, node_type) = catalogue().node_type("clusterissuer").unwrap();
        assert_eq!(plugin.id, "certmanager");
        let wire = serde_json::to_value(node_type).unwrap();
        assert_eq!(wire["apiVersion"], "cert-manager.io/v1");
        assert_eq!(wire["scope"], "Cluster");
        assert_eq!(wire["fields"][0]["id"], "name");
        assert!(wire.get("manifest").is_none());
    }
}
