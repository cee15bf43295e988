//! `deploy`, `develop`, `gpus` and hooks of a service.

use super::Scalar::{Choice, Count, Duration, Flag, Natural, Path, Real, Size, Text, Whole};
use super::Shape::{Command, List, Object as Is, Options, Pairs, Scalar as One, Texts, Words};
use super::{Field, Object, Same, Short, field, kept, object, required};

pub(super) static DEPLOY: Object = object(&[
    field("mode", One(Text)),
    field("endpoint_mode", One(Text)),
    kept("replicas", One(Natural)),
    field("labels", Options),
    kept("rollback_config", Is(&UPDATE)),
    kept("update_config", Is(&UPDATE)),
    kept("resources", Is(&RESOURCES)),
    kept("restart_policy", Is(&RESTART_POLICY)),
    kept("placement", Is(&PLACEMENT)),
]);

static UPDATE: Object = object(&[
    kept("parallelism", One(Natural)),
    field("delay", One(Duration)),
    field("failure_action", One(Text)),
    field("monitor", One(Duration)),
    field("max_failure_ratio", One(Real)),
    field("order", One(Choice(&["start-first", "stop-first"]))),
]);

static RESOURCES: Object = object(&[kept("limits", Is(&LIMITS)), kept("reservations", Is(&RESERVATIONS))]);

static LIMITS: Object =
    object(&[field("cpus", One(Real)), field("memory", One(Size)), field("pids", One(Whole))]);

static RESERVATIONS: Object = object(&[
    field("cpus", One(Real)),
    field("memory", One(Size)),
    field("generic_resources", List(&Is(&GENERIC), Same::Never)),
    field("devices", List(&Is(&DEVICE_REQUEST), Same::Never)),
]);

static GENERIC: Object = object(&[kept("discrete_resource_spec", Is(&DISCRETE))]);

static DISCRETE: Object = object(&[field("kind", One(Text)), kept("value", One(Whole))]);

static DEVICE_REQUEST: Object = object(&DEVICE).short(Short::DeviceRequest);

static DEVICE: [Field; 5] = request(required("capabilities", Texts));

/// The same, but that it can do what GPUs can.
pub(super) static GPU: Object = object(&GPU_FIELDS).short(Short::DeviceRequest);

static GPU_FIELDS: [Field; 5] = request(field("capabilities", Texts));

const fn request(capabilities: Field) -> [Field; 5] {
    let [count, ids] = [field("count", One(Count)), field("device_ids", Texts)];
    [capabilities, count, ids, field("driver", One(Text)), field("options", Options)]
}

static RESTART_POLICY: Object = object(&[
    field("condition", One(Text)),
    kept("delay", One(Duration)),
    kept("max_attempts", One(Natural)),
    kept("window", One(Duration)),
]);

static PLACEMENT: Object = object(&[
    field("constraints", List(&One(Text), Same::Never)),
    field("preferences", List(&Is(&PREFERENCE), Same::Never)),
    field("max_replicas_per_node", One(Natural)),
]);

static PREFERENCE: Object = object(&[field("spread", One(Text))]);

pub(super) static DEVELOP: Object = object(&[field("watch", List(&Is(&WATCH), Same::Never))]);

static WATCH: Object = object(&[
    required("path", One(Path)),
    required("action", One(Choice(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"]))),
    field("target", One(Text)),
    field("ignore", Words),
    field("include", Words),
    field("initial_sync", One(Flag)),
    kept("exec", Is(&HOOK)),
])
.short(Short::Watch);

/// Printed even when it is nothing.
const HOOK_COMMAND: Field = Field { required: true, ..kept("command", Command) };

pub(super) static HOOK: Object = object(&[
    HOOK_COMMAND,
    field("user", One(Text)),
    field("privileged", One(Flag)),
    field("working_dir", One(Text)),
    field("environment", Pairs),
]);
