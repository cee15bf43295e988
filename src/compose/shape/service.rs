//! The keys of a service.

use super::Shape::{
    Address, Answers, Choice, Command, ContainerName, Duration, Each, Flag, Gpus, Hosts, Label, List, Named,
    Natural, Object as Is, Options, Pairs, Path, Paths, Port, Ports, PullPolicy, Real, Servers, Settings,
    Size, Test, Text, Texts, Whole, Words,
};
use super::build::BUILD;
use super::deploy::{DEPLOY, DEVELOP, GPU, HOOK};
use super::storage::{CONFIG, DEVICE, MOUNT, SECRET};
use super::{Field, Merge, Null, Object, Same, Shape, Short, Values, field, kept, object, required};

pub(in crate::compose) static SERVICE: Object = object(FIELDS).null(Null::Empty);

static FIELDS: &[Field] = &[
    field("annotations", Options),
    kept("attach", Flag),
    kept("blkio_config", Is(&BLKIO)),
    kept("build", Is(&BUILD)),
    field("cap_add", Texts),
    field("cap_drop", Texts),
    field("cgroup", Choice(&["host", "private"])),
    field("cgroup_parent", Text),
    kept("command", Command),
    field("configs", List(&Is(&CONFIG), Same::Grant)),
    field("container_name", ContainerName),
    field("cpu_count", Natural),
    field("cpu_percent", Natural),
    field("cpu_period", Whole),
    field("cpu_quota", Whole),
    field("cpu_rt_period", Whole),
    field("cpu_rt_runtime", Whole),
    field("cpu_shares", Whole),
    field("cpus", Real),
    field("cpuset", Text),
    kept("credential_spec", Is(&CREDENTIAL_SPEC)),
    field("depends_on", Named(&Is(&DEPENDENCY))),
    kept("deploy", Is(&DEPLOY)).or_null(),
    kept("develop", Is(&DEVELOP)).or_null(),
    field("device_cgroup_rules", Texts),
    field("devices", List(&Is(&DEVICE), Same::Member("target"))),
    field("dns", Servers),
    field("dns_opt", Texts),
    field("dns_search", Words),
    field("domainname", Text),
    kept("entrypoint", Command),
    field("env_file", List(&Is(&ENV_FILE), Same::Member("path"))),
    field("environment", Pairs),
    field("expose", List(&Label, Same::Value)),
    field("extends", Is(&EXTENDS)),
    field("external_links", Texts),
    field("extra_hosts", Hosts),
    field("gpus", Gpus),
    field("group_add", List(&Label, Same::Value)),
    kept("healthcheck", Is(&HEALTH_CHECK)),
    field("hostname", Text),
    field("image", Text),
    kept("init", Flag),
    field("ipc", Text),
    field("isolation", Text),
    field("label_file", Paths),
    field("labels", Options),
    field("links", Texts),
    kept("logging", Is(&LOGGING)),
    field("mac_address", Text),
    field("mem_limit", Size),
    field("mem_reservation", Size),
    field("mem_swappiness", Size),
    field("memswap_limit", Size),
    field("models", Named(&Is(&MODEL))),
    field("network_mode", Text),
    field("networks", Named(&Is(&NETWORK))),
    field("oom_kill_disable", Flag),
    field("oom_score_adj", Whole),
    field("pid", Text),
    field("pids_limit", Whole),
    field("platform", Text),
    field("ports", Ports),
    field("post_start", List(&Is(&HOOK), Same::Never)),
    field("pre_stop", List(&Is(&HOOK), Same::Never)),
    field("privileged", Flag),
    field("profiles", Texts),
    kept("provider", Is(&PROVIDER)),
    field("pull_policy", PullPolicy),
    field("pull_refresh_after", Text),
    field("read_only", Flag),
    field("restart", Text),
    field("runtime", Text),
    kept("scale", Natural),
    field("secrets", List(&Is(&SECRET), Same::Grant)),
    field("security_opt", Texts),
    field("shm_size", Size),
    field("stdin_open", Flag),
    kept("stop_grace_period", Duration),
    field("stop_signal", Text),
    field("storage_opt", Settings(Values::OrNothing)),
    field("sysctls", Options),
    field("tmpfs", Words),
    field("tty", Flag),
    field("ulimits", Each(&Is(&ULIMIT))),
    field("use_api_socket", Flag),
    field("user", Text),
    field("userns_mode", Text),
    field("uts", Text),
    field("volumes", List(&Is(&MOUNT), Same::Member("target"))),
    field("volumes_from", Texts),
    field("working_dir", Text),
];

static BLKIO: Object = object(&[
    field("weight", Whole),
    field("weight_device", List(&Is(&WEIGHT), Same::Member("path"))),
    field("device_read_bps", List(&Is(&RATE), Same::Member("path"))),
    field("device_read_iops", List(&Is(&RATE), Same::Member("path"))),
    field("device_write_bps", List(&Is(&RATE), Same::Member("path"))),
    field("device_write_iops", List(&Is(&RATE), Same::Member("path"))),
]);

static WEIGHT: Object = object(&[required("path", Text), field("weight", Whole)]);

static RATE: Object = object(&[required("path", Text), field("rate", Size)]);

static CREDENTIAL_SPEC: Object =
    object(&[field("config", Text), field("file", Text), field("registry", Text)]);

static DEPENDENCY: Object = object(&[
    required("condition", Choice(&["service_started", "service_healthy", "service_completed_successfully"])),
    field("restart", Flag),
    kept("required", Flag),
])
.short(Short::Dependency);

static ENV_FILE: Object =
    object(&[required("path", Path), kept("required", Flag), field("format", Choice(&["raw"]))])
        .short(Short::Member("path"));

static EXTENDS: Object = object(&[required("service", Text), field("file", Path)])
    .short(Short::Member("service"))
    .merge(Merge::Replace);

static HEALTH_CHECK: Object = object(&[
    field("test", Test),
    kept("interval", Duration),
    kept("timeout", Duration),
    kept("retries", Natural),
    kept("start_period", Duration),
    kept("start_interval", Duration),
    field("disable", Flag),
]);

static LOGGING: Object =
    object(&[field("driver", Text), field("options", Settings(Values::OrEither))]).merge(Merge::SameDriver);

static MODEL: Object = object(&[field("endpoint_var", Text), field("model_var", Text)]).null(Null::Kept);

static NETWORK: Object = object(&[
    field("aliases", Texts),
    field("interface_name", Text),
    field("ipv4_address", Text),
    field("ipv6_address", Text),
    field("link_local_ips", Texts),
    field("mac_address", Text),
    field("driver_opts", Settings(Values::OrNumbers)),
    field("priority", Whole),
    field("gw_priority", Whole),
])
.null(Null::Kept);

static PUBLISHED: Object = object(&[
    field("name", Text),
    field("mode", Text),
    field("host_ip", Address),
    required("target", Port),
    field("published", Label),
    field("protocol", Text),
    field("app_protocol", Text),
])
.short(Short::Port);

pub(in crate::compose) static PORTS_ITEM: Shape = Is(&PUBLISHED);

pub(in crate::compose) static GPUS_ITEM: Shape = Is(&GPU);

static PROVIDER: Object = object(&[required("type", Text), field("options", Each(&Answers))]);

pub(super) static ULIMIT: Object =
    object(&[required("soft", Whole), required("hard", Whole)]).short(Short::Limit).merge(Merge::Replace);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_specification_is_here() {
        assert_eq!(FIELDS.len(), 92);
        assert!(FIELDS.is_sorted_by_key(|field| field.name));
    }
}
