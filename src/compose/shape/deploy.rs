//! `deploy`, `develop`, `gpus` and hooks of a service.

use super::Shape::{
    Choice, Command, Duration, Flag, List, Names, Object as Is, Options, Pairs, Path, Real, Size, Text,
    Texts, Whole, Words,
};
use super::{Object, Same, Short, field, kept, object, required};

pub(super) static DEPLOY: Object = object(&[
    field("mode", Text),
    field("endpoint_mode", Text),
    kept("replicas", Whole),
    field("labels", Options),
    kept("rollback_config", Is(&UPDATE)),
    kept("update_config", Is(&UPDATE)),
    kept("resources", Is(&RESOURCES)),
    kept("restart_policy", Is(&RESTART_POLICY)),
    kept("placement", Is(&PLACEMENT)),
]);

static UPDATE: Object = object(&[
    kept("parallelism", Whole),
    field("delay", Duration),
    field("failure_action", Text),
    field("monitor", Duration),
    field("max_failure_ratio", Real),
    field("order", Choice(&["start-first", "stop-first"])),
]);

static RESOURCES: Object = object(&[kept("limits", Is(&LIMITS)), kept("reservations", Is(&RESERVATIONS))]);

static LIMITS: Object = object(&[field("cpus", Real), field("memory", Size), field("pids", Whole)]);

static RESERVATIONS: Object = object(&[
    field("cpus", Real),
    field("memory", Size),
    field("generic_resources", List(&Is(&GENERIC), Same::Value)),
    field("devices", List(&Is(&DEVICE_REQUEST), Same::Value)),
]);

static GENERIC: Object = object(&[kept("discrete_resource_spec", Is(&DISCRETE))]);

static DISCRETE: Object = object(&[field("kind", Text), kept("value", Whole)]);

pub(super) static DEVICE_REQUEST: Object = object(&[
    field("capabilities", Names),
    field("count", Whole),
    field("device_ids", Names),
    field("driver", Text),
    field("options", Options),
])
.short(Short::DeviceRequest);

static RESTART_POLICY: Object = object(&[
    field("condition", Text),
    kept("delay", Duration),
    kept("max_attempts", Whole),
    kept("window", Duration),
]);

static PLACEMENT: Object = object(&[
    field("constraints", Texts),
    field("preferences", List(&Is(&PREFERENCE), Same::Value)),
    field("max_replicas_per_node", Whole),
]);

static PREFERENCE: Object = object(&[field("spread", Text)]);

pub(super) static DEVELOP: Object = object(&[field("watch", List(&Is(&WATCH), Same::Value))]);

static WATCH: Object = object(&[
    required("path", Path),
    required("action", Choice(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"])),
    field("target", Text),
    field("ignore", Words),
    field("include", Words),
    field("initial_sync", Flag),
    field("exec", Is(&HOOK)),
]);

pub(super) static HOOK: Object = object(&[
    required("command", Command),
    field("user", Text),
    field("privileged", Flag),
    field("working_dir", Text),
    field("environment", Pairs),
]);
