//! What a run would change in a live object, as a text people can read and that holds no secret (engine.md 3.12).

use std::collections::BTreeSet;

use serde_json::Value;
use similar::TextDiff;

use crate::manifest::{mask_both, to_yaml};

/// What one diff may weigh, bytes (`WorkflowPlannedObject.diff`).
const LONGEST: usize = 65_536;
const CUT: &str = "… the rest of this diff is left out: it is longer than 64 KiB\n";
/// Metadata that the API server writes on every object and nobody deploys.
const WRITTEN_BY_SERVER: [&str; 5] =
    ["managedFields", "uid", "resourceVersion", "generation", "creationTimestamp"];

/// The unified diff from `live` to `after`; `None` when people would see no difference.
///
/// Values of Secrets, and of environment variables named in `hidden_env`, are masked on both sides.
pub fn diff(live: &Value, after: &Value, hidden_env: &BTreeSet<String>) -> Option<String> {
    let (mut old, mut new) = (for_people(live), for_people(after));
    mask_both(&mut old, &mut new, hidden_env);
    if old == new {
        return None;
    }
    let (old, new) = (yaml(&old), yaml(&new));
    let text =
        TextDiff::from_lines(&old, &new).unified_diff().context_radius(3).header("live", "after").to_string();
    Some(cut(text))
}

fn for_people(object: &Value) -> Value {
    let mut object = object.clone();
    if object["kind"] == "Job" {
        without_generated(&mut object);
    }
    if let Value::Object(members) = &mut object {
        members.remove("status");
        if let Some(Value::Object(metadata)) = members.get_mut("metadata") {
            for key in WRITTEN_BY_SERVER {
                metadata.remove(key);
            }
        }
    }
    object.sort_all_objects();
    object
}

/// A Job's selector, and the labels it selects by, are made anew each time.
fn without_generated(job: &mut Value) {
    if let Some(spec) = job.get_mut("spec").and_then(Value::as_object_mut) {
        spec.remove("selector");
    }
    let labels = job.pointer_mut("/spec/template/metadata/labels").and_then(Value::as_object_mut);
    if let Some(labels) = labels {
        for key in ["controller-uid", "job-name"] {
            labels.remove(key);
            labels.remove(&format!("batch.kubernetes.io/{key}"));
        }
    }
}

/// An object is JSON, and JSON is YAML: there is always a text.
fn yaml(object: &Value) -> String {
    to_yaml(object).unwrap_or_else(|_| object.to_string())
}

fn cut(mut text: String) -> String {
    if text.len() > LONGEST {
        let mut end = LONGEST - CUT.len();
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(text[..end].rfind('\n').map_or(end, |line| line + 1));
        text.push_str(CUT);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plain(live: &Value, after: &Value) -> Option<String> {
        diff(live, after, &BTreeSet::new())
    }

    #[test]
    fn what_the_server_writes_is_no_difference() {
        let live = json!({"kind": "ConfigMap", "metadata": {"name": "c", "uid": "1", "resourceVersion": "7", "managedFields": []}, "status": {"a": 1}});
        let after = json!({"metadata": {"resourceVersion": "8", "name": "c"}, "kind": "ConfigMap"});
        assert_eq!(plain(&live, &after), None);
    }

    #[test]
    fn a_job_that_only_runs_again_shows_no_difference() {
        let of = |uid: &str| {
            let labels = json!({"app": "j", "batch.kubernetes.io/controller-uid": uid, "controller-uid": uid, "job-name": uid});
            json!({"kind": "Job", "spec": {"template": {"metadata": {"labels": labels}},
                "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}}})
        };
        assert_eq!(plain(&of("1"), &of("2")), None);
    }

    #[test]
    fn a_change_is_shown_with_its_surroundings() {
        let live = json!({"kind": "Deployment", "spec": {"replicas": 1}});
        let after = json!({"kind": "Deployment", "spec": {"replicas": 3}});
        let text = plain(&live, &after).unwrap();
        assert!(text.contains("-  replicas: 1\n+  replicas: 3\n"), "{text}");
    }

    #[test]
    fn secret_values_never_show_but_that_they_changed_does() {
        let live = json!({"kind": "Secret", "data": {"same": "c2FtZQ==", "new": "b2xk"}});
        let after = json!({"kind": "Secret", "data": {"same": "c2FtZQ==", "new": "bmV3"}});
        let text = plain(&live, &after).unwrap();
        assert!(!text.contains("b2xk") && !text.contains("bmV3") && text.contains("*** (changed)"), "{text}");
    }

    #[test]
    fn a_huge_diff_is_cut_at_a_line_and_says_so() {
        let data: serde_json::Map<String, Value> =
            (0..9_000).map(|n| (format!("key-{n}"), "é".repeat(20).into())).collect();
        let text = plain(&json!({"kind": "ConfigMap"}), &json!({"kind": "ConfigMap", "data": data})).unwrap();
        assert!(text.len() <= LONGEST && text.ends_with(CUT));
    }
}
