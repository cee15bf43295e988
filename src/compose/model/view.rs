//! What can be asked of a model.

use serde_json::{Map, Value};

use super::{Model, section};
use crate::compose::files::TOP_SHAPE;
use crate::compose::node::Node;
use crate::compose::print::print;
use crate::compose::shape::Shape;
use crate::compose::typed::{Stack, StackError};

/// The order of the top of the document. Compose does not print models.
const ORDER: [&str; 6] = ["name", "services", "networks", "volumes", "configs", "secrets"];

impl Model {
    /// The canonical form (cli.md 8.2.1).
    pub fn document(&self) -> Value {
        self.printed(self.filled)
    }

    /// The same as types, with nothing doubled and the variables of configs and secrets read.
    pub fn stack(&self) -> Result<Stack, StackError> {
        let mut document = self.printed(false);
        for kind in ["configs", "secrets"] {
            for entry in
                document.get_mut(kind).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
            {
                let value = entry["environment"].as_str().and_then(|name| self.given.get(name));
                if let Some(value) = value.cloned() {
                    entry["content"] = Value::String(value);
                }
            }
        }
        Stack::read(document)
    }

    fn printed(&self, doubled: bool) -> Value {
        let Value::Object(mut printed) = print(&self.tree, &TOP_SHAPE, doubled) else {
            return Value::Null;
        };
        let ordered =
            ORDER.iter().filter_map(|name| Some(((*name).to_owned(), printed.shift_remove(*name)?)));
        let mut document: Map<String, Value> = ordered.collect();
        let extensions = self.tree.as_map().into_iter().flatten().filter(|(name, _)| name.starts_with("x-"));
        document.extend(extensions.map(|(name, node)| (name.clone(), print(node, &Shape::Any, doubled))));
        Value::Object(document)
    }

    /// The name of the project.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names of the services, in the order of the files.
    pub fn services(&self) -> Vec<&str> {
        section(&self.tree, "services").map(|(name, _)| name.as_str()).collect()
    }

    /// The image of every service, in the order of the files; what is built without a name is called after its project.
    pub fn images(&self) -> Vec<String> {
        let image = |(name, service): (&String, &Node)| match service
            .text_of("image")
            .filter(|image| !image.is_empty())
        {
            Some(image) => image.to_owned(),
            None => format!("{}-{name}", self.name),
        };
        section(&self.tree, "services").map(image).collect()
    }

    /// The keys of the volumes that are used.
    pub fn volumes(&self) -> Vec<&str> {
        section(&self.tree, "volumes").map(|(name, _)| name.as_str()).collect()
    }

    /// Every service of the files, on or off, wanted or not.
    pub fn declared(&self) -> &[String] {
        &self.declared
    }

    /// Every profile there is, sorted.
    pub fn profiles(&self) -> &[String] {
        &self.profiles
    }
}
