//! The health check of a container.

use std::time::Duration;

use crate::compose::Service;
use crate::docker::Api;
use crate::docker::models::HealthConfig;

/// Since when checks may come faster while a container starts.
const START_INTERVAL: Api = Api(1, 44);

/// What the engine is told; nothing keeps the check of the image. `mongodb` is looked at every second while it starts,
/// where the engine can (cli.md 5.4).
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
    if start_interval.is_none() && name == "mongodb" && check.start_period.is_some() && api >= START_INTERVAL
    {
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
