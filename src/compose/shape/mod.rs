//! The specification as data: which keys there are and what stands under them. Reading, merging and printing all
//! follow the same table, so a key that is in it is in all three.

mod build;
mod deploy;
mod form;
mod scalar;
mod service;
mod storage;
mod top;

pub(super) use scalar::Scalar;
pub(super) use service::{GPUS_ITEM, PORTS_ITEM, SERVICE};
pub(super) use top::TOP;

/// What may stand in a place, and what it becomes.
#[derive(Debug)]
pub(super) enum Shape {
    /// Anything, kept as it is.
    Any,
    /// One value.
    Scalar(Scalar),
    /// A text split like a shell does, or a list; replaced as a whole.
    Command,
    /// `healthcheck.test`.
    Test,
    /// A list of texts, or one.
    Words,
    /// The same, without those that are empty.
    Servers,
    /// The same; numbers and booleans are texts.
    Answers,
    /// The same, of files.
    Paths,
    /// A list of texts.
    Texts,

    /// Texts by key, as a map or as `key=value`; a key may have no value.
    Pairs,
    /// Texts by key, as a map or as `key=value`.
    Options,
    /// Texts by key, as a map alone.
    Settings(Values),
    /// Options whose values are folders or addresses.
    Contexts,
    /// Hosts and addresses, as `host=address`.
    Hosts,
    /// Keys of ssh, as `id` or `id=path`.
    Ssh,
    /// Published ports.
    Ports,
    /// Devices, or all of them.
    Gpus,
    List(&'static Shape, Same),
    /// Somebody's names.
    Each(&'static Shape),
    /// The same, or a list of the names.
    Named(&'static Shape),
    Object(&'static Object),
}

impl Shape {
    /// What stands in a list of this shape.
    pub(super) fn item(&self) -> &'static Shape {
        if let Shape::List(item, _) = self {
            item
        } else if matches!(self, Shape::Ports) {
            &PORTS_ITEM
        } else if matches!(self, Shape::Gpus) {
            &GPUS_ITEM
        } else {
            &Shape::Any
        }
    }

    /// What stands under a key.
    pub(super) fn member(&self, name: &str) -> &'static Shape {
        if let Shape::Each(value) | Shape::Named(value) = self {
            value
        } else if let Shape::Object(object) = self {
            object.field(name).map_or(&Shape::Any, |field| &field.shape)
        } else {
            &Shape::Any
        }
    }

    /// How lists of this shape are joined; those without are replaced.
    pub(super) fn same(&self) -> Option<Same> {
        match self {
            Shape::List(_, same) => Some(*same),
            Shape::Ports => Some(Same::Port),
            Shape::Any | Shape::Gpus => Some(Same::Never),
            Shape::Words
            | Shape::Servers
            | Shape::Answers
            | Shape::Paths
            | Shape::Texts
            | Shape::Hosts
            | Shape::Ssh => Some(Same::Value),
            Shape::Scalar(_)
            | Shape::Command
            | Shape::Test
            | Shape::Pairs
            | Shape::Options
            | Shape::Settings(_)
            | Shape::Contexts
            | Shape::Each(_)
            | Shape::Named(_)
            | Shape::Object(_) => None,
        }
    }
}

/// What the values of a map may be beside texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// Nothing else.
    Texts,
    /// Nothing at all, which is an empty text.
    OrNothing,
    /// Numbers.
    OrNumbers,
    /// Both.
    OrEither,
}

/// When two items of a list are the same, so that the later one stands for both.
#[derive(Debug, Clone, Copy)]
pub(super) enum Same {
    /// Never: all are kept.
    Never,
    /// When they are equal.
    Value,
    /// When this member is.
    Member(&'static str),
    /// When it is mounted in the same place.
    Grant,
    /// When address, ports and protocol are.
    Port,
}

/// A map whose keys the specification names.
#[derive(Debug)]
pub(super) struct Object {
    pub fields: &'static [Field],
    pub short: Short,
    pub merge: Merge,
    /// Whether it is there at all when nothing is in it: a service without networks has none, an empty one is null.
    pub null: Null,
}

/// What a map may be written as instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Short {
    None,
    /// A text that is this member.
    Member(&'static str),
    Mount,
    /// No short form: a bind in disguise has its folder made absolute.
    Volume,
    Port,
    Device,
    Secret,
    Config,
    /// A number, kept as it is.
    Limit,
    /// An object whose parts are defaults: `count: -1` when nothing says how many.
    DeviceRequest,
    Dependency,
    /// No short form: what is executed is there, even if it is nothing.
    Watch,
    /// `external`: a boolean.
    External,
}

/// How two of them merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    ByKey,
    /// The later one stands.
    Replace,
    /// By key, but only when both have the same driver.
    SameDriver,
}

/// What a null is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Null {
    /// Refused, as for most of what there is.
    Refused,
    /// It stays null.
    Kept,
    /// An empty map.
    Empty,
}

/// A key and what stands under it.
#[derive(Debug)]
pub(super) struct Field {
    pub name: &'static str,
    pub shape: Shape,
    /// Printed even when it is empty, zero or false.
    pub keep: bool,
    pub required: bool,
    /// Whether a null says nothing, and is not refused.
    pub may_be_null: bool,
}

impl Object {
    /// The field of that name.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

const fn object(fields: &'static [Field]) -> Object {
    Object { fields, short: Short::None, merge: Merge::ByKey, null: Null::Refused }
}

impl Object {
    const fn short(self, short: Short) -> Self {
        Self { short, ..self }
    }

    const fn merge(self, merge: Merge) -> Self {
        Self { merge, ..self }
    }

    const fn null(self, null: Null) -> Self {
        Self { null, ..self }
    }
}

const fn field(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, keep: false, required: false, may_be_null: false }
}

/// A field that is printed whatever its value.
const fn kept(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, keep: true, required: false, may_be_null: false }
}

const fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, keep: false, required: true, may_be_null: false }
}

impl Field {
    /// Of which nothing may be said.
    const fn or_null(self) -> Self {
        Self { may_be_null: true, ..self }
    }
}
