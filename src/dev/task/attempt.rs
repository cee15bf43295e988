//! One task from its first attempt to its last.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use tokio::time::{sleep, timeout};

use super::record::Status;
use super::{Context, Reason, Task};

/// What a cancelled task has to clean up.
const CLEAN_UP: Duration = Duration::from_secs(5);

/// Does the work of `task`, again as often as it may.
pub async fn attempt<E: Reason>(task: &mut Task<E>, context: &Context) -> Status<E> {
    let mut pause = task.retries.first;
    let mut left = task.retries.times;
    loop {
        match once(task, context).await {
            Status::Failed(error) if left > 0 && error.passing() && !context.cancel.is_cancelled() => {
                left -= 1;
                let pause_now = pause.mul_f64(0.8 + 0.4 * rand::random::<f64>());
                pause = pause.saturating_mul(3);
                tokio::select! {
                    () = context.cancel.cancelled() => return Status::Cancelled,
                    () = sleep(pause_now) => {}
                }
            }
            status => return status,
        }
    }
}

async fn once<E: Reason>(task: &mut Task<E>, context: &Context) -> Status<E> {
    // Its own token, so that a timeout lets it clean up like an interrupt does.
    let context = Context { cancel: context.cancel.child_token(), ..context.clone() };
    let cancel = context.cancel.clone();
    let longest = task.timeout;
    let Ok(work) = std::panic::catch_unwind(AssertUnwindSafe(|| (task.work)(context))) else {
        return Status::Panicked("it did not even begin".to_owned());
    };
    let mut work = AssertUnwindSafe(work).catch_unwind();
    let late = async {
        match longest {
            Some(longest) => sleep(longest).await,
            None => std::future::pending().await,
        }
    };
    let timed_out = tokio::select! {
        // First the interrupt: what a task says of its end then is no failure of its own.
        biased;
        () = cancel.cancelled() => false,
        ended = &mut work => return status(ended),
        () = late => true,
    };
    cancel.cancel();
    let ended = timeout(CLEAN_UP, work).await.map(status);
    match (ended, longest) {
        (Ok(status @ Status::Panicked(_)), _) => status,
        (_, Some(longest)) if timed_out => Status::TimedOut(longest),
        // It finished all the same.
        (Ok(status @ Status::Ended(_)), _) => status,
        (Ok(_) | Err(_), _) => Status::Cancelled,
    }
}

fn status<E>(ended: std::thread::Result<Result<super::Outcome, E>>) -> Status<E> {
    match ended {
        Ok(Ok(outcome)) => Status::Ended(outcome),
        Ok(Err(error)) => Status::Failed(error),
        Err(panic) => Status::Panicked(words(panic.as_ref())),
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".to_owned())
}
