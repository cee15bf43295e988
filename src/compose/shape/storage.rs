//! What a service has on its disks: mounts, devices, configs and secrets.

use super::Scalar::{Choice, FileMode, Flag, Size, Text, TmpfsMode, Within};
use super::Shape::{Object as Is, Options, Scalar as One};
use super::{Field, Object, Short, field, kept, object, required};

pub(super) static MOUNT: Object = object(&[
    required("type", One(Choice(&["bind", "volume", "tmpfs", "cluster", "npipe", "image"]))),
    field("source", One(Text)),
    field("target", One(Text)),
    field("read_only", One(Flag)),
    field("consistency", One(Text)),
    kept("bind", Is(&BIND)),
    kept("volume", Is(&VOLUME)),
    kept("tmpfs", Is(&TMPFS)),
    kept("image", Is(&IMAGE)),
])
.short(Short::Mount);

static BIND: Object = object(&[
    field("propagation", One(Text)),
    kept("create_host_path", One(Flag)),
    field("recursive", One(Choice(&["enabled", "disabled", "writable", "readonly"]))),
    field("selinux", One(Choice(&["z", "Z"]))),
]);

static VOLUME: Object =
    object(&[field("labels", Options), field("nocopy", One(Flag)), field("subpath", One(Within))]);

static TMPFS: Object = object(&[field("size", One(Size)), field("mode", One(TmpfsMode))]);

static IMAGE: Object = object(&[field("subpath", One(Within))]);

pub(super) static DEVICE: Object =
    object(&[required("source", One(Text)), required("target", One(Text)), field("permissions", One(Text))])
        .short(Short::Device);

pub(super) static SECRET: Object = object(GRANT).short(Short::Secret);

pub(super) static CONFIG: Object = object(GRANT).short(Short::Config);

pub(super) static BUILD_SECRET: Object = object(GRANT).short(Short::Config);

const GRANT: &[Field] = &[
    required("source", One(Text)),
    field("target", One(Text)),
    field("uid", One(Text)),
    field("gid", One(Text)),
    kept("mode", One(FileMode)),
];
