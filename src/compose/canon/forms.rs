//! Values that may be written in more than one way.

use super::{Canon, started};
use crate::compose::finding::Code;
use crate::compose::node::{Data, Map, Node};
use crate::compose::place::Path;
use crate::compose::shape::{GPUS_ITEM, Object, PORTS_ITEM, Shape, Short};
use crate::compose::short::{self, Port};

/// Most ports that may come out of the ranges of all files.
const PORTS: usize = 100_000;

impl Canon<'_> {
    pub(super) fn command(&self, node: &Node, path: &Path<'_>) -> Option<Node> {
        let Data::Text(text) = &node.data else { return self.texts(node, &Shape::Texts, path) };
        match short::words(text) {
            Ok(words) => {
                let words = words.into_iter().map(|word| Node::text(word, node.at)).collect();
                Some(node.with(Data::List(words)))
            }
            Err(why) => self.refuse(node, path, &why),
        }
    }

    pub(super) fn test(&self, node: &Node, path: &Path<'_>) -> Option<Node> {
        if let Data::Text(text) = &node.data {
            let words = [Node::text("CMD-SHELL", node.at), Node::text(text, node.at)];
            return Some(node.with(Data::List(words.into())));
        }
        let node = self.texts(node, &Shape::Texts, path)?;
        match node.items().first().map(|first| first.as_text().unwrap_or_default()) {
            None | Some("CMD" | "CMD-SHELL" | "NONE") => Some(node),
            Some(_) => self.refuse(&node, path, "must begin with CMD, CMD-SHELL or NONE"),
        }
    }

    /// A list of texts; with `Words` or `Paths` one text is a list of one.
    pub(super) fn texts(&self, node: &Node, shape: &Shape, path: &Path<'_>) -> Option<Node> {
        let paths = matches!(shape, Shape::Paths);
        let read = |item: &Node, path: &Path<'_>| {
            let file = paths && !self.unfilled(item);
            let text = if file { self.file(item, path)? } else { self.text(item, path)? };
            Some(item.with(Data::Text(text)))
        };
        let items = match &node.data {
            Data::List(items) => {
                items.iter().enumerate().filter_map(|(index, item)| read(item, &path.item(index))).collect()
            }
            Data::Text(_) if !matches!(shape, Shape::Texts) => {
                vec![read(&Node::new(node.data.clone(), node.at), path)?]
            }
            _ => return self.wrong(node, path, "a list of texts"),
        };
        Some(node.with(Data::List(items)))
    }

    /// Texts by key. A key without a value keeps none with `nulls`, and is empty otherwise.
    pub(super) fn pairs(&self, node: &Node, nulls: bool, path: &Path<'_>) -> Option<Node> {
        let empty = || if nulls { Data::Null } else { Data::Text(String::new()) };
        let mut map = Map::new();
        match &node.data {
            Data::Map(entries) => {
                for (name, value) in entries {
                    let data = match &value.data {
                        Data::Null => empty(),
                        Data::Bool(value) => Data::Text(value.to_string()),
                        _ => match self.text(value, &path.key(name)) {
                            Some(text) => Data::Text(text),
                            None => continue,
                        },
                    };
                    map.insert(name.clone(), value.with(data));
                }
            }
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let Some(text) = self.text(item, &path.item(index)) else { continue };
                    let (name, data) = match text.split_once('=') {
                        Some((name, value)) => (name, Data::Text(value.to_owned())),
                        None => (text.as_str(), empty()),
                    };
                    if name.is_empty() {
                        self.refuse(item, &path.item(index), "must be key=value");
                        continue;
                    }
                    map.insert(name.to_owned(), item.with(data));
                }
            }
            _ => return self.wrong(node, path, "a map, or a list of key=value"),
        }
        Some(node.with(Data::Map(map)))
    }

    pub(super) fn contexts(&self, node: &Node, path: &Path<'_>) -> Option<Node> {
        let mut node = self.pairs(node, false, path)?;
        for value in node.as_map_mut()?.values_mut() {
            if let Some(text) = value.as_text().filter(|_| !self.unfilled(value)) {
                value.data = Data::Text(self.context(text));
            }
        }
        Some(node)
    }

    pub(super) fn hosts(&self, node: &Node, path: &Path<'_>) -> Option<Node> {
        let mut hosts = Vec::new();
        let mut host = |item: &Node, name: &str, address: &str| {
            let address = address.trim_start_matches('[').trim_end_matches(']');
            hosts.push(Node::text(format!("{name}={address}"), item.at));
        };
        match &node.data {
            Data::Map(entries) => {
                for (name, value) in entries {
                    let path = path.key(name);
                    let several = value.items().iter().enumerate();
                    if matches!(value.data, Data::List(_)) {
                        for (index, item) in several {
                            if let Some(address) = self.text(item, &path.item(index)) {
                                host(item, name, &address);
                            }
                        }
                    } else if let Some(address) = self.text(value, &path) {
                        host(value, name, &address);
                    }
                }
            }
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let Some(text) = self.text(item, &path.item(index)) else { continue };
                    match text.split_once('=').or_else(|| text.split_once(':')) {
                        Some((name, address)) if !name.is_empty() => host(item, name.trim(), address.trim()),
                        Some(_) | None => {
                            self.refuse(item, &path.item(index), "must be host=address");
                        }
                    }
                }
            }
            _ => return self.wrong(node, path, "a map, or a list of host=address"),
        }
        Some(node.with(Data::List(hosts)))
    }

    pub(super) fn ssh(&self, node: Node, path: &Path<'_>) -> Option<Node> {
        let node = match &node.data {
            Data::Text(text) => node.with(Data::List(vec![Node::text(text, node.at)])),
            _ => node,
        };
        let pairs = self.pairs(&node, true, path)?;
        let key = |(name, value): (&String, &Node)| match value.as_text().filter(|text| !text.is_empty()) {
            Some(file) => Node::text(format!("{name}={file}"), value.at),
            None => Node::text(name, value.at),
        };
        let keys = pairs.as_map()?.iter().map(key).collect();
        Some(pairs.with(Data::List(keys)))
    }

    pub(super) fn ports(&self, node: &Node, path: &Path<'_>) -> Option<Node> {
        let Data::List(items) = &node.data else { return self.wrong(node, path, "a list") };
        let mut ports = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let path = path.item(index);
            if matches!(item.data, Data::Map(_)) {
                ports.extend(self.read(item.clone(), &PORTS_ITEM, &path));
            } else if self.unfilled(item) {
                ports.push(item.clone());
            } else if let Some(text) = self.text(item, &path) {
                match self.unrolled(&text) {
                    Ok(found) => ports.extend(found.into_iter().map(|port| long_port(port, item))),
                    Err(why) => {
                        self.refuse(item, &path, &why);
                    }
                }
            }
        }
        Some(node.with(Data::List(ports)))
    }

    fn unrolled(&self, text: &str) -> Result<Vec<Port>, String> {
        let found = short::ports(text)?;
        self.ports.set(self.ports.get() + found.len());
        if self.ports.get() > PORTS {
            return Err(format!("ranges make more than {PORTS} ports"));
        }
        Ok(found)
    }

    pub(super) fn gpus(&self, node: &Node, path: &Path<'_>) -> Option<Node> {
        match &node.data {
            Data::Text(text) if text == "all" => {
                let all = Map::from([("count".to_owned(), Node::new(Data::Int(-1), node.at))]);
                Some(node.with(Data::List(vec![Node::new(Data::Map(all), node.at)])))
            }
            Data::List(_) => self.list(node.clone(), &GPUS_ITEM, path),
            _ => self.wrong(node, path, "all, or a list"),
        }
    }

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
            (Short::Limit, Data::Int(_) | Data::Text(_)) => return self.scalar(node, &Shape::Whole, path),
            (Short::External, Data::Bool(_) | Data::Text(_)) => {
                return self.scalar(node, &Shape::Flag, path);
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
            (Short::Device, Some(source)) => {
                default("target", Data::Text(source));
                default("permissions", Data::Text("rwm".to_owned()));
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

fn long_port(port: Port, from: &Node) -> Node {
    let text = |name: &str, value: String| (name.to_owned(), Node::text(value, from.at));
    let mut map = Map::from([text("mode", "ingress".to_owned())]);
    map.extend(port.host_ip.map(|ip| text("host_ip", ip)));
    map.insert("target".to_owned(), Node::new(Data::Int(port.target.into()), from.at));
    map.extend(port.published.map(|published| text("published", published)));
    map.extend([text("protocol", port.protocol)]);
    from.with(Data::Map(map))
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
    if !is_bind || !volume.is_empty() {
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
