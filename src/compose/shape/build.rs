//! `build` of a service.

use super::Shape::{
    Context, Contexts, Each, Flag, Hosts, List, Object as Is, Options, Pairs, Size, Ssh, Text, Texts, Word,
    Words,
};
use super::service::ULIMIT;
use super::storage::BUILD_SECRET;
use super::{Field, Object, Same, Short, field, object};

pub(super) static BUILD: Object = object(FIELDS).short(Short::Member("context"));

static FIELDS: &[Field] = &[
    field("context", Context),
    field("dockerfile", Text),
    field("dockerfile_inline", Text),
    field("entitlements", List(&Text, Same::Never)),
    field("args", Pairs),
    field("ssh", Ssh),
    field("labels", Options),
    field("cache_from", List(&Text, Same::Never)),
    field("cache_to", List(&Text, Same::Never)),
    field("no_cache", Flag),
    field("no_cache_filter", Words),
    field("additional_contexts", Contexts),
    field("network", Text),
    field("provenance", Word),
    field("sbom", Word),
    field("pull", Flag),
    field("target", Text),
    field("shm_size", Size),
    field("extra_hosts", Hosts),
    field("isolation", Text),
    field("privileged", Flag),
    field("secrets", List(&Is(&BUILD_SECRET), Same::Grant)),
    field("tags", Texts),
    field("ulimits", Each(&Is(&ULIMIT))),
    field("platforms", List(&Text, Same::Never)),
];
