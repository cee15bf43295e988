//! The keys of a service.

use super::Scalar::{
    Address, Choice, ContainerName, Duration, Flag, Label, Natural, Path, Port, PullPolicy, Real, Size, Text,
    Whole,
};
use super::Shape::{
    Answers, Command, Each, Gpus, Hosts, List, Named, Object as Is, Options, Pairs, Paths, Ports,
    Scalar as One, Servers, Settings, Test, Texts, Words,
};
use super::build::BUILD;
use super::deploy::{DEPLOY, DEVELOP, GPU, HOOK};
use super::storage::{CONFIG, DEVICE, MOUNT, SECRET};
use super::{Field, Merge, Null, Object, Same, Shape, Short, Values, field, kept, object, required};

pub(in crate::compose) static SERVICE: Object = object(FIELDS).null(Null::Empty);

static FIELDS: &[Field] = &[
    field("annotations", Options),
    kept("attach", One(Flag)),
    kept("blkio_config", Is(&BLKIO)),
    kept("build", Is(&BUILD)),
    field("cap_add", Texts),
    field("cap_drop", Texts),
    field("cgroup", One(Choice(&["host", "private"]))),
    field("cgroup_parent", One(Text)),
    kept("command", Command),
    field("configs", List(&Is(&CONFIG), Same::Grant)),
    field("container_name", One(ContainerName)),
    field("cpu_count", One(Natural)),
    field("cpu_percent", One(Natural)),
    field("cpu_period", One(Whole)),
    field("cpu_quota", One(Whole)),
    field("cpu_rt_period", One(Whole)),
    field("cpu_rt_runtime", One(Whole)),
    field("cpu_shares", One(Whole)),
    field("cpus", One(Real)),
    field("cpuset", One(Text)),
    kept("credential_spec", Is(&CREDENTIAL_SPEC)),
    field("depends_on", Named(&Is(&DEPENDENCY))),
    kept("deploy", Is(&DEPLOY)).or_null(),
    kept("develop", Is(&DEVELOP)).or_null(),
    field("device_cgroup_rules", Texts),
    field("devices", List(&Is(&DEVICE), Same::Member("target"))),
    field("dns", Servers),
    field("dns_opt", Texts),
    field("dns_search", Words),
    field("domainname", One(Text)),
    kept("entrypoint", Command),
    field("env_file", List(&Is(&ENV_FILE), Same::Member("path"))),
    field("environment", Pairs),
    field("expose", List(&One(Label), Same::Value)),
    field("extends", Is(&EXTENDS)),
    field("external_links", Texts),
    field("extra_hosts", Hosts),
    field("gpus", Gpus),
    field("group_add", List(&One(Label), Same::Value)),
    kept("healthcheck", Is(&HEALTH_CHECK)),
    field("hostname", One(Text)),
    field("image", One(Text)),
    kept("init", One(Flag)),
    field("ipc", One(Text)),
    field("isolation", One(Text)),
    field("label_file", Paths),
    field("labels", Options),
    field("links", Texts),
    kept("logging", Is(&LOGGING)),
    field("mac_address", One(Text)),
    field("mem_limit", One(Size)),
    field("mem_reservation", One(Size)),
    field("mem_swappiness", One(Size)),
    field("memswap_limit", One(Size)),
    field("models", Named(&Is(&MODEL))),
    field("network_mode", One(Text)),
    field("networks", Named(&Is(&NETWORK))),
    field("oom_kill_disable", One(Flag)),
    field("oom_score_adj", One(Whole)),
    field("pid", One(Text)),
    field("pids_limit", One(Whole)),
    field("platform", One(Text)),
    field("ports", Ports),
    field("post_start", List(&Is(&HOOK), Same::Never)),
    field("pre_stop", List(&Is(&HOOK), Same::Never)),
    field("privileged", One(Flag)),
    field("profiles", Texts),
    kept("provider", Is(&PROVIDER)),
    field("pull_policy", One(PullPolicy)),
    field("pull_refresh_after", One(Text)),
    field("read_only", One(Flag)),
    field("restart", One(Text)),
    field("runtime", One(Text)),
    kept("scale", One(Natural)),
    field("secrets", List(&Is(&SECRET), Same::Grant)),
    field("security_opt", Texts),
    field("shm_size", One(Size)),
    field("stdin_open", One(Flag)),
    kept("stop_grace_period", One(Duration)),
    field("stop_signal", One(Text)),
    field("storage_opt", Settings(Values::OrNothing)),
    field("sysctls", Options),
    field("tmpfs", Words),
    field("tty", One(Flag)),
    field("ulimits", Each(&Is(&ULIMIT))),
    field("use_api_socket", One(Flag)),
    field("user", One(Text)),
    field("userns_mode", One(Text)),
    field("uts", One(Text)),
    field("volumes", List(&Is(&MOUNT), Same::Member("target"))),
    field("volumes_from", Texts),
    field("working_dir", One(Text)),
];

static BLKIO: Object = object(&[
    field("weight", One(Whole)),
    field("weight_device", List(&Is(&WEIGHT), Same::Member("path"))),
    field("device_read_bps", List(&Is(&RATE), Same::Member("path"))),
    field("device_read_iops", List(&Is(&RATE), Same::Member("path"))),
    field("device_write_bps", List(&Is(&RATE), Same::Member("path"))),
    field("device_write_iops", List(&Is(&RATE), Same::Member("path"))),
]);

static WEIGHT: Object = object(&[required("path", One(Text)), field("weight", One(Whole))]);

static RATE: Object = object(&[required("path", One(Text)), field("rate", One(Size))]);

static CREDENTIAL_SPEC: Object =
    object(&[field("config", One(Text)), field("file", One(Text)), field("registry", One(Text))]);

static DEPENDENCY: Object = object(&[
    required(
        "condition",
        One(Choice(&["service_started", "service_healthy", "service_completed_successfully"])),
    ),
    field("restart", One(Flag)),
    kept("required", One(Flag)),
])
.short(Short::Dependency);

static ENV_FILE: Object = object(&[
    required("path", One(Path)),
    kept("required", One(Flag)),
    field("format", One(Choice(&["raw"]))),
])
.short(Short::Member("path"));

static EXTENDS: Object = object(&[required("service", One(Text)), field("file", One(Path))])
    .short(Short::Member("service"))
    .merge(Merge::Replace);

static HEALTH_CHECK: Object = object(&[
    field("test", Test),
    kept("interval", One(Duration)),
    kept("timeout", One(Duration)),
    kept("retries", One(Natural)),
    kept("start_period", One(Duration)),
    kept("start_interval", One(Duration)),
    field("disable", One(Flag)),
]);

static LOGGING: Object = object(&[field("driver", One(Text)), field("options", Settings(Values::OrEither))])
    .merge(Merge::SameDriver);

static MODEL: Object =
    object(&[field("endpoint_var", One(Text)), field("model_var", One(Text))]).null(Null::Kept);

static NETWORK: Object = object(&[
    field("aliases", Texts),
    field("interface_name", One(Text)),
    field("ipv4_address", One(Text)),
    field("ipv6_address", One(Text)),
    field("link_local_ips", Texts),
    field("mac_address", One(Text)),
    field("driver_opts", Settings(Values::OrNumbers)),
    field("priority", One(Whole)),
    field("gw_priority", One(Whole)),
])
.null(Null::Kept);

static PUBLISHED: Object = object(&[
    field("name", One(Text)),
    field("mode", One(Text)),
    field("host_ip", One(Address)),
    required("target", One(Port)),
    field("published", One(Label)),
    field("protocol", One(Text)),
    field("app_protocol", One(Text)),
])
.short(Short::Port);

pub(in crate::compose) static PORTS_ITEM: Shape = Is(&PUBLISHED);

pub(in crate::compose) static GPUS_ITEM: Shape = Is(&GPU);

static PROVIDER: Object = object(&[required("type", One(Text)), field("options", Each(&Answers))]);

pub(super) static ULIMIT: Object = object(&[required("soft", One(Whole)), required("hard", One(Whole))])
    .short(Short::Limit)
    .merge(Merge::Replace);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_specification_is_here() {
        assert_eq!(FIELDS.len(), 92);
        assert!(FIELDS.is_sorted_by_key(|field| field.name));
    }
}
