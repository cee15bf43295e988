//! Which policy leads to what.

use super::*;
use crate::compose::Build;

fn service(policy: Option<PullPolicy>, builds: bool) -> Service {
    let build = builds.then(|| Build { context: Some("/src".to_owned()), ..Build::default() });
    Service { pull_policy: policy, build, ..Service::default() }
}

fn image(age: Duration, now: Timestamp) -> Image {
    Image {
        id: "sha256:1".to_owned(),
        digests: Vec::new(),
        architecture: "amd64".to_owned(),
        tagged: Some(now - jiff::SignedDuration::try_from(age).unwrap()),
    }
}

#[test]
fn a_policy_leads_to_an_action() {
    use Action::{Build, Keep, Pull, PullOrBuild};
    let now = Timestamp::now();
    let hour = Duration::from_hours(1);
    let old = image(2 * hour, now);
    let none = Wishes::default();
    let offline = Wishes { offline: true, ..none };
    let rebuild = Wishes { build: true, ..none };
    let usual = Wishes { usual: Some(PullFlag::Always), ..none };
    let flag = |pull| Wishes { pull: Some(pull), ..none };
    for (policy, builds, there, wishes, action) in [
        (None, false, true, none, Some(Keep)),
        (None, false, false, none, Some(Pull)),
        (None, true, false, none, Some(Build)),
        (None, true, true, none, Some(Keep)),
        (None, true, true, rebuild, Some(Build)),
        (None, false, true, rebuild, Some(Keep)),
        (Some(PullPolicy::Always), false, true, none, Some(Pull)),
        (Some(PullPolicy::Always), true, true, none, Some(PullOrBuild)),
        (Some(PullPolicy::Never), false, true, none, Some(Keep)),
        (Some(PullPolicy::Never), false, false, none, None),
        (Some(PullPolicy::Never), true, false, none, Some(Build)),
        (Some(PullPolicy::Missing), false, false, none, Some(Pull)),
        (Some(PullPolicy::Missing), true, false, none, Some(PullOrBuild)),
        (Some(PullPolicy::Build), true, true, none, Some(Build)),
        (Some(PullPolicy::Refresh), false, true, none, Some(Pull)),
        (Some(PullPolicy::Every(hour)), false, true, none, Some(Pull)),
        (Some(PullPolicy::Every(3 * hour)), false, true, none, Some(Keep)),
        (Some(PullPolicy::Every(hour)), false, false, none, Some(Pull)),
        (None, false, true, flag(PullFlag::Always), Some(Pull)),
        (None, true, true, flag(PullFlag::Always), Some(Keep)),
        (Some(PullPolicy::Always), false, true, flag(PullFlag::Missing), Some(Keep)),
        (None, false, false, flag(PullFlag::Never), None),
        (None, false, true, usual, Some(Pull)),
        (None, true, true, usual, Some(Keep)),
        (Some(PullPolicy::Missing), false, true, usual, Some(Keep)),
        (Some(PullPolicy::Always), false, true, offline, Some(Keep)),
        (None, false, false, offline, None),
        (None, true, false, offline, Some(Build)),
    ] {
        let decided = decide(&service(policy, builds), there.then_some(&old), wishes, now);
        let decided = decided.map(|(action, _)| action).ok();
        assert_eq!(decided, action, "{policy:?}, builds: {builds}, there: {there}, {wishes:?}");
    }
}

#[test]
fn a_repository_is_not_built_from_when_offline() {
    let mut service = service(None, true);
    service.build =
        Some(Build { context: Some("https://github.com/x/y.git".to_owned()), ..Build::default() });
    let wishes = Wishes { offline: true, ..Wishes::default() };
    assert!(decide(&service, None, wishes, Timestamp::now()).is_err());
    assert!(decide(&service, None, Wishes::default(), Timestamp::now()).is_ok());
}
