//! The keys of a file, and of what services share.

use super::Shape::{Any, Each, Flag, List, Object as Is, Options, Path, Paths, Settings, Text, Texts, Whole};
use super::service::SERVICE;
use super::{Null, Object, Same, Short, Values, field, kept, object, required};

pub(in crate::compose) static TOP: Object = object(&[
    field("version", Any),
    field("name", Text),
    field("include", List(&Is(&INCLUDE), Same::Never)),
    kept("services", Each(&Is(&SERVICE))),
    field("networks", Each(&Is(&NETWORK))),
    field("volumes", Each(&Is(&VOLUME))),
    field("configs", Each(&Is(&CONFIG))),
    field("secrets", Each(&Is(&SECRET))),
    field("models", Each(&Is(&MODEL))),
]);

pub(in crate::compose) static INCLUDE: Object =
    object(&[required("path", Paths), field("project_directory", Path), field("env_file", Paths)])
        .short(Short::Member("path"));

static NETWORK: Object = object(&[
    field("name", Text),
    field("driver", Text),
    field("driver_opts", Settings(Values::OrNumbers)),
    kept("ipam", Is(&IPAM)),
    field("external", Is(&EXTERNAL)),
    field("internal", Flag),
    field("attachable", Flag),
    kept("enable_ipv4", Flag),
    kept("enable_ipv6", Flag),
    field("labels", Options),
])
.null(Null::Empty);

static IPAM: Object = object(&[
    field("driver", Text),
    field("config", List(&Is(&POOL), Same::Member("subnet"))),
    field("options", Settings(Values::Texts)),
]);

static POOL: Object = object(&[
    field("subnet", Text),
    field("ip_range", Text),
    field("gateway", Text),
    field("aux_addresses", Settings(Values::Texts)),
]);

static EXTERNAL: Object = object(&[field("name", Text)]).short(Short::External);

static VOLUME: Object = object(&[
    field("name", Text),
    field("driver", Text),
    field("driver_opts", Settings(Values::OrNumbers)),
    field("external", Is(&EXTERNAL)),
    field("labels", Options),
])
.short(Short::Volume)
.null(Null::Empty);

static CONFIG: Object = object(&[
    field("name", Text),
    field("content", Text),
    field("environment", Text),
    field("file", Path),
    field("external", Is(&EXTERNAL)),
    field("labels", Options),
    field("template_driver", Text),
]);

static SECRET: Object = object(&[
    field("name", Text),
    field("environment", Text),
    field("file", Path),
    field("external", Is(&EXTERNAL)),
    field("labels", Options),
    field("driver", Text),
    field("driver_opts", Settings(Values::OrNumbers)),
    field("template_driver", Text),
]);

static MODEL: Object = object(&[
    field("name", Text),
    field("model", Text),
    field("context_size", Whole),
    field("runtime_flags", Texts),
]);
