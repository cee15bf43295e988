//! `WorkflowMessage`

use serde::Serialize;

/// A sentence that says what was done, and what was left.
#[derive(Serialize)]
pub(super) struct Message {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

impl Message {
    pub(super) fn new(message: impl Into<String>, warning: Option<String>) -> Self {
        Self { message: message.into(), warning }
    }
}
