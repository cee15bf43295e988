//! What people call the form that a value must have.

use super::{Object, Shape, Short};

impl Shape {
    /// Such as `a list of texts`.
    pub(in crate::compose) fn form(&self) -> &'static str {
        match self {
            Shape::Any => "a value",
            Shape::Text
            | Shape::Word
            | Shape::ContainerName
            | Shape::Address
            | Shape::Choice(_)
            | Shape::Path
            | Shape::Context
            | Shape::Within
            | Shape::PullPolicy => "a text",
            Shape::Label => "a text or a number",
            Shape::Flag => "true or false",
            Shape::Whole | Shape::Natural => "a whole number",
            Shape::Count => "a whole number or all",
            Shape::Port => "a port",
            Shape::Real => "a number",
            Shape::Size => "a size such as 512m",
            Shape::Duration => "a duration such as 1m30s",
            Shape::FileMode | Shape::TmpfsMode => "a file mode such as 0440",
            Shape::Command | Shape::Test | Shape::Words | Shape::Servers | Shape::Answers | Shape::Paths => {
                "a text or a list of texts"
            }
            Shape::Texts => "a list of texts",
            Shape::Pairs | Shape::Options | Shape::Contexts | Shape::Ssh => "a map, or a list of key=value",
            Shape::Hosts => "a map, or a list of host=address",
            Shape::Gpus => "all, or a list",
            Shape::Ports | Shape::List(..) => "a list",
            Shape::Named(_) => "a map, or a list of names",
            Shape::Object(Object { short: Short::Member(_) | Short::Secret | Short::Config, .. }) => {
                "a text or a map"
            }
            Shape::Settings(_) | Shape::Each(_) | Shape::Object(_) => "a map",
        }
    }
}
