//! The health check of a container.

use std::time::Duration;

use crate::compose::Service;
use crate::dev::settings;
use crate::docker::Api;
use crate::docker::models::HealthConfig;

/// Since when checks may come faster while a container starts.
const START_INTERVAL: Api = Api(1, 44);

/// What the engine is told; nothing keeps the check of the image. A service of the stack is looked at every second while
/// it starts, where the engine can (cli.md 5.4): each waits for the one before it.
pub(super) fn check(
    service: &Service,
    name: &str,
    api: Api,
    dropped: &mut Vec<String>,
) -> Option<HealthConfig> {
    let check = service.healthcheck.as_ref()?;
    if check.disable {
        return Some(HealthConfig { test: Some(vec!["NONE".to_owned()]), ..Default::default() });
    }
    let nanoseconds =
        |span: Option<Duration>| span.map(|span| i64::try_from(span.as_nanos()).unwrap_or(i64::MAX));
    let mut start_interval = check.start_interval;
    if start_interval.is_some() && api < START_INTERVAL {
        dropped.push("healthcheck.start_interval".to_owned());
        start_interval = None;
    }
    let is_of_the_stack = settings::Service::ALL.iter().any(|service| service.as_str() == name);
    if start_interval.is_none() && is_of_the_stack && check.start_period.is_some() && api >= START_INTERVAL {
        start_interval = Some(Duration::from_secs(1));
    }
    Some(HealthConfig {
        test: super::some(check.test.clone()),
        interval: nanoseconds(check.interval),
        timeout: nanoseconds(check.timeout),
        retries: check.retries,
        start_period: nanoseconds(check.start_period),
        start_interval: nanoseconds(start_interval),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::HealthCheck;

    fn start_interval(name: &str, said: Option<Duration>, api: Api) -> Option<i64> {
        let check = HealthCheck {
            start_period: Some(Duration::from_secs(10)),
            start_interval: said,
            ..HealthCheck::default()
        };
        let service = Service { healthcheck: Some(check), ..Service::default() };
        super::check(&service, name, api, &mut Vec::new()).expect("a check").start_interval
    }

    #[test]
    fn the_stack_is_looked_at_every_second_while_it_starts() {
        let second = Some(1_000_000_000);
        for name in ["mongodb", "core", "ui"] {
            assert_eq!(start_interval(name, None, START_INTERVAL), second, "{name}");
            assert_eq!(start_interval(name, None, Api(1, 43)), None, "{name}: the engine cannot");
        }
        assert_eq!(start_interval("web", None, START_INTERVAL), None, "somebody else's");
        assert_eq!(start_interval("core", Some(Duration::from_secs(3)), START_INTERVAL), Some(3_000_000_000));
    }
}
