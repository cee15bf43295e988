//! `build` of a service.

use super::Scalar::{Context, Flag, Size, Text, Word};
use super::Shape::{
    Contexts, Each, Hosts, List, Object as Is, Options, Pairs, Scalar as One, Ssh, Texts, Words,
};
use super::service::ULIMIT;
use super::storage::BUILD_SECRET;
use super::{Field, Object, Same, Short, field, object};

pub(super) static BUILD: Object = object(FIELDS).short(Short::Member("context"));

static FIELDS: &[Field] = &[
    field("context", One(Context)),
    field("dockerfile", One(Text)),
    field("dockerfile_inline", One(Text)),
    field("entitlements", List(&One(Text), Same::Never)),
    field("args", Pairs),
    field("ssh", Ssh),
    field("labels", Options),
    field("cache_from", List(&One(Text), Same::Never)),
    field("cache_to", List(&One(Text), Same::Never)),
    field("no_cache", One(Flag)),
    field("no_cache_filter", Words),
    field("additional_contexts", Contexts),
    field("network", One(Text)),
    field("provenance", One(Word)),
    field("sbom", One(Word)),
    field("pull", One(Flag)),
    field("target", One(Text)),
    field("shm_size", One(Size)),
    field("extra_hosts", Hosts),
    field("isolation", One(Text)),
    field("privileged", One(Flag)),
    field("secrets", List(&Is(&BUILD_SECRET), Same::Grant)),
    field("tags", Texts),
    field("ulimits", Each(&Is(&ULIMIT))),
    field("platforms", List(&One(Text), Same::Never)),
];
