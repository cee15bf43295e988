//! Waiting for containers: by what the engine tells of them, and by looking every half second (cli.md 8.5, 3.3).

mod calm;
mod hint;
mod judge;
mod pulse;
mod trouble;

pub use hint::{of as hint, of_refusal as hint_of_refusal};
pub use judge::Goal;
pub use pulse::Pulse;
pub use trouble::{Trouble, Why};

use std::time::{Duration, Instant};

use calm::Calm;
use judge::Verdict;

use super::seen::Seen;
use crate::docker::Engine;

/// How often a container is looked at when nothing is told of it.
const LOOK: Duration = Duration::from_millis(500);

/// How one ends that was killed: 128 and the number of the signal.
const KILLED: i64 = 128 + 9;

/// What is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The service.
    pub service: &'a str,
    /// The container.
    pub id: &'a str,
    /// Where it is to get.
    pub goal: Goal,
    /// When it was started, if that was just now.
    pub started: Option<Instant>,
    /// Until when.
    pub deadline: Instant,
}

/// Waits until a container is where it is to get; tells `told` what it does meanwhile, each thing once.
pub async fn until(
    engine: &Engine,
    pulse: &Pulse,
    wanted: Wanted<'_>,
    told: impl Fn(&str),
) -> Result<Seen, Trouble> {
    let begun = Instant::now();
    let mut beat = pulse.listen();
    let mut restarts = None;
    let mut calm = None;
    let mut last = String::new();
    loop {
        beat.mark_unchanged();
        let seen = match engine.inspect(wanted.id).await {
            Ok(Some(seen)) => Seen(seen).or_out_of_memory(beat.tells_of_memory(wanted.id)),
            Ok(None) => return Err(Trouble::of(engine, wanted, None, Why::Gone).await),
            Err(error) => return Err(Trouble::of(engine, wanted, None, Why::Engine(error.to_string())).await),
        };
        let before = *restarts.get_or_insert(if wanted.started.is_some() { 0 } else { seen.restarts() });
        let now = Calm::after(calm, &seen, wanted.started);
        calm = Some(now);
        match judge::judge(&seen, wanted.goal, before, now.lasts()) {
            Verdict::There => return Ok(seen),
            Verdict::Never(Why::Exited { code: code @ KILLED, oom: false }) => {
                let why = Why::Exited { code, oom: beat.may_tell_of_memory(wanted.id).await };
                return Err(Trouble::of(engine, wanted, Some(&seen), why).await);
            }
            Verdict::Never(why) => return Err(Trouble::of(engine, wanted, Some(&seen), why).await),
            Verdict::NotYet(what) => {
                if what != last {
                    told(&what);
                    last = what;
                }
            }
        }
        let left = wanted.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let why = Why::TimedOut { after: begun.elapsed(), last };
            return Err(Trouble::of(engine, wanted, Some(&seen), why).await);
        }
        let pause = tokio::time::sleep(LOOK.min(left));
        tokio::select! {
            () = pause => {}
            () = beat.next() => {}
        }
    }
}
