//! Whether a container is where it is to get, not yet, or will never be.

use std::time::Duration;

use super::trouble::Why;
use crate::compose::Condition;
use crate::dev::converge::seen::{Health, Seen, State};

/// Where a container is to get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Where a dependant wants it.
    Condition(Condition),
    /// Ready for use: healthy if it has a health check, else running, and not just for a moment; or done, as a job is.
    Ready,
}

/// How long a container without a health check must run before it counts as ready: what dies at once is not. One that
/// the engine started again must run twice as long each time.
const SETTLED: Duration = Duration::from_secs(1);
/// How often the engine may start it again.
const RESTARTS: i64 = 3;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    There,
    NotYet(String),
    Never(Why),
}

/// `restarts` is how often the engine had started it again before; `running` how long it runs without a break, if that
/// began just now.
pub(super) fn judge(seen: &Seen, goal: Goal, restarts: i64, running: Option<Duration>) -> Verdict {
    let condition = match goal {
        Goal::Condition(condition) => Some(condition),
        Goal::Ready => None,
    };
    let exited = || Why::Exited { code: seen.exit_code(), oom: seen.oom_killed() };
    match seen.state() {
        State::Exited => {
            return match condition {
                Some(Condition::Completed) if seen.exit_code() == 0 => Verdict::There,
                // How long a job takes does not matter: it may be done before anybody looks.
                Some(Condition::Started) | None if seen.is_done() => Verdict::There,
                Some(Condition::Completed | Condition::Healthy | Condition::Started) | None => {
                    Verdict::Never(exited())
                }
            };
        }
        State::Gone => return Verdict::Never(Why::Gone),
        State::Restarting if seen.oom_killed() => return Verdict::Never(exited()),
        State::Restarting | State::Running if seen.restarts() - restarts >= RESTARTS => {
            return Verdict::Never(Why::Restarts {
                times: seen.restarts() - restarts,
                code: seen.exit_code(),
            });
        }
        State::Restarting => return Verdict::NotYet("restarting".to_owned()),
        State::Created => return Verdict::NotYet("starting".to_owned()),
        State::Paused => return Verdict::NotYet("paused".to_owned()),
        State::Running => {}
    }
    match (condition, seen.health()) {
        (Some(Condition::Completed), _) => Verdict::NotYet("waiting for its end".to_owned()),
        (Some(Condition::Started), _) | (_, Health::Healthy) => Verdict::There,
        (_, Health::Starting) => Verdict::NotYet(waiting(seen)),
        (_, Health::Unhealthy) => Verdict::Never(Why::Unhealthy),
        (Some(Condition::Healthy), Health::None) => Verdict::Never(Why::NoHealthCheck),
        (None, Health::None) => match running {
            Some(running) if running < settled(seen.restarts() - restarts) => {
                Verdict::NotYet("starting".to_owned())
            }
            Some(_) | None => Verdict::There,
        },
    }
}

fn settled(restarts: i64) -> Duration {
    SETTLED * 2_u32.pow(u32::try_from(restarts.clamp(0, RESTARTS)).unwrap_or(0))
}

/// `waiting (health 2/5)`: how many checks failed, and how many may.
fn waiting(seen: &Seen) -> String {
    let check = seen.0.config.as_ref().and_then(|config| config.healthcheck.as_ref());
    let retries = check.and_then(|check| check.retries).filter(|retries| *retries > 0).unwrap_or(3);
    format!("waiting (health {}/{retries})", seen.failing())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::models::{
        ContainerInspectResponse, ContainerState, ContainerStateStatusEnum as Status, Health as Checked,
        HealthStatusEnum, HostConfig, RestartPolicy, RestartPolicyNameEnum as Restart,
    };

    fn seen(status: Status, health: Option<HealthStatusEnum>, code: i64) -> Seen {
        let health = health.map(|status| Checked { status: Some(status), ..Default::default() });
        let state =
            ContainerState { status: Some(status), exit_code: Some(code), health, ..Default::default() };
        Seen(ContainerInspectResponse { state: Some(state), ..Default::default() })
    }

    const HEALTHY: Goal = Goal::Condition(Condition::Healthy);
    const STARTED: Goal = Goal::Condition(Condition::Started);
    const COMPLETED: Goal = Goal::Condition(Condition::Completed);

    #[test]
    fn a_condition_holds_when_the_container_got_there() {
        let running = seen(Status::RUNNING, None, 0);
        assert_eq!(judge(&running, STARTED, 0, None), Verdict::There);
        assert_eq!(judge(&seen(Status::EXITED, None, 0), COMPLETED, 0, None), Verdict::There);
        let healthy = seen(Status::RUNNING, Some(HealthStatusEnum::HEALTHY), 0);
        assert_eq!(judge(&healthy, HEALTHY, 0, None), Verdict::There);
        assert_eq!(judge(&healthy, Goal::Ready, 0, None), Verdict::There);
    }

    #[test]
    fn what_cannot_come_any_more_is_not_waited_for() {
        let failed = Verdict::Never(Why::Exited { code: 3, oom: false });
        for goal in [STARTED, HEALTHY, COMPLETED, Goal::Ready] {
            assert_eq!(judge(&seen(Status::EXITED, None, 3), goal, 0, None), failed, "{goal:?}");
        }
        let unhealthy = seen(Status::RUNNING, Some(HealthStatusEnum::UNHEALTHY), 0);
        assert_eq!(judge(&unhealthy, HEALTHY, 0, None), Verdict::Never(Why::Unhealthy));
        assert_eq!(
            judge(&seen(Status::RUNNING, None, 0), HEALTHY, 0, None),
            Verdict::Never(Why::NoHealthCheck)
        );
    }

    #[test]
    fn what_ended_well_is_there_for_all_but_those_who_want_it_healthy() {
        let done = seen(Status::EXITED, None, 0);
        for goal in [STARTED, COMPLETED, Goal::Ready] {
            assert_eq!(judge(&done, goal, 0, None), Verdict::There, "{goal:?}");
        }
        let ended = Verdict::Never(Why::Exited { code: 0, oom: false });
        assert_eq!(judge(&done, HEALTHY, 0, None), ended);
        let mut stopped = done;
        let restart = RestartPolicy { name: Some(Restart::ALWAYS), ..Default::default() };
        stopped.0.host_config = Some(HostConfig { restart_policy: Some(restart), ..Default::default() });
        assert_eq!(judge(&stopped, Goal::Ready, 0, None), ended, "somebody stopped it");
    }

    #[test]
    fn three_restarts_are_enough_and_those_of_before_do_not_count() {
        let mut again = seen(Status::RESTARTING, None, 1);
        again.0.restart_count = Some(2);
        assert_eq!(judge(&again, Goal::Ready, 0, None), Verdict::NotYet("restarting".to_owned()));
        again.0.restart_count = Some(3);
        assert_eq!(judge(&again, Goal::Ready, 0, None), Verdict::Never(Why::Restarts { times: 3, code: 1 }));
        assert_eq!(judge(&again, Goal::Ready, 2, None), Verdict::NotYet("restarting".to_owned()));
    }

    #[test]
    fn without_a_health_check_it_is_ready_when_it_did_not_die_at_once() {
        let running = seen(Status::RUNNING, None, 0);
        let just = Some(Duration::from_millis(10));
        assert_eq!(judge(&running, Goal::Ready, 0, just), Verdict::NotYet("starting".to_owned()));
        assert_eq!(judge(&running, Goal::Ready, 0, Some(SETTLED)), Verdict::There);
        assert_eq!(judge(&running, Goal::Ready, 0, None), Verdict::There);
    }

    #[test]
    fn what_was_started_again_must_run_longer_each_time() {
        let mut again = seen(Status::RUNNING, None, 0);
        again.0.restart_count = Some(2);
        let ready = |running| judge(&again, Goal::Ready, 0, Some(running));
        assert_eq!(ready(SETTLED * 3), Verdict::NotYet("starting".to_owned()));
        assert_eq!(ready(SETTLED * 4), Verdict::There);
        assert_eq!(
            judge(&again, Goal::Ready, 2, Some(SETTLED)),
            Verdict::There,
            "those of before do not count"
        );
    }
}
