//! What a container gets of the machine.

use serde_json::{Value, json};

use super::Facts;
use crate::dev::converge::seen::Seen;
use crate::docker::models::{ContainerCreateBody, HostConfig};

/// What the engine calls it, and what Compose calls it.
const FIELDS: [(&str, &str); 48] = [
    ("BlkioDeviceReadBps", "blkio_config"),
    ("BlkioDeviceReadIOps", "blkio_config"),
    ("BlkioDeviceWriteBps", "blkio_config"),
    ("BlkioDeviceWriteIOps", "blkio_config"),
    ("BlkioWeight", "blkio_config"),
    ("BlkioWeightDevice", "blkio_config"),
    ("CapAdd", "cap_add"),
    ("CapDrop", "cap_drop"),
    ("CgroupParent", "cgroup_parent"),
    ("CgroupnsMode", "cgroup"),
    ("CpuPeriod", "cpu_period"),
    ("CpuQuota", "cpu_quota"),
    ("CpuRealtimePeriod", "cpu_rt_period"),
    ("CpuRealtimeRuntime", "cpu_rt_runtime"),
    ("CpuShares", "cpu_shares"),
    ("CpusetCpus", "cpuset"),
    ("DeviceCgroupRules", "device_cgroup_rules"),
    ("DeviceRequests", "gpus"),
    ("Devices", "devices"),
    ("Dns", "dns"),
    ("DnsOptions", "dns_opt"),
    ("DnsSearch", "dns_search"),
    ("ExtraHosts", "extra_hosts"),
    ("GroupAdd", "group_add"),
    ("Init", "init"),
    ("IpcMode", "ipc"),
    ("LogConfig", "logging"),
    ("Memory", "mem_limit"),
    ("MemoryReservation", "mem_reservation"),
    ("MemorySwap", "memswap_limit"),
    ("MemorySwappiness", "mem_swappiness"),
    ("NanoCpus", "cpus"),
    ("NetworkMode", "network_mode"),
    ("OomKillDisable", "oom_kill_disable"),
    ("OomScoreAdj", "oom_score_adj"),
    ("PidMode", "pid"),
    ("PidsLimit", "pids_limit"),
    ("PortBindings", "ports"),
    ("Privileged", "privileged"),
    ("ReadonlyRootfs", "read_only"),
    ("RestartPolicy", "restart"),
    ("Runtime", "runtime"),
    ("SecurityOpt", "security_opt"),
    ("ShmSize", "shm_size"),
    ("Sysctls", "sysctls"),
    ("Tmpfs", "tmpfs"),
    ("UTSMode", "uts"),
    ("Ulimits", "ulimits"),
];

/// The engine's shared memory when nobody says how much.
const SHM_SIZE: i64 = 64 << 20;

pub(super) fn wanted(body: &ContainerCreateBody, facts: &mut Facts) {
    if let Some(host) = &body.host_config {
        add(host, facts);
    }
}

pub(super) fn found(seen: &Seen, facts: &mut Facts) {
    if let Some(host) = &seen.0.host_config {
        add(host, facts);
    }
}

fn add(host: &HostConfig, facts: &mut Facts) {
    let Ok(Value::Object(mut all)) = serde_json::to_value(host) else { return };
    let privileged = host.privileged == Some(true);
    for (field, key) in FIELDS {
        let Some(value) = all.remove(field) else { continue };
        let value = plain(field, value, privileged);
        if super::says_nothing(&value) {
            continue;
        }
        // What several fields make up is told as one.
        let name = facts.entry(key.to_owned()).or_insert_with(|| json!([]));
        if let Value::Array(parts) = name {
            parts.push(json!([field, value]));
        }
    }
    all.retain(|name, _| name == "UsernsMode");
    if let Some(mode) = all.remove("UsernsMode") {
        facts.insert("userns_mode".to_owned(), mode);
    }
}

/// One way to write each value.
fn plain(field: &str, value: Value, privileged: bool) -> Value {
    match (field, value) {
        ("CapAdd" | "CapDrop", Value::Array(items)) => {
            let name = |item: &Value| {
                let name = item.as_str().unwrap_or_default().to_ascii_uppercase();
                name.trim_start_matches("CAP_").to_owned()
            };
            let mut names: Vec<String> = items.iter().map(name).collect();
            names.sort();
            json!(names)
        }
        // Of a privileged container the engine says more than it was told.
        ("SecurityOpt", _) if privileged => Value::Null,
        ("RestartPolicy", Value::Object(policy)) => match policy.get("Name").and_then(Value::as_str) {
            None | Some("" | "no") => Value::Null,
            Some(name) => json!([name, policy.get("MaximumRetryCount").and_then(Value::as_i64).unwrap_or(0)]),
        },
        ("LogConfig", Value::Object(log)) => {
            let options = log.get("Config").cloned().filter(|options| !super::says_nothing(options));
            json!([log.get("Type"), options])
        }
        ("PortBindings", Value::Object(ports)) => {
            let mut all: Vec<String> = Vec::new();
            for (port, bindings) in &ports {
                for binding in bindings.as_array().into_iter().flatten() {
                    let text = |key: &str| binding.get(key).and_then(Value::as_str).unwrap_or_default();
                    all.push(format!("{}:{}:{port}", text("HostIp"), text("HostPort")));
                }
            }
            all.sort();
            json!(all)
        }
        ("NetworkMode", Value::String(mode)) if mode == "bridge" => json!("default"),
        ("Ulimits", Value::Array(mut items)) => {
            items.sort_by_key(|item| item["Name"].as_str().unwrap_or_default().to_owned());
            Value::Array(items)
        }
        (_, value) => value,
    }
}

/// Whether it is what the engine fills in when nobody says anything.
pub(super) fn is_usual(key: &str, value: &Value, memory: Option<i64>) -> bool {
    let single = match value.as_array().map(Vec::as_slice) {
        Some([one]) => &one[1],
        _ => value,
    };
    match key {
        "ipc" => matches!(single.as_str(), Some("private" | "shareable")),
        "cgroup" => matches!(single.as_str(), Some("private" | "host")),
        "runtime" => single.as_str() == Some("runc"),
        "shm_size" => single.as_i64() == Some(SHM_SIZE),
        "network_mode" => single.as_str() == Some("default"),
        "logging" => single[1].is_null(),
        "mem_swappiness" => single.as_i64() == Some(-1),
        "memswap_limit" => {
            memory.is_none_or(|memory| single.as_i64() == Some(2 * memory)) || single.as_i64() == Some(-1)
        }
        _ => false,
    }
}
