//! One step of a run, written to the cluster.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::stage::{Action, Step};
use super::{adopt, write};
use crate::cluster::{Client, Error, Patch, Precondition};
use crate::id::WorkflowId;
use crate::manifest::preflight::{self, TakeOver};
use crate::manifest::{Document, ObjectRef, Replacement};

/// How long a deleted Job may take to be gone (engine.md 3.4).
const GONE_WITHIN: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How often an object is looked at that changes while it is taken over.
const LOOKS: u32 = 3;

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Created,
    Updated,
    Unchanged,
}

impl Operation {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
        }
    }
}

/// What a step did, and the object as it is now.
#[derive(Debug)]
pub(super) struct Applied {
    pub(super) operation: Operation,
    pub(super) object: Value,
}

impl Applied {
    /// As `WorkflowAppliedResource`.
    pub(super) fn describe(&self, at: &ObjectRef) -> Value {
        let mut resource = json!({
            "apiVersion": at.api_version,
            "kind": at.kind,
            "name": at.name,
            "operation": self.operation.name(),
            "uid": self.object["metadata"]["uid"].as_str().unwrap_or_default(),
        });
        if let Some(namespace) = &at.namespace {
            resource["namespace"] = namespace.as_str().into();
        }
        resource
    }
}

/// Does one step of a run of `workflow`.
pub(super) async fn apply(client: &Client, workflow: WorkflowId, step: &Step) -> Result<Applied, Error> {
    let document = &step.document;
    let live = step.live.as_ref();
    match &step.action {
        Action::Unchanged => {
            Ok(Applied { operation: Operation::Unchanged, object: live.cloned().unwrap_or_default() })
        }
        Action::Create => {
            still_free(client, workflow, document).await?;
            let object = write::apply(client, document, None).await?;
            Ok(Applied { operation: Operation::Created, object })
        }
        Action::Update => {
            let object = write::apply(client, document, live).await?;
            let object = write::drop_stale_keys(client, document, object).await?;
            Ok(Applied { operation: updated(live, &object), object })
        }
        Action::Adopt => {
            let ours = take_over(client, document).await?;
            let object = write::apply(client, document, ours.as_ref()).await?;
            Ok(Applied { operation: Operation::Updated, object })
        }
        Action::Replace(replacement) => {
            remove(client, replacement).await?;
            still_free(client, workflow, document).await?;
            let object = write::apply(client, document, None).await?;
            Ok(Applied { operation: Operation::Created, object })
        }
    }
}

/// Whose an object is was decided before the first write; one that somebody made since then is not ours to take.
async fn still_free(client: &Client, workflow: WorkflowId, document: &Document) -> Result<(), Error> {
    let live = write::read(client, &document.object).await?;
    match preflight::take_over(document, live.as_ref(), Some(workflow), false) {
        TakeOver::Create | TakeOver::Update => Ok(()),
        TakeOver::Adopt | TakeOver::Refuse(_) => {
            Err(Error::Conflict("somebody made it while this run was under way; run again".to_owned()))
        }
    }
}

/// Hands the fields of an object to us that its maker wrote; gives the object as it is then.
async fn take_over(client: &Client, document: &Document) -> Result<Option<Value>, Error> {
    let at = &document.object;
    let mut looks = 0;
    loop {
        looks += 1;
        let live = write::read(client, at).await?;
        let Some(patch) = live.as_ref().and_then(adopt::hand_over) else { return Ok(live) };
        let resource = write::resource(at);
        match client.patch(&resource, at.namespace.as_deref(), &at.name, &Patch::Json(patch), false).await {
            // Somebody wrote to it in between: the patch holds only against what was read.
            Err(Error::Conflict(_)) if looks < LOOKS => {}
            answer => return Ok(Some(answer?)),
        }
    }
}

fn updated(before: Option<&Value>, after: &Value) -> Operation {
    let version = |object: &Value| object["metadata"]["resourceVersion"].clone();
    if before.map(version) == Some(version(after)) { Operation::Unchanged } else { Operation::Updated }
}

/// Deletes the object and waits until it is gone.
async fn remove(client: &Client, replacement: &Replacement) -> Result<(), Error> {
    let at = &replacement.object;
    let precondition = replacement.uid.as_deref().map_or(Precondition::None, Precondition::Uid);
    client.delete(&write::resource(at), at.namespace.as_deref(), &at.name, precondition).await?;
    let end = Instant::now() + GONE_WITHIN;
    while let Some(found) = write::read(client, at).await? {
        if replacement.uid.is_some() && found["metadata"]["uid"].as_str() != replacement.uid.as_deref() {
            break;
        }
        if Instant::now() >= end {
            let host = format!("{} {}", at.kind, at.name);
            return Err(Error::Conflict(format!(
                "{host} is still being deleted after a minute; run again later"
            )));
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}
