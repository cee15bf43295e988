//! Values that are not made of others.

use std::net::IpAddr;

use super::{Canon, listed};
use crate::compose::finding::Code;
use crate::compose::node::{Data, Node};
use crate::compose::place::Path;
use crate::compose::shape::Scalar;
use crate::compose::{path, scalar, units};

impl Canon<'_> {
    pub(super) fn scalar(&self, node: &Node, kind: Scalar, path: &Path<'_>) -> Option<Node> {
        let data = match kind {
            Scalar::Flag => Data::Bool(self.flag(node, path)?),
            Scalar::Whole => match whole(node) {
                Some(number) => Data::Int(number.into()),
                None => return self.wrong(node, path, "a whole number"),
            },
            Scalar::Natural => match whole(node) {
                Some(number) if number >= 0 => Data::Int(number.into()),
                Some(_) => return self.refuse(node, path, "must not be less than 0"),
                None => return self.wrong(node, path, "a whole number"),
            },
            Scalar::Count => match whole(node).or((node.as_text() == Some("all")).then_some(-1)) {
                Some(number) => Data::Int(number.into()),
                None => return self.wrong(node, path, "a whole number or all"),
            },
            Scalar::Real => match real(node) {
                Some(data) => data,
                None => return self.wrong(node, path, "a number"),
            },
            Scalar::Size => match sized(node, units::size) {
                Some(bytes) => Data::Int(bytes.into()),
                None => {
                    return self.refuse(node, path, "must be a size such as 512m, 1.5g or a number of bytes");
                }
            },
            Scalar::Duration => match self.text(node, path).map(|text| units::duration(&text)) {
                Some(Some(nanoseconds)) => Data::Int(nanoseconds.into()),
                Some(None) => return self.refuse(node, path, "must be a duration such as 1m30s or 500ms"),
                None => return None,
            },
            Scalar::FileMode | Scalar::TmpfsMode => match sized(node, units::file_mode) {
                Some(mode) => Data::Int(mode.into()),
                None => return self.refuse(node, path, "must be a file mode such as 0440"),
            },
            Scalar::Label => Data::Text(self.label(node, path)?),
            Scalar::ContainerName => Data::Text(self.container_name(node, path)?),
            Scalar::Address => {
                let text = self.text(node, path)?;
                if text.parse::<IpAddr>().is_err() {
                    return self.refuse(node, path, "must be an address such as 127.0.0.1 or ::1");
                }
                Data::Text(text)
            }
            Scalar::Word => match &node.data {
                Data::Bool(value) => Data::Text(value.to_string()),
                _ => Data::Text(self.text(node, path)?),
            },
            Scalar::Port => match whole(node).filter(|port| (1..=65535).contains(port)) {
                Some(port) => Data::Int(port.into()),
                None => return self.refuse(node, path, "must be a port, from 1 to 65535"),
            },
            Scalar::Within => {
                let text = self.text(node, path)?;
                if path::leaves(&text) {
                    return self.refuse(
                        node,
                        path,
                        "must be a path within it: neither absolute nor out of it with ..",
                    );
                }
                Data::Text(text)
            }
            Scalar::Path => Data::Text(self.file(node, path)?),
            Scalar::Context => Data::Text(self.context(&self.text(node, path)?)),
            Scalar::Choice(words) => Data::Text(self.choice(node, words, path)?),
            Scalar::PullPolicy => Data::Text(self.pull_policy(node, path)?),
            Scalar::Text => Data::Text(self.text(node, path)?),
        };
        Some(node.with(data))
    }

    /// A text, and nothing that YAML takes for something else.
    pub(super) fn text(&self, node: &Node, path: &Path<'_>) -> Option<String> {
        let text = node.as_text().map(str::to_owned);
        if text.is_none() {
            self.wrong(node, path, "a text");
        }
        text
    }

    /// A text; a plain number is written in its shortest form.
    pub(super) fn label(&self, node: &Node, path: &Path<'_>) -> Option<String> {
        match &node.data {
            Data::Text(text) => Some(text.clone()),
            Data::Int(number) => Some(number.to_string()),
            Data::Float(number) => Some(scalar::shortest(*number)),
            Data::Null | Data::Bool(_) | Data::List(_) | Data::Map(_) => {
                self.wrong(node, path, "a text or a number");
                None
            }
        }
    }

    /// As Compose has it: the engine is stricter, and says so itself.
    fn container_name(&self, node: &Node, path: &Path<'_>) -> Option<String> {
        let text = self.text(node, path)?;
        let fits = |pair: &[u8]| {
            pair[0].is_ascii_alphanumeric() && (pair[1].is_ascii_alphanumeric() || b"_.-".contains(&pair[1]))
        };
        if text.as_bytes().windows(2).any(fits) {
            return Some(text);
        }
        self.refuse(node, path, "must be a name of two or more letters, digits and _ . -");
        None
    }

    fn flag(&self, node: &Node, path: &Path<'_>) -> Option<bool> {
        let text = match &node.data {
            Data::Bool(value) => return Some(*value),
            Data::Text(text) => text,
            Data::Null | Data::Int(_) | Data::Float(_) | Data::List(_) | Data::Map(_) => {
                self.wrong(node, path, "true or false");
                return None;
            }
        };
        let value = match text.to_ascii_lowercase().as_str() {
            "true" => return Some(true),
            "false" => return Some(false),
            "yes" | "y" | "on" => true,
            "no" | "n" | "off" => false,
            _ => {
                self.wrong(node, path, "true or false");
                return None;
            }
        };
        let why = format!("is a text in YAML 1.2, taken for {value} here: write {value}");
        self.report.warning(Code::Value, node.at, path, why);
        Some(value)
    }

    fn choice(&self, node: &Node, words: &[&str], path: &Path<'_>) -> Option<String> {
        let text = self.text(node, path)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        self.refuse(node, path, &format!("must be one of: {}", listed(words)));
        None
    }

    fn pull_policy(&self, node: &Node, path: &Path<'_>) -> Option<String> {
        let text = self.text(node, path)?;
        match text.as_str() {
            "always" | "never" | "build" | "missing" | "refresh" | "daily" | "weekly" => return Some(text),
            "if_not_present" => return Some("missing".to_owned()),
            _ => {}
        }
        if text.strip_prefix("every_").is_some_and(|every| units::duration(every).is_some()) {
            return Some(text);
        }
        let why = "must be one of: always, never, missing, if_not_present, build, refresh, daily, weekly, every_12h";
        self.refuse(node, path, why);
        None
    }

    /// A file of this machine, absolute.
    pub(super) fn file(&self, node: &Node, path: &Path<'_>) -> Option<String> {
        let text = self.text(node, path)?;
        if text.contains("://") || text.starts_with("git@") {
            self.refuse(node, path, "must be a file: what is at an address is not fetched");
            return None;
        }
        Some(self.absolute(&text))
    }

    pub(super) fn absolute(&self, text: &str) -> String {
        match (text.strip_prefix('~'), self.home) {
            (Some(rest), Some(home)) => path::clean(&format!("{home}/{rest}")),
            // Compose tidies only what it puts together.
            _ if path::is_absolute(text) => text.to_owned(),
            _ => path::join(self.base, text),
        }
    }

    /// A folder, or an address, which stays as it is.
    pub(super) fn context(&self, text: &str) -> String {
        let address = text.contains("://")
            || ["git@", "github.com/", "docker-image:", "service:", "target:"]
                .iter()
                .any(|start| text.starts_with(start));
        if address { text.to_owned() } else { self.absolute(text) }
    }
}

fn whole(node: &Node) -> Option<i64> {
    match &node.data {
        Data::Int(number) => i64::try_from(*number).ok(),
        Data::Float(number) => units::float_to_whole(*number),
        Data::Text(text) => match scalar::plain(text.trim()) {
            Data::Int(number) => i64::try_from(number).ok(),
            Data::Float(number) => units::float_to_whole(number),
            Data::Null | Data::Bool(_) | Data::Text(_) | Data::List(_) | Data::Map(_) => None,
        },
        Data::Null | Data::Bool(_) | Data::List(_) | Data::Map(_) => None,
    }
}

fn real(node: &Node) -> Option<Data> {
    match &node.data {
        Data::Int(_) => Some(node.data.clone()),
        Data::Float(number) => number.is_finite().then(|| node.data.clone()),
        Data::Text(text) => match scalar::plain(text.trim()) {
            data @ Data::Int(_) => Some(data),
            Data::Float(number) if number.is_finite() => Some(Data::Float(number)),
            Data::Null | Data::Bool(_) | Data::Float(_) | Data::Text(_) | Data::List(_) | Data::Map(_) => {
                None
            }
        },
        Data::Null | Data::Bool(_) | Data::List(_) | Data::Map(_) => None,
    }
}

fn sized(node: &Node, read: fn(&str) -> Option<i64>) -> Option<i64> {
    match &node.data {
        Data::Int(number) => i64::try_from(*number).ok(),
        Data::Float(number) => units::float_to_whole(number.trunc()),
        Data::Text(text) => read(text),
        Data::Null | Data::Bool(_) | Data::List(_) | Data::Map(_) => None,
    }
}
