//! What is wrong with an input, and where.

/// A value that cannot be used. The words never repeat the value: it can be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {reason}")]
pub struct Invalid {
    /// The key on the wire, such as `credentials.token`.
    pub key: String,
    /// What is wrong, and the way out.
    pub reason: String,
}

impl Invalid {
    pub(crate) fn new(key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { key: key.into(), reason: reason.into() }
    }
}
