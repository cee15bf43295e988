//! What a client is told when nothing was deployed.

use serde_json::json;

use super::{Code, Error};
use crate::deploy;
use crate::workflow::Run;

impl From<deploy::Error> for Error {
    /// A recorded failure carries its record (`WorkflowRunFailure`); the console shows only `error`.
    fn from(cause: deploy::Error) -> Self {
        let words = cause.to_string();
        match cause {
            deploy::Error::NotPublished { .. } => Self::new(Code::WrongState, words),
            deploy::Error::Archived => Self::new(Code::Archived, words),
            deploy::Error::RunInProgress => Self::new(Code::RunInProgress, words),
            deploy::Error::ClusterNotFound { .. } => Self::new(Code::NotFound, words),
            deploy::Error::ClusterForbidden { .. } => Self::new(Code::Forbidden, words),
            deploy::Error::ClusterUnreachable { name, .. } => {
                Self::new(Code::ClusterUnreachable, words).with("cluster", name).with("status", "failed")
            }
            deploy::Error::Refused { run, findings } => {
                let lines: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
                recorded(Code::RunRefused, *run, &lines.join("\n")).with("issues", json!(findings))
            }
            deploy::Error::Failed { run } => {
                let causes = run.error.clone();
                recorded(Code::RunFailed, *run, &causes)
            }
            deploy::Error::Connection(cause) => cause.into(),
            deploy::Error::Workflow(cause) => cause.into(),
            deploy::Error::Store(cause) => cause.into(),
            deploy::Error::RecordGone(_) => Self::internal(words),
        }
    }
}

fn recorded(code: Code, run: Run, details: &str) -> Error {
    Error::new(code, run.error)
        .with("details", details)
        .with("run_id", run.id.to_string())
        .with("status", "failed")
        .with("logs", run.logs)
        .with("node_states", json!(run.node_states))
}
