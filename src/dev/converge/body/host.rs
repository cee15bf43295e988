//! What a container gets of the machine.

use std::collections::HashMap;

use super::{Kitchen, some, some_map};
use crate::compose::{BlockIo, Deploy, DeviceRequest, Rate, Restart, RestartPolicy as Policy, Service};
use crate::dev::converge::error::Error;
use crate::docker::Api;
use crate::docker::models::{
    DeviceMapping, DeviceRequest as Request, HostConfig, HostConfigCgroupnsModeEnum, HostConfigLogConfig,
    ResourcesBlkioWeightDevice, ResourcesUlimits, RestartPolicy, RestartPolicyNameEnum, ThrottleDevice,
};

const ANNOTATIONS: Api = Api(1, 43);

/// Everything but mounts, ports and networks.
pub(super) fn config(
    service: &Service,
    kitchen: &Kitchen<'_>,
    dropped: &mut Vec<String>,
) -> Result<HostConfig, Error> {
    let none = Deploy::default();
    let deploy = service.deploy.as_ref().unwrap_or(&none);
    let (limits, reserved) = (&deploy.resources.limits, &deploy.resources.reservations);
    let (security, open) =
        super::security::options(&service.security_opt, &kitchen.desired.origin.directory)?;
    let annotations = some_map(&service.annotations);
    if annotations.is_some() && kitchen.api < ANNOTATIONS {
        dropped.push("annotations".to_owned());
    }
    let mut host = HostConfig {
        annotations: annotations.filter(|_| kitchen.api >= ANNOTATIONS),
        cap_add: some(service.cap_add.clone()),
        cap_drop: some(service.cap_drop.clone()),
        cgroup_parent: service.cgroup_parent.clone(),
        cgroupns_mode: service.cgroup.as_deref().map(|mode| match mode {
            "host" => HostConfigCgroupnsModeEnum::HOST,
            _ => HostConfigCgroupnsModeEnum::PRIVATE,
        }),
        cpu_period: service.cpu_period,
        cpu_quota: service.cpu_quota,
        cpu_realtime_period: service.cpu_rt_period,
        cpu_realtime_runtime: service.cpu_rt_runtime,
        cpu_shares: service.cpu_shares,
        cpuset_cpus: service.cpuset.clone(),
        nano_cpus: service.cpus.or(limits.cpus).map(nano),
        device_cgroup_rules: some(service.device_cgroup_rules.clone()),
        device_requests: some(requests(&service.gpus, &reserved.devices)),
        devices: some(devices(service)),
        dns: some(service.dns.clone()),
        dns_options: some(service.dns_opt.clone()),
        dns_search: some(service.dns_search.clone()),
        extra_hosts: some(hosts(&service.extra_hosts)),
        group_add: some(service.group_add.clone()),
        init: service.init,
        ipc_mode: kitchen.namespace(service.ipc.as_ref())?,
        log_config: service.logging.as_ref().map(|logging| HostConfigLogConfig {
            typ: logging.driver.clone(),
            config: some_map(&logging.options),
        }),
        masked_paths: open.then(Vec::new),
        readonly_paths: open.then(Vec::new),
        memory: service.mem_limit.or(limits.memory),
        memory_reservation: service.mem_reservation.or(reserved.memory),
        memory_swap: service.memswap_limit,
        memory_swappiness: service.mem_swappiness,
        network_mode: kitchen.namespace(service.network_mode.as_ref())?,
        oom_kill_disable: service.oom_kill_disable.then_some(true),
        oom_score_adj: service.oom_score_adj,
        pid_mode: kitchen.namespace(service.pid.as_ref())?,
        pids_limit: service.pids_limit.or(limits.pids),
        privileged: service.privileged.then_some(true),
        readonly_rootfs: service.read_only.then_some(true),
        restart_policy: restart(service.restart, deploy.restart_policy.as_ref()),
        runtime: service.runtime.clone(),
        security_opt: some(security),
        shm_size: service.shm_size,
        sysctls: some_map(&service.sysctls),
        tmpfs: tmpfs(&service.tmpfs),
        ulimits: some(ulimits(service)),
        userns_mode: service.userns_mode.clone(),
        uts_mode: service.uts.clone(),
        volumes_from: some(volumes_from(service, kitchen)?),
        ..Default::default()
    };
    if let Some(blkio) = &service.blkio_config {
        block_io(&mut host, blkio);
    }
    Ok(host)
}

/// A share of a processor in its billionths.
#[allow(clippy::cast_possible_truncation, reason = "no machine has that many processors")]
fn nano(cpus: f64) -> i64 {
    (cpus * 1e9).round() as i64
}

/// `host=address` to the engine's `host:address`.
fn hosts(hosts: &[String]) -> Vec<String> {
    let host = |host: &String| match host.split_once('=') {
        Some((name, address)) => format!("{name}:{}", address.trim_start_matches('[').trim_end_matches(']')),
        None => host.clone(),
    };
    hosts.iter().map(host).collect()
}

fn requests(gpus: &[DeviceRequest], reserved: &[DeviceRequest]) -> Vec<Request> {
    let request = |wish: &DeviceRequest, more: Option<&str>| {
        let mut capabilities = wish.capabilities.clone();
        capabilities
            .extend(more.filter(|more| !capabilities.iter().any(|one| one == more)).map(str::to_owned));
        Request {
            driver: wish.driver.clone(),
            count: wish.count.filter(|_| wish.device_ids.is_empty()),
            device_ids: some(wish.device_ids.clone()),
            capabilities: Some(vec![capabilities]),
            options: some_map(&wish.options),
        }
    };
    let gpus = gpus.iter().map(|wish| request(wish, Some("gpu")));
    gpus.chain(reserved.iter().map(|wish| request(wish, None))).collect()
}

fn devices(service: &Service) -> Vec<DeviceMapping> {
    let device = |device: &crate::compose::Device| DeviceMapping {
        path_on_host: Some(device.source.clone()),
        path_in_container: Some(device.target.clone()),
        cgroup_permissions: Some(device.permissions.clone()),
    };
    service.devices.iter().map(device).collect()
}

fn restart(word: Option<Restart>, policy: Option<&Policy>) -> Option<RestartPolicy> {
    let (name, most) = match (word, policy) {
        (Some(Restart::No), _) => (RestartPolicyNameEnum::NO, None),
        (Some(Restart::Always), _) => (RestartPolicyNameEnum::ALWAYS, None),
        (Some(Restart::OnFailure(most)), _) => (RestartPolicyNameEnum::ON_FAILURE, most),
        (Some(Restart::UnlessStopped), _) => (RestartPolicyNameEnum::UNLESS_STOPPED, None),
        (None, Some(policy)) => match policy.condition.as_deref() {
            Some("none" | "no") => (RestartPolicyNameEnum::NO, None),
            Some("on-failure") => (RestartPolicyNameEnum::ON_FAILURE, policy.max_attempts),
            Some("unless-stopped") => (RestartPolicyNameEnum::UNLESS_STOPPED, None),
            _ => (RestartPolicyNameEnum::ALWAYS, None),
        },
        (None, None) => return None,
    };
    Some(RestartPolicy { name: Some(name), maximum_retry_count: most.map(i64::from) })
}

/// `path[:options]` each.
fn tmpfs(mounts: &[String]) -> Option<HashMap<String, String>> {
    let split = |mount: &String| {
        let (path, options) = mount.split_once(':').unwrap_or((mount, ""));
        (path.to_owned(), options.to_owned())
    };
    if mounts.is_empty() { None } else { Some(mounts.iter().map(split).collect()) }
}

fn ulimits(service: &Service) -> Vec<ResourcesUlimits> {
    let ulimit = |(name, limit): (&String, &crate::compose::Ulimit)| ResourcesUlimits {
        name: Some(name.clone()),
        soft: Some(limit.soft),
        hard: Some(limit.hard),
    };
    service.ulimits.iter().map(ulimit).collect()
}

/// `service[:ro]` and `container:name[:ro]` by containers.
fn volumes_from(service: &Service, kitchen: &Kitchen<'_>) -> Result<Vec<String>, Error> {
    let mut all = Vec::new();
    for from in &service.volumes_from {
        if let Some(container) = from.strip_prefix("container:") {
            all.push(container.to_owned());
            continue;
        }
        let (other, access) = from.split_once(':').unwrap_or((from, ""));
        let id = (kitchen.container_of)(other).ok_or_else(|| Error::NotThere(other.to_owned()))?;
        all.push(if access.is_empty() { id } else { format!("{id}:{access}") });
    }
    Ok(all)
}

fn block_io(host: &mut HostConfig, blkio: &BlockIo) {
    let rates = |rates: &[Rate]| {
        let rate = |rate: &Rate| ThrottleDevice { path: Some(rate.path.clone()), rate: rate.rate };
        some(rates.iter().map(rate).collect())
    };
    let weight = |weight: &crate::compose::Weight| ResourcesBlkioWeightDevice {
        path: Some(weight.path.clone()),
        weight: usize::try_from(weight.weight).ok(),
    };
    host.blkio_weight = blkio.weight;
    host.blkio_weight_device = some(blkio.weight_device.iter().map(weight).collect());
    host.blkio_device_read_bps = rates(&blkio.device_read_bps);
    host.blkio_device_read_iops = rates(&blkio.device_read_iops);
    host.blkio_device_write_bps = rates(&blkio.device_write_bps);
    host.blkio_device_write_iops = rates(&blkio.device_write_iops);
}
