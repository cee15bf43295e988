//! What people call the form that a value must have.

use super::{Object, Scalar, Shape, Short};

impl Shape {
    /// Such as `a list of texts`.
    pub(in crate::compose) fn form(&self) -> &'static str {
        match self {
            Shape::Any => "a value",
            Shape::Scalar(scalar) => scalar.form(),
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

impl Scalar {
    /// Such as `a text`.
    pub(in crate::compose) fn form(self) -> &'static str {
        match self {
            Scalar::Text
            | Scalar::Word
            | Scalar::ContainerName
            | Scalar::Address
            | Scalar::Choice(_)
            | Scalar::Path
            | Scalar::Context
            | Scalar::Within
            | Scalar::PullPolicy => "a text",
            Scalar::Label => "a text or a number",
            Scalar::Flag => "true or false",
            Scalar::Whole | Scalar::Natural => "a whole number",
            Scalar::Count => "a whole number or all",
            Scalar::Port => "a port",
            Scalar::Real => "a number",
            Scalar::Size => "a size such as 512m",
            Scalar::Duration => "a duration such as 1m30s",
            Scalar::FileMode | Scalar::TmpfsMode => "a file mode such as 0440",
        }
    }
}
