//! Volumes and mounts of a pod (engine.md 1.2).

mod names;
mod resolve;
mod source;

use std::collections::{HashMap, HashSet};

use k8s_openapi::api::core::v1::{Volume, VolumeDevice, VolumeMount};

use self::names::Names;
use self::resolve::Resolved;
use super::context::Context;
use crate::graph::decode::DecodedNode;
use crate::graph::kinds::{MountKind, Pod, Spec};
use crate::graph::{Code, report, syntax};

/// What goes into the pod and its container, in list order.
#[derive(Default)]
pub(super) struct Volumes {
    pub(super) volumes: Vec<Volume>,
    pub(super) mounts: Vec<VolumeMount>,
    pub(super) devices: Vec<VolumeDevice>,
}

pub(super) fn build(context: &Context, at: usize, node: &DecodedNode, pod: &Pod) -> Volumes {
    let mut entries: Vec<Resolved> =
        pod.mounts.iter().filter_map(|mount| resolve::recorded(context, at, node, mount)).collect();
    entries.extend(resolve::unrecorded_claims(context, at, pod));
    let templates = match &node.spec {
        Spec::StatefulSet(spec) => spec.claims.as_slice(),
        _ => &[],
    };
    let template_paths: Vec<&str> = templates.iter().map(|claim| claim.mount_path.as_str()).collect();
    check_paths(context, at, &entries, &template_paths);

    let mut names = Names::beside(templates);
    let mut built = Volumes::default();
    let mut done = HashSet::new();
    for entry in &entries {
        if !done.insert(entry.path.as_str()) {
            continue;
        }
        let mut sharing: Vec<&Resolved> = Vec::new();
        for other in entries.iter().filter(|other| other.path == entry.path) {
            if sharing.iter().all(|known| known.source != other.source) {
                sharing.push(other);
            }
        }
        let name = match sharing.as_slice() {
            [_] => names.of(&entry.source, &mut built.volumes),
            many => {
                let name = format!("projected-{}", syntax::short_hash(&entry.path, 6));
                built.volumes.push(source::projected(&name, many.iter().map(|entry| &entry.source)));
                name
            }
        };
        mount(entry, name, &mut built);
    }
    for claim in templates {
        built.mounts.push(VolumeMount {
            name: claim.name.clone(),
            mount_path: claim.mount_path.clone(),
            ..VolumeMount::default()
        });
    }
    if names.clash {
        context.report(at).error(
            Code::Duplicate,
            "volumeMounts",
            "volumeMounts has two host paths of one name; rename one",
        );
    }
    built
}

fn mount(entry: &Resolved, name: String, built: &mut Volumes) {
    if entry.block {
        built.devices.push(VolumeDevice { name, device_path: entry.path.clone() });
        return;
    }
    built.mounts.push(VolumeMount {
        name,
        mount_path: entry.path.clone(),
        read_only: entry.read_only,
        sub_path: entry.sub_path.clone(),
        ..VolumeMount::default()
    });
}

/// Rule 4: only `ConfigMaps` and Secrets can share a path.
fn check_paths(context: &Context, at: usize, entries: &[Resolved], template_paths: &[&str]) {
    let is_shareable =
        |entry: &Resolved| matches!(entry.source.kind, MountKind::ConfigMap | MountKind::Secret);
    let mut taken: HashMap<&str, bool> = HashMap::new();
    let conflict = |field: &str, path: &str| {
        let words = format!("{field}.mountPath {} is used twice; choose another path", report::quoted(path));
        context.report(at).error(Code::PathConflict, field, &words);
    };
    for entry in entries.iter().filter(|entry| !entry.path.is_empty()) {
        let shareable = is_shareable(entry);
        match taken.insert(&entry.path, shareable) {
            Some(before) if !(before && shareable) => conflict(&entry.field, &entry.path),
            _ => {}
        }
    }
    for (number, path) in template_paths.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
        if taken.insert(path, false).is_some() {
            conflict(&format!("volumeClaimTemplates[{number}]"), path);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::graph::Code;
    use crate::manifest::testing::{Case, named};

    fn config(name: &str, more: Value) -> Value {
        named(name, more)
    }

    /// Mount name and path of every mount.
    fn mounts(case: &Case, node: &str) -> Vec<(String, String)> {
        let container = case.container(node);
        let text = |mount: &Value, key: &str| mount[key].as_str().unwrap().to_owned();
        let mounts = container["volumeMounts"].as_array().cloned().unwrap_or_default();
        mounts.iter().map(|mount| (text(mount, "name"), text(mount, "mountPath"))).collect()
    }

    fn pairs<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
        expected.map(|(name, path)| (name.to_owned(), path.to_owned())).to_vec()
    }

    #[test]
    fn names_and_paths_come_from_the_source_in_either_direction() {
        let entries = json!([
            {"type": "configMap", "name": "old", "mountPath": "/old", "nodeId": "c"},
            {"type": "secret", "name": "old", "mountPath": "/kept", "nodeId": "s"},
            {"type": "configMap", "name": "plain"},
            {"type": "persistentVolumeClaim", "name": "disk", "readOnly": false, "subPath": "a/b"},
        ]);
        let case = || {
            Case::new([
                ("d", "deployment", named("d", json!({"volumeMounts": entries}))),
                ("c", "configmap", config("settings", json!({"mountPath": "/app"}))),
                ("s", "secret", named("login", json!({}))),
            ])
            .edges([("c", "output", "d"), ("s", "output", "d")])
        };
        for case in [case(), case().reversed()] {
            let expected = [
                ("settings-volume", "/app"),
                ("login-volume", "/kept"),
                ("plain-volume", "/etc/config"),
                ("disk-volume", "/data/disk"),
            ];
            assert_eq!(mounts(&case, "d"), pairs(expected));
            let mount = case.container("d")["volumeMounts"][3].clone();
            assert_eq!(mount, json!({"name": "disk-volume", "mountPath": "/data/disk", "subPath": "a/b"}));
        }
    }

    #[test]
    fn only_the_path_that_counts_is_judged() {
        let case = |kind: &str, path: &str, own: Value| {
            let entry = json!([{"type": kind, "nodeId": "c", "mountPath": path}]);
            Case::new([
                ("d", "deployment", named("d", json!({"volumeMounts": entry}))),
                ("c", "configmap", config("c", json!({"mountPath": own}))),
            ])
            .edges([("c", "", "d")])
        };
        assert_eq!(mounts(&case("configMap", "stale", json!("/now")), "d"), pairs([("c-volume", "/now")]));
        let refused = [("d".to_owned(), "volumeMounts[0].mountPath".to_owned())];
        for path in ["relative", "/a:b", " /a"] {
            assert_eq!(case("configMap", path, Value::Null).errors(), refused, "{path}");
        }
        assert_eq!(
            case("configMap", "/now", json!("relative")).errors(),
            [("c".to_owned(), "mountPath".to_owned())]
        );
        assert_eq!(mounts(&case("configMap", "/a\n- b", Value::Null), "d"), pairs([("c-volume", "/a\n- b")]));
        let gone = json!([{"type": "configMap", "nodeId": "zz", "mountPath": "relative"}]);
        assert_eq!(Case::error_fields("job", json!({"volumeMounts": gone})), <[&str; 0]>::default());
    }

    #[test]
    fn an_entry_whose_edge_is_gone_is_left_out_quietly() {
        let entries = json!([{"type": "configMap", "name": "c", "nodeId": "c"}, {"type": "secret", "name": "x", "nodeId": "zz"}]);
        let case = Case::new([
            ("d", "deployment", named("d", json!({"volumeMounts": entries}))),
            ("c", "configmap", json!({})),
        ]);
        assert!(case.pod("d").get("volumes").is_none());
        assert_eq!(case.warnings(), []);
        let gone =
            case.compile().findings.iter().filter(|finding| finding.code == Code::ReferenceGone).count();
        assert_eq!(gone, 2);
    }

    #[test]
    fn volume_names_are_legal_and_unique() {
        let long = "n".repeat(60);
        let entries = json!([
            {"type": "configMap", "name": "db", "mountPath": "/1"},
            {"type": "secret", "name": "db", "mountPath": "/2"},
            {"type": "persistentVolumeClaim", "name": "db", "mountPath": "/3"},
            {"type": "persistentVolumeClaim", "name": "db", "mountPath": "/4"},
            {"type": "configMap", "name": "agent.yaml", "mountPath": "/5"},
            {"type": "secret", "name": long, "mountPath": "/6"},
        ]);
        let case = Case::new([("d", "deployment", named("d", json!({"volumeMounts": entries})))]);
        let names: Vec<_> = mounts(&case, "d").into_iter().map(|(name, _)| name).collect();
        assert_eq!(names[0], "db-volume");
        assert!(names[1].starts_with("secret-db-") && names[2].starts_with("pvc-db-"), "{names:?}");
        assert_eq!(names[2], names[3], "one claim is one volume");
        assert_eq!(names[4], "cm-agent-yaml-e831f9");
        assert!(names[5].starts_with(&format!("secret-{}-", "n".repeat(40))) && names[5].len() == 54);
        assert_eq!(case.pod("d")["volumes"].as_array().unwrap().len(), 5);
    }

    #[test]
    fn sources_of_one_path_are_projected_once() {
        let entries = json!([
            {"type": "secret", "name": "s", "mountPath": "/etc/config"},
            {"type": "configMap", "name": "other", "mountPath": "/other"},
            {"type": "configMap", "name": "c", "mountPath": "/etc/config"},
            {"type": "configMap", "name": "c", "mountPath": "/etc/config"},
        ]);
        let case = Case::new([("d", "job", named("d", json!({"volumeMounts": entries})))]);
        assert_eq!(
            mounts(&case, "d"),
            pairs([("projected-d20e9a", "/etc/config"), ("other-volume", "/other")])
        );
        let sources = case.pod("d")["volumes"][0]["projected"]["sources"].clone();
        assert_eq!(sources, json!([{"secret": {"name": "s"}}, {"configMap": {"name": "c"}}]));
    }

    #[test]
    fn a_claim_shares_its_path_with_nothing() {
        let entries = json!([{"type": "persistentVolumeClaim", "name": "a", "mountPath": "/x"}, {"type": "configMap", "name": "b", "mountPath": "/x"}]);
        let templates = json!([{"name": "data", "storage": "1Gi", "mountPath": "/x"}]);
        let data = named("d", json!({"volumeMounts": entries, "volumeClaimTemplates": templates}));
        let fields = Case::error_fields("statefulset", data);
        assert_eq!(fields, ["volumeMounts[1]", "volumeClaimTemplates[0]"]);
    }

    #[test]
    fn an_edge_alone_mounts_a_claim_and_a_block_claim_is_a_device() {
        let case = |mode: &str| {
            Case::new([
                ("d", "deployment", named("d", json!({}))),
                ("p", "persistentvolumeclaim", named("disk", json!({"storage": "1Gi", "volumeMode": mode}))),
            ])
            .edges([("p", "output", "d"), ("p", "other", "d")])
        };
        assert_eq!(mounts(&case("Filesystem"), "d"), pairs([("disk-volume", "/data/disk")]));
        let container = case("Block").container("d");
        assert_eq!(container["volumeDevices"], json!([{"name": "disk-volume", "devicePath": "/data/disk"}]));
        assert!(container.get("volumeMounts").is_none());
    }

    #[test]
    fn host_paths_are_for_daemonsets() {
        let entry = json!([{"type": "hostPath", "name": "Var Log", "mountPath": "/log", "hostPath": "/var/log", "hostPathType": "DirectoryOrCreate"}]);
        let case = Case::new([("d", "daemonset", named("d", json!({"volumeMounts": entry})))]);
        let volume = case.pod("d")["volumes"][0].clone();
        assert_eq!(volume["hostPath"], json!({"path": "/var/log", "type": "DirectoryOrCreate"}));
        assert!(volume["name"].as_str().unwrap().starts_with("host--ar--og-"));
        assert_eq!(Case::error_fields("job", json!({"volumeMounts": entry})), ["volumeMounts[0].type"]);
        let bad = json!([{"type": "hostPath", "hostPath": "/a/../b"}]);
        let expected = ["volumeMounts[0].name", "volumeMounts[0].mountPath", "volumeMounts[0].hostPath"];
        assert_eq!(Case::error_fields("daemonset", json!({"volumeMounts": bad})), expected);
    }

    #[test]
    fn linked_objects_live_beside_the_workload() {
        let far = |more| named("x", more);
        let entries =
            json!([{"type": "persistentVolumeClaim", "nodeId": "p"}, {"type": "configMap", "nodeId": "c"}]);
        let case = Case::new([
            ("d", "deployment", named("d", json!({"volumeMounts": entries}))),
            ("p", "persistentvolumeclaim", far(json!({"namespace": "far", "storage": "1Gi"}))),
            ("c", "configmap", far(json!({"namespace": "far"}))),
        ])
        .edges([("p", "", "d"), ("c", "", "d")]);
        let errors =
            case.compile().findings.into_iter().filter(|finding| finding.code == Code::NamespaceMismatch);
        assert_eq!(errors.map(|finding| finding.node_id.unwrap()).collect::<Vec<_>>(), ["d", "d"]);
    }
}
