//! Tries a write again when that can help (engine.md 3.4).

use std::future::Future;
use std::time::Duration;

use super::error::Error;

/// What is waited between the four tries; up to a fifth more is added, so that many clients do not come back at once.
const WAITS: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];

/// Runs `request` up to four times, as long as it fails for a reason that can pass.
pub(super) async fn retried<T, F: Future<Output = Result<T, Error>>>(
    mut request: impl FnMut() -> F,
) -> Result<T, Error> {
    for wait in WAITS {
        match request().await {
            Err(error) if error.is_temporary() => {
                tracing::debug!(%error, "trying again");
                tokio::time::sleep(wait + wait.mul_f64(rand::random_range(0.0..0.2))).await;
            }
            outcome => return outcome,
        }
    }
    request().await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn tries(fails: usize, error: Error) -> (usize, Result<(), Error>) {
        let mut count = 0;
        let outcome = retried(|| {
            count += 1;
            let outcome = if count <= fails { Err(error.clone()) } else { Ok(()) };
            async move { outcome }
        })
        .await;
        (count, outcome)
    }

    #[tokio::test(start_paused = true)]
    async fn four_tries_and_no_more() {
        let busy = Error::Busy(String::new());
        assert!(matches!(tries(2, busy.clone()).await, (3, Ok(()))));
        assert!(matches!(tries(9, busy).await, (4, Err(Error::Busy(_)))));
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_pass_is_final() {
        assert!(matches!(tries(9, Error::NotFound(String::new())).await, (1, Err(Error::NotFound(_)))));
    }
}
