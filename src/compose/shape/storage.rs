//! What a service has on its disks: mounts, devices, configs and secrets.

use super::Shape::{Choice, FileMode, Flag, Object as Is, Options, Size, Text, TmpfsMode, Within};
use super::{Field, Object, Short, field, kept, object, required};

pub(super) static MOUNT: Object = object(&[
    required("type", Choice(&["bind", "volume", "tmpfs", "cluster", "npipe", "image"])),
    field("source", Text),
    field("target", Text),
    field("read_only", Flag),
    field("consistency", Text),
    kept("bind", Is(&BIND)),
    kept("volume", Is(&VOLUME)),
    kept("tmpfs", Is(&TMPFS)),
    kept("image", Is(&IMAGE)),
])
.short(Short::Mount);

static BIND: Object = object(&[
    field("propagation", Text),
    kept("create_host_path", Flag),
    field("recursive", Choice(&["enabled", "disabled", "writable", "readonly"])),
    field("selinux", Choice(&["z", "Z"])),
]);

static VOLUME: Object = object(&[field("labels", Options), field("nocopy", Flag), field("subpath", Within)]);

static TMPFS: Object = object(&[field("size", Size), field("mode", TmpfsMode)]);

static IMAGE: Object = object(&[field("subpath", Within)]);

pub(super) static DEVICE: Object =
    object(&[required("source", Text), required("target", Text), field("permissions", Text)])
        .short(Short::Device);

pub(super) static SECRET: Object = object(GRANT).short(Short::Secret);

pub(super) static CONFIG: Object = object(GRANT).short(Short::Config);

pub(super) static BUILD_SECRET: Object = object(GRANT).short(Short::Config);

const GRANT: &[Field] = &[
    required("source", Text),
    field("target", Text),
    field("uid", Text),
    field("gid", Text),
    kept("mode", FileMode),
];
