//! The storage and ingress classes objects ask for.

use serde_json::Value;

use super::stage::{Step, about};
use crate::cluster::{Client, Resource};
use crate::graph::{Code, Finding, Severity};

/// Missing storage and ingress classes: a run goes on without them, but waits for ever (engine.md 3.12).
pub(super) async fn missing(client: &Client, steps: &[Step]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for step in steps {
        for (class, field) in classes(&step.document.body) {
            if matches!(client.find(&class.resource(), None, class.name()).await, Ok(None)) {
                let words = format!(
                    "{field}: the cluster has no {} {}; create it or choose another",
                    class.resource().kind,
                    class.name()
                );
                let finding = Finding::new(Severity::Warning, Code::ClassMissing, words).at_field(field);
                findings.push(about(&step.document, finding));
            }
        }
    }
    findings
}

/// A class an object asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class<'a> {
    Storage(&'a str),
    Ingress(&'a str),
}

impl<'a> Class<'a> {
    fn name(self) -> &'a str {
        match self {
            Self::Storage(name) | Self::Ingress(name) => name,
        }
    }

    fn resource(self) -> Resource {
        match self {
            Self::Storage(_) => Resource::known("storage.k8s.io/v1", "StorageClass", "storageclasses", false),
            Self::Ingress(_) => {
                Resource::known("networking.k8s.io/v1", "IngressClass", "ingressclasses", false)
            }
        }
    }
}

/// The classes an object asks for, with the fields of its node that say so.
fn classes(body: &Value) -> Vec<(Class<'_>, String)> {
    let own = |field: &str| body["spec"].get(field).and_then(Value::as_str);
    match body["kind"].as_str().unwrap_or_default() {
        "PersistentVolumeClaim" => {
            let field = "storageClassName";
            own(field).map(|name| (Class::Storage(name), field.to_owned())).into_iter().collect()
        }
        "Ingress" => {
            let field = "ingressClassName";
            own(field).map(|name| (Class::Ingress(name), field.to_owned())).into_iter().collect()
        }
        "StatefulSet" => {
            let templates = body.pointer("/spec/volumeClaimTemplates").and_then(Value::as_array);
            let named = templates.into_iter().flatten().enumerate().filter_map(|(at, template)| {
                let name = template.pointer("/spec/storageClassName").and_then(Value::as_str)?;
                Some((Class::Storage(name), format!("volumeClaimTemplates[{at}].storageClassName")))
            });
            named.collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_ingresses_and_templates_name_their_class() {
        let claim = json!({"kind": "PersistentVolumeClaim", "spec": {"storageClassName": "fast"}});
        assert_eq!(classes(&claim), [(Class::Storage("fast"), "storageClassName".to_owned())]);
        let ingress = json!({"kind": "Ingress", "spec": {"ingressClassName": "nginx"}});
        assert_eq!(classes(&ingress), [(Class::Ingress("nginx"), "ingressClassName".to_owned())]);
        let templates = json!([{"spec": {}}, {"spec": {"storageClassName": "fast"}}]);
        let set = json!({"kind": "StatefulSet", "spec": {"volumeClaimTemplates": templates}});
        assert_eq!(
            classes(&set),
            [(Class::Storage("fast"), "volumeClaimTemplates[1].storageClassName".to_owned())]
        );
        assert_eq!(classes(&json!({"kind": "PersistentVolumeClaim", "spec": {}})), []);
    }
}
