//! The tree a file is read into: every value with its place.

use indexmap::IndexMap;

use super::place::Place;

/// Members of a map, in the order of the file.
pub(crate) type Map = IndexMap<String, Node>;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub data: Data,
    /// Where the value begins.
    pub at: Place,
    /// Where its key begins; the same as `at` where there is none.
    pub key: Place,
    pub mark: Mark,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Map),
}

/// What a tag says about the merge of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    None,
    /// `!reset`: what was there before is taken away.
    Reset,
    /// `!override`: what was there before is replaced.
    Override,
}

/// Two values are equal wherever they stand.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data
    }
}

impl Node {
    pub(crate) fn new(data: Data, at: Place) -> Self {
        Self { data, at, key: at, mark: Mark::None }
    }

    pub(crate) fn text(text: impl Into<String>, at: Place) -> Self {
        Self::new(Data::Text(text.into()), at)
    }

    /// The same place and mark, another value.
    #[must_use]
    pub(crate) fn with(&self, data: Data) -> Self {
        Self { data, ..*self }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::List(_) | Data::Map(_) => None,
        }
    }

    pub(crate) fn as_map(&self) -> Option<&Map> {
        match &self.data {
            Data::Map(map) => Some(map),
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::List(_) => {
                None
            }
        }
    }

    pub(crate) fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.data {
            Data::Map(map) => Some(map),
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::List(_) => {
                None
            }
        }
    }

    pub(crate) fn items(&self) -> &[Node] {
        match &self.data {
            Data::List(items) => items,
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::Map(_) => &[],
        }
    }

    /// A member of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.as_map().and_then(|map| map.get(key))
    }

    /// The text of a member.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::as_text)
    }

    /// How many values it is made of.
    pub(crate) fn count(&self) -> usize {
        match &self.data {
            Data::List(items) => 1 + items.iter().map(Node::count).sum::<usize>(),
            Data::Map(map) => 1 + map.values().map(Node::count).sum::<usize>(),
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) => 1,
        }
    }

    /// Whether it says nothing: null, empty, zero or false.
    pub(crate) fn is_zero(&self) -> bool {
        match &self.data {
            Data::Null => true,
            Data::Bool(value) => !value,
            Data::Int(value) => *value == 0,
            Data::Float(value) => *value == 0.0,
            Data::Text(text) => text.is_empty(),
            Data::List(items) => items.is_empty(),
            Data::Map(map) => map.is_empty(),
        }
    }

    /// What people call its form.
    pub(crate) fn form(&self) -> &'static str {
        match &self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "a boolean",
            Data::Int(_) | Data::Float(_) => "a number",
            Data::Text(_) => "a text",
            Data::List(_) => "a list",
            Data::Map(_) => "a map",
        }
    }
}
