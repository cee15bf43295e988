//! Values that may be written in more than one way.

use super::Canon;
use crate::compose::node::{Data, Map, Node};
use crate::compose::place::Path;
use crate::compose::shape::{GPUS_ITEM, PORTS_ITEM, Shape, Values};
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
            let text = match (shape, &item.data) {
                (Shape::Answers, Data::Bool(value)) => value.to_string(),
                (Shape::Answers, _) => self.label(item, path)?,
                _ if paths && !self.unfilled(item) => self.file(item, path)?,
                _ => self.text(item, path)?,
            };
            Some(item.with(Data::Text(text)))
        };
        let mut items: Vec<Node> = match &node.data {
            Data::List(items) => {
                items.iter().enumerate().filter_map(|(index, item)| read(item, &path.item(index))).collect()
            }
            Data::Text(_) if !matches!(shape, Shape::Texts) => {
                vec![read(&Node::new(node.data.clone(), node.at), path)?]
            }
            Data::Bool(_) | Data::Int(_) | Data::Float(_) if matches!(shape, Shape::Answers) => {
                vec![read(&Node::new(node.data.clone(), node.at), path)?]
            }
            _ => return self.wrong(node, path, "a list of texts"),
        };
        if matches!(shape, Shape::Servers) {
            items.retain(|item| item.as_text() != Some(""));
        }
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
                        _ => match self.label(value, &path.key(name)) {
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
                    // A variable that is empty says nothing.
                    if name.is_empty() && !text.is_empty() {
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

    /// Texts by key, in a map alone.
    pub(super) fn settings(&self, node: &Node, values: Values, path: &Path<'_>) -> Option<Node> {
        let Data::Map(entries) = &node.data else { return self.wrong(node, path, "a map") };
        let numbers = matches!(values, Values::OrNumbers | Values::OrEither);
        let nothing = matches!(values, Values::OrNothing | Values::OrEither);
        let mut map = Map::new();
        for (name, value) in entries {
            let path = path.key(name);
            let text = match &value.data {
                Data::Null if nothing => Some(String::new()),
                _ if numbers => self.label(value, &path),
                _ => self.text(value, &path),
            };
            map.extend(text.map(|text| (name.clone(), value.with(Data::Text(text)))));
        }
        Some(node.with(Data::Map(map)))
    }

    pub(super) fn contexts(&self, node: &Node, path: &Path<'_>) -> Option<Node> {
        if let Data::Map(_) = &node.data {
            return self.placed(self.settings(node, Values::Texts, path)?);
        }
        for (index, item) in node.items().iter().enumerate() {
            if item.as_text().is_some_and(|text| !text.contains('=')) && !self.unfilled(item) {
                return self.refuse(item, &path.item(index), "must be name=context");
            }
        }
        self.placed(self.pairs(node, false, path)?)
    }

    /// With folders made absolute.
    fn placed(&self, mut node: Node) -> Option<Node> {
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

    pub(super) fn ssh(&self, node: &Node, path: &Path<'_>) -> Option<Node> {
        for (index, item) in node.items().iter().enumerate() {
            let named = item.as_text().is_none_or(|text| text == "default" || text.contains('='));
            if !named && !self.unfilled(item) {
                return self.refuse(item, &path.item(index), "must be default or id=path");
            }
        }
        let pairs = self.pairs(node, true, path)?;
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
            } else if matches!(item.data, Data::Float(_)) {
                self.refuse(item, &path, "must be a port such as 80 or 8080:80");
            } else if let Some(text) = self.label(item, &path) {
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
