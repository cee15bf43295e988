//! Values that are not made of others.

/// What one may be, and what it becomes.
#[derive(Debug, Clone, Copy)]
pub(in crate::compose) enum Scalar {
    /// A text, and nothing that YAML takes for something else.
    Text,
    /// A text, or a number, which is written in its shortest form.
    Label,
    /// A text; a boolean is its own name.
    Word,
    /// The name of a container.
    ContainerName,
    /// An address of a network.
    Address,
    Choice(&'static [&'static str]),
    /// A file or folder: made absolute.
    Path,
    /// The same, unless it is an address.
    Context,
    /// A path within something else, which it may not leave.
    Within,
    /// When to pull an image.
    PullPolicy,
    Flag,
    Whole,
    /// A whole number, not less than nothing.
    Natural,
    /// How many, or `all`, which is -1.
    Count,
    /// A port of a container.
    Port,
    Real,
    /// Bytes; printed as text.
    Size,
    /// Nanoseconds; printed as `1m30s`.
    Duration,
    /// Printed as `"0440"`.
    FileMode,
    /// Read like one, printed as a number.
    TmpfsMode,
}
