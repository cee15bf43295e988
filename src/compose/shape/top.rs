//! The keys of a file, and of what services share.

use super::Scalar::{Flag, Path, Text, Whole};
use super::Shape::{Any, Each, List, Object as Is, Options, Paths, Scalar as One, Settings, Texts};
use super::service::SERVICE;
use super::{Null, Object, Same, Short, Values, field, kept, object, required};

pub(in crate::compose) static TOP: Object = object(&[
    field("version", Any),
    field("name", One(Text)),
    field("include", List(&Is(&INCLUDE), Same::Never)),
    kept("services", Each(&Is(&SERVICE))),
    field("networks", Each(&Is(&NETWORK))),
    field("volumes", Each(&Is(&VOLUME))),
    field("configs", Each(&Is(&CONFIG))),
    field("secrets", Each(&Is(&SECRET))),
    field("models", Each(&Is(&MODEL))),
]);

pub(in crate::compose) static INCLUDE: Object =
    object(&[required("path", Paths), field("project_directory", One(Path)), field("env_file", Paths)])
        .short(Short::Member("path"));

static NETWORK: Object = object(&[
    field("name", One(Text)),
    field("driver", One(Text)),
    field("driver_opts", Settings(Values::OrNumbers)),
    kept("ipam", Is(&IPAM)),
    field("external", Is(&EXTERNAL)),
    field("internal", One(Flag)),
    field("attachable", One(Flag)),
    kept("enable_ipv4", One(Flag)),
    kept("enable_ipv6", One(Flag)),
    field("labels", Options),
])
.null(Null::Empty);

static IPAM: Object = object(&[
    field("driver", One(Text)),
    field("config", List(&Is(&POOL), Same::Member("subnet"))),
    field("options", Settings(Values::Texts)),
]);

static POOL: Object = object(&[
    field("subnet", One(Text)),
    field("ip_range", One(Text)),
    field("gateway", One(Text)),
    field("aux_addresses", Settings(Values::Texts)),
]);

static EXTERNAL: Object = object(&[field("name", One(Text))]).short(Short::External);

static VOLUME: Object = object(&[
    field("name", One(Text)),
    field("driver", One(Text)),
    field("driver_opts", Settings(Values::OrNumbers)),
    field("external", Is(&EXTERNAL)),
    field("labels", Options),
])
.short(Short::Volume)
.null(Null::Empty);

static CONFIG: Object = object(&[
    field("name", One(Text)),
    field("content", One(Text)),
    field("environment", One(Text)),
    field("file", One(Path)),
    field("external", Is(&EXTERNAL)),
    field("labels", Options),
    field("template_driver", One(Text)),
]);

static SECRET: Object = object(&[
    field("name", One(Text)),
    field("environment", One(Text)),
    field("file", One(Path)),
    field("external", Is(&EXTERNAL)),
    field("labels", Options),
    field("driver", One(Text)),
    field("driver_opts", Settings(Values::OrNumbers)),
    field("template_driver", One(Text)),
]);

static MODEL: Object = object(&[
    field("name", One(Text)),
    field("model", One(Text)),
    field("context_size", One(Whole)),
    field("runtime_flags", Texts),
]);
