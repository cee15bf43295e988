//! One container looked at closely.

use jiff::{SignedDuration, Timestamp};

use super::{Engine, Error};

/// The engine notes a start once the process runs, which may have written by then.
const START: SignedDuration = SignedDuration::from_millis(50);

/// A time between the run that was started then and the one before it.
fn before(started: Timestamp, finished: Option<Timestamp>) -> Option<Timestamp> {
    match finished {
        // What a run wrote last may get its time after its end, and what one wrote first before its start was noted.
        Some(finished) if finished < started => {
            finished.checked_add(started.duration_since(finished) / 2).ok()
        }
        // The end of the run before is forgotten once the last one has ended.
        Some(_) | None => started.checked_sub(START).ok(),
    }
}

impl Engine {
    /// The variables a container was made with: `NAME=value`.
    pub async fn environment(&self, container: &str) -> Result<Vec<String>, Error> {
        let seen = self.client.inspect_container(container, None).await?;
        Ok(seen.config.and_then(|config| config.env).unwrap_or_default())
    }

    /// What lies before the last run of a container: a moment after the end of the run before it and before anything the
    /// last one wrote. None when it never ran.
    pub async fn before_last_run(&self, container: &str) -> Result<Option<Timestamp>, Error> {
        let Some(state) = self.client.inspect_container(container, None).await?.state else {
            return Ok(None);
        };
        let time = |text: Option<String>| {
            text.and_then(|text| text.parse::<Timestamp>().ok()).filter(|time| *time > Timestamp::UNIX_EPOCH)
        };
        Ok(time(state.started_at).and_then(|started| before(started, time(state.finished_at))))
    }

    /// What keeps the log of a container.
    pub async fn log_driver(&self, container: &str) -> Result<Option<String>, Error> {
        let seen = self.client.inspect_container(container, None).await?;
        Ok(seen.host_config.and_then(|host| host.log_config?.typ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_about_an_end_and_a_start_is_told_apart() {
        let at = |millis| Timestamp::from_millisecond(millis).unwrap();
        let between = before(at(10_400), Some(at(10_000))).unwrap();
        // Read by the engine after the end, and written before the start was noted.
        assert!(at(10_090) < between && between < at(10_310), "{between}");
        assert_eq!(before(at(10_000), Some(at(10_400))), Some(at(9_950)), "that is its own end");
        assert_eq!(before(at(10_000), None), Some(at(9_950)));
    }
}
