//! Where in a document: a chain of fields, with array elements addressed by a member instead of a position.

/// A place in a document: `status`, `config.port`, or "the `data._status` of the element of `nodes` whose `id` is x".
///
/// Names of fields are the program's own; only the id of an element comes from outside, and may be any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub(super) Vec<Step>);

/// One step down into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The member of an object.
    Field(&'static str),
    /// The first element of an array whose member `key` is the text `value`.
    Element { key: &'static str, value: String },
}

/// An element of an array. It is no [`Path`] by itself: what is addressed is one of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element(Vec<Step>);

impl Path {
    /// The path `dotted`, such as `name` or `config.port`.
    pub fn new(dotted: &'static str) -> Self {
        Self(Vec::new()).field(dotted)
    }

    /// The field `dotted` below this place.
    #[must_use]
    pub fn field(mut self, dotted: &'static str) -> Self {
        self.0.extend(dotted.split('.').map(Step::Field));
        self
    }

    /// In the array at this place, the first element whose member `key` is the text `value`.
    #[must_use]
    pub fn element(mut self, key: &'static str, value: impl Into<String>) -> Element {
        self.0.push(Step::Element { key, value: value.into() });
        Element(self.0)
    }
}

impl Element {
    /// The field `dotted` of this element.
    #[must_use]
    pub fn field(self, dotted: &'static str) -> Path {
        Path(self.0).field(dotted)
    }
}

impl From<&'static str> for Path {
    fn from(dotted: &'static str) -> Self {
        Self::new(dotted)
    }
}
