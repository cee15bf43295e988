//! One at a time: runs and clean-ups of one workflow exclude each other (engine.md 3.7).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OwnedMutexGuard;

use crate::id::WorkflowId;

/// Who works on which workflow in this process.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<WorkflowId, Weak<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// Waits until nobody else works on the workflow; the turn ends with the guard.
    pub(super) async fn take(&self, workflow: WorkflowId) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            match turns.get(&workflow).and_then(Weak::upgrade) {
                Some(turn) => turn,
                None => {
                    let turn = Arc::default();
                    turns.insert(workflow, Arc::downgrade(&turn));
                    turn
                }
            }
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn one_workflow_one_turn_and_others_do_not_wait() {
        let turns = Turns::default();
        let (a, b) = (WorkflowId::new(), WorkflowId::new());
        let held = turns.take(a).await;
        assert!(turns.take(a).now_or_never().is_none());
        assert!(turns.take(b).now_or_never().is_some());
        drop(held);
        assert!(turns.take(a).now_or_never().is_some());
    }
}
