//! `deploy`, `develop`, `gpus` and hooks of a service.

use super::Shape::{
    Choice, Command, Count, Duration, Flag, List, Natural, Object as Is, Options, Pairs, Path, Real, Size,
    Text, Texts, Whole, Words,
};
use super::{Field, Object, Same, Short, field, kept, object, required};

pub(super) static DEPLOY: Object = object(&[
    field("mode", Text),
    field("endpoint_mode", Text),
    kept("replicas", Natural),
    field("labels", Options),
    kept("rollback_config", Is(&UPDATE)),
    kept("update_config", Is(&UPDATE)),
    kept("resources", Is(&RESOURCES)),
    kept("restart_policy", Is(&RESTART_POLICY)),
    kept("placement", Is(&PLACEMENT)),
]);

static UPDATE: Object = object(&[
    kept("parallelism", Natural),
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
    field("generic_resources", List(&Is(&GENERIC), Same::Never)),
    field("devices", List(&Is(&DEVICE_REQUEST), Same::Never)),
]);

static GENERIC: Object = object(&[kept("discrete_resource_spec", Is(&DISCRETE))]);

static DISCRETE: Object = object(&[field("kind", Text), kept("value", Whole)]);

static DEVICE_REQUEST: Object = object(&DEVICE).short(Short::DeviceRequest);

static DEVICE: [Field; 5] = request(required("capabilities", Texts));

/// The same, but that it can do what GPUs can.
pub(super) static GPU: Object = object(&GPU_FIELDS).short(Short::DeviceRequest);

static GPU_FIELDS: [Field; 5] = request(field("capabilities", Texts));

const fn request(capabilities: Field) -> [Field; 5] {
    let [count, ids] = [field("count", Count), field("device_ids", Texts)];
    [capabilities, count, ids, field("driver", Text), field("options", Options)]
}

static RESTART_POLICY: Object = object(&[
    field("condition", Text),
    kept("delay", Duration),
    kept("max_attempts", Natural),
    kept("window", Duration),
]);

static PLACEMENT: Object = object(&[
    field("constraints", List(&Text, Same::Never)),
    field("preferences", List(&Is(&PREFERENCE), Same::Never)),
    field("max_replicas_per_node", Natural),
]);

static PREFERENCE: Object = object(&[field("spread", Text)]);

pub(super) static DEVELOP: Object = object(&[field("watch", List(&Is(&WATCH), Same::Never))]);

static WATCH: Object = object(&[
    required("path", Path),
    required("action", Choice(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"])),
    field("target", Text),
    field("ignore", Words),
    field("include", Words),
    field("initial_sync", Flag),
    kept("exec", Is(&HOOK)),
])
.short(Short::Watch);

/// Printed even when it is nothing.
const HOOK_COMMAND: Field = Field { required: true, ..kept("command", Command) };

pub(super) static HOOK: Object = object(&[
    HOOK_COMMAND,
    field("user", Text),
    field("privileged", Flag),
    field("working_dir", Text),
    field("environment", Pairs),
]);
