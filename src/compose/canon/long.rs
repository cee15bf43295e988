//! The long form of objects that have a short one, and what is said by saying nothing.

use super::{Canon, started};
use crate::compose::finding::Code;
use crate::compose::node::{Data, Map, Node};
use crate::compose::place::Path;
use crate::compose::shape::{Object, Scalar, Short};
use crate::compose::short;

impl Canon<'_> {
    /// What an object may be written as instead of a map.
    pub(super) fn short_form(&self, node: &Node, object: &'static Object, path: &Path<'_>) -> Option<Node> {
        let text = |name: &str, value: &str| (name.to_owned(), Node::text(value, node.at));
        let map = match (object.short, &node.data) {
            (Short::Member(name), Data::Text(value)) => Map::from([text(name, value)]),
            (Short::Secret | Short::Config, Data::Text(source)) => Map::from([text("source", source)]),
            (Short::Device, Data::Text(value)) => match short::device(value) {
                Some((source, target, permissions)) => Map::from([
                    text("source", &source),
                    text("target", &target),
                    text("permissions", &permissions),
                ]),
                None => return self.refuse(node, path, "must be source[:target[:permissions]]"),
            },
            (Short::Mount, Data::Text(value)) => match short::mount(value) {
                Ok(mount) => {
                    if short::has_drive(value) && !cfg!(windows) {
                        let why = "one letter before a colon and a slash is a Windows drive, as in Compose";
                        self.report.warning(Code::Value, node.at, path, why);
                    }
                    long_mount(&mount, node)
                }
                Err(why) => return self.refuse(node, path, &why),
            },
            (Short::Limit, Data::Int(_) | Data::Text(_)) => return self.scalar(node, Scalar::Whole, path),
            (Short::External, Data::Bool(_) | Data::Text(_)) => {
                return self.scalar(node, Scalar::Flag, path);
            }
            _ => return self.wrong(node, path, "a map"),
        };
        self.object(node.with(Data::Map(map)), object, path)
    }

    /// What is said by saying nothing.
    pub(super) fn complete(&self, node: &mut Node, short: Short) {
        let at = node.at;
        let source = node.text_of("source").map(str::to_owned);
        let bind = node.text_of("type") == Some("bind");
        let local = node.text_of("driver") == Some("local");
        let bound = node.get("driver_opts").and_then(|options| options.text_of("o")) == Some("bind");
        let Some(map) = node.as_map_mut() else { return };
        let counted = map.contains_key("count") || map.contains_key("device_ids");
        let mut default = |name: &str, data| {
            map.entry(name.to_owned()).or_insert_with(|| Node::new(data, at));
        };
        match (short, source) {
            (Short::Dependency, _) => default("required", Data::Bool(true)),
            (Short::Secret, Some(source)) => default("target", Data::Text(format!("/run/secrets/{source}"))),
            (Short::Watch, _) => {
                let nothing = Map::from([("command".to_owned(), Node::new(Data::Null, at))]);
                default("exec", Data::Map(nothing));
            }
            (Short::DeviceRequest, _) if !counted => default("count", Data::Int(-1)),
            (Short::Port, _) => {
                default("mode", Data::Text("ingress".to_owned()));
                default("protocol", Data::Text("tcp".to_owned()));
            }
            (Short::Volume, _) if local && bound => {
                let device = map
                    .get_mut("driver_opts")
                    .and_then(Node::as_map_mut)
                    .and_then(|map| map.get_mut("device"));
                if let Some(device) = device.filter(|device| !self.unfilled(device))
                    && let Some(folder) = device.as_text()
                {
                    device.data = Data::Text(self.absolute(folder));
                }
            }
            (Short::Mount, Some(source)) if bind => {
                if let Some(node) = map.get_mut("source").filter(|node| !self.unfilled(node)) {
                    node.data = Data::Text(self.absolute(&source));
                }
            }
            _ => {}
        }
    }
}

fn long_mount(mount: &short::Mount, from: &Node) -> Map {
    let member = |name: &str, data| (name.to_owned(), Node::new(data, from.at));
    let text = |name: &str, value: &str| member(name, Data::Text(value.to_owned()));
    let is_bind = mount.is_bind();
    let mut map = Map::from([text("type", if is_bind { "bind" } else { "volume" })]);
    map.extend(mount.source.as_deref().map(|source| text("source", source)));
    map.extend([text("target", &mount.target)]);
    if mount.read_only {
        map.extend([member("read_only", Data::Bool(true))]);
    }
    let mut bind = Map::new();
    bind.extend(mount.selinux.as_deref().map(|value| text("selinux", value)));
    bind.extend(mount.propagation.as_deref().map(|value| text("propagation", value)));
    if is_bind || !bind.is_empty() {
        map.extend([member("bind", Data::Map(bind))]);
    }
    let volume = Map::from_iter(mount.nocopy.then(|| member("nocopy", Data::Bool(true))));
    // Compose passes a target of one or two letters by.
    let told = mount.source.is_some() || mount.target.len() > 2;
    if !is_bind && told || !volume.is_empty() {
        map.extend([member("volume", Data::Map(volume))]);
    }
    map
}

/// A dependency that something else implies.
pub(in crate::compose) fn implied(from: &Node, restart: bool) -> Node {
    let mut node = from.with(started(from));
    if let Some(map) = node.as_map_mut().filter(|_| restart) {
        map.insert("restart".to_owned(), Node::new(Data::Bool(true), from.at));
    }
    node
}
