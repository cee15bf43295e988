//! Which documents: typed conditions that every backend understands.

use super::path::Path;
use super::value::Scalar;

/// A condition on documents.
///
/// Comparisons look at values of the type they are given: a number is never equal to, less or greater than a text.
/// A field that is missing or null is not equal to anything. Arrays and objects never compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Every document.
    All,
    /// Those whose value at the path compares so.
    Compare(Path, Comparison, Scalar),
    /// Those whose value is one of these.
    OneOf(Path, Vec<Scalar>),
    /// Those in which there is nothing or null at the path.
    Missing(Path),
    /// Those in which there is something other than null at the path.
    Present(Path),
    /// Those whose text at the path contains this one, in any letter case.
    Contains(Path, String),
    /// Those that meet all of these.
    And(Vec<Filter>),
    /// Those that meet at least one of these.
    Or(Vec<Filter>),
}

/// How a stored value compares with a given one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// It is the same.
    Eq,
    /// It is not the same, of another type, or missing.
    Ne,
    /// It is less.
    Lt,
    /// It is less or the same.
    Lte,
    /// It is greater.
    Gt,
    /// It is greater or the same.
    Gte,
}

impl Filter {
    /// Every document.
    pub fn all() -> Self {
        Self::All
    }

    /// The value at `path` equals `value`.
    pub fn eq(path: impl Into<Path>, value: impl Into<Scalar>) -> Self {
        Self::Compare(path.into(), Comparison::Eq, value.into())
    }

    /// The value at `path` does not equal `value`; true also when it is missing or of another type.
    pub fn ne(path: impl Into<Path>, value: impl Into<Scalar>) -> Self {
        Self::Compare(path.into(), Comparison::Ne, value.into())
    }

    /// The value at `path` is less than `value`.
    pub fn lt(path: impl Into<Path>, value: impl Into<Scalar>) -> Self {
        Self::Compare(path.into(), Comparison::Lt, value.into())
    }

    /// The value at `path` is at most `value`.
    pub fn lte(path: impl Into<Path>, value: impl Into<Scalar>) -> Self {
        Self::Compare(path.into(), Comparison::Lte, value.into())
    }

    /// The value at `path` is greater than `value`.
    pub fn gt(path: impl Into<Path>, value: impl Into<Scalar>) -> Self {
        Self::Compare(path.into(), Comparison::Gt, value.into())
    }

    /// The value at `path` is at least `value`.
    pub fn gte(path: impl Into<Path>, value: impl Into<Scalar>) -> Self {
        Self::Compare(path.into(), Comparison::Gte, value.into())
    }

    /// The value at `path` is one of `values`; never true when there are none.
    pub fn one_of<V: Into<Scalar>>(path: impl Into<Path>, values: impl IntoIterator<Item = V>) -> Self {
        Self::OneOf(path.into(), values.into_iter().map(Into::into).collect())
    }

    /// There is nothing, or null, at `path`.
    pub fn missing(path: impl Into<Path>) -> Self {
        Self::Missing(path.into())
    }

    /// There is something other than null at `path`.
    pub fn present(path: impl Into<Path>) -> Self {
        Self::Present(path.into())
    }

    /// The text at `path` contains `needle`, whatever the letter case; no character of it is special.
    pub fn contains_text(path: impl Into<Path>, needle: &str) -> Self {
        Self::Contains(path.into(), needle.to_lowercase())
    }

    /// This and `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, one) | (one, Self::All) => one,
            (Self::And(mut all), other) => {
                all.push(other);
                Self::And(all)
            }
            (one, other) => Self::And(vec![one, other]),
        }
    }

    /// This or `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            Self::Or(mut any) => {
                any.push(other);
                Self::Or(any)
            }
            one => Self::Or(vec![one, other]),
        }
    }
}
