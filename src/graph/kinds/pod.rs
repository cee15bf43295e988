//! What the five pod-bearing kinds share (engine.md 1.1).

use std::collections::{BTreeMap, HashSet};

use super::{Mount, Probe};
use crate::graph::fields::{Fields, PORTS, choices};
use crate::graph::image;
use crate::graph::quantity::Quantity;
use crate::graph::report::quoted;
use crate::graph::syntax;

choices! {
    PullPolicy { Always = "Always", IfNotPresent = "IfNotPresent", Never = "Never" }
}

#[derive(Debug)]
pub(crate) struct Pod {
    pub(crate) image: String,
    pub(crate) port: Option<i32>,
    pub(crate) env: BTreeMap<String, String>,
    /// Variables whose values come with a run.
    pub(crate) env_keys: Vec<String>,
    pub(crate) limits: BTreeMap<String, String>,
    pub(crate) requests: BTreeMap<String, String>,
    pub(crate) mounts: Vec<Mount>,
    pub(crate) pull_policy: Option<PullPolicy>,
    pub(crate) pull_secrets: Vec<String>,
    pub(crate) service_account: Option<String>,
    pub(crate) command: Vec<String>,
    pub(crate) args: Vec<String>,
    pub(crate) liveness: Option<Probe>,
    pub(crate) readiness: Option<Probe>,
    pub(crate) security: Option<SecurityContext>,
}

#[derive(Debug)]
pub(crate) struct SecurityContext {
    pub(crate) privileged: Option<bool>,
    pub(crate) run_as_user: Option<i64>,
    pub(crate) capabilities: Vec<String>,
}

impl Pod {
    /// Pods that run to their end: nobody calls them, so they have neither port nor probes.
    pub(super) fn decode(fields: &Fields) -> Self {
        let (limits, requests) = resources(fields);
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        Self {
            image: image(fields),
            port: None,
            env: env(fields),
            env_keys: declared_names(fields, "envKeys", syntax::is_env_name, ENV_RULE),
            limits,
            requests,
            mounts: fields.objects("volumeMounts").iter().map(Mount::decode).collect(),
            pull_policy: fields.choice("imagePullPolicy"),
            pull_secrets: pull_secrets(fields),
            service_account: fields.reference("serviceAccountName").map(str::to_owned),
            command: owned(fields.texts("command")),
            args: owned(fields.texts("args")),
            liveness: None,
            readiness: None,
            security: fields.object("securityContext").as_ref().and_then(SecurityContext::decode),
        }
    }

    /// Pods that serve.
    pub(super) fn decode_serving(fields: &Fields) -> Self {
        let port = fields.int32("port", 0..=*PORTS.end()).filter(|port| *port != 0);
        Self {
            port,
            liveness: fields.object("livenessProbe").map(|probe| Probe::liveness(&probe, port)),
            readiness: fields.object("readinessProbe").map(|probe| Probe::readiness(&probe, port)),
            ..Self::decode(fields)
        }
    }
}

const ENV_RULE: &str = "is no variable name; use letters, digits, '-', '_' and '.', no digit first";

fn image(fields: &Fields) -> String {
    if fields.set("image").is_none() {
        fields.required("image", ", for example nginx:1.27");
    }
    let reference = fields.text("image").unwrap_or_default();
    if let Some(problem) = image::problem(reference).filter(|_| !reference.is_empty()) {
        fields.invalid("image", &format!("{} {problem}", quoted(reference)));
    }
    reference.to_owned()
}

fn env(fields: &Fields) -> BTreeMap<String, String> {
    let env = fields.text_map("env");
    for name in env.keys().filter(|name| !syntax::is_env_name(name)) {
        fields.invalid(&format!("env.{name}"), ENV_RULE);
    }
    env
}

/// The names of a list of `{id, name}`; blank ones are rows nobody filled in.
pub(super) fn declared_names(fields: &Fields, key: &str, legal: fn(&str) -> bool, rule: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    for entry in fields.objects(key) {
        let Some(name) = entry.text("name") else { continue };
        if !legal(name) {
            entry.invalid("name", &format!("{} {rule}", quoted(name)));
        } else if seen.insert(name) {
            names.push(name.to_owned());
        } else {
            entry.duplicate("name", name);
        }
    }
    names
}

fn pull_secrets(fields: &Fields) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in fields.texts("imagePullSecrets").into_iter().filter(|name| !name.is_empty()) {
        if !syntax::is_dns_subdomain(name) {
            fields.invalid("imagePullSecrets", &format!("has {}, which is no Secret name", quoted(name)));
        } else if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

type Amounts = BTreeMap<String, String>;

fn resources(fields: &Fields) -> (Amounts, Amounts) {
    let Some(resources) = fields.object("resources") else { return Default::default() };
    let amounts = |key| {
        let part = resources.object(key);
        ["cpu", "memory"].map(|name| part.as_ref().and_then(|part| amount(part, name)))
    };
    let (limits, requests) = (amounts("limits"), amounts("requests"));
    for (name, (limit, request)) in ["cpu", "memory"].into_iter().zip(limits.iter().zip(&requests)) {
        if let (Some((_, limit)), Some((_, request))) = (limit, request)
            && request > limit
        {
            resources.invalid(&format!("requests.{name}"), "must not be above the limit");
        }
    }
    (written(limits), written(requests))
}

fn amount(part: &Fields, name: &str) -> Option<(String, Quantity)> {
    let found = part.quantity(name)?;
    if found.1.is_negative() {
        part.invalid(name, "must not be negative");
    }
    Some(found)
}

fn written([cpu, memory]: [Option<(String, Quantity)>; 2]) -> Amounts {
    let named = [("cpu", cpu), ("memory", memory)];
    named.into_iter().filter_map(|(name, amount)| Some((name.to_owned(), amount?.0))).collect()
}

impl SecurityContext {
    /// `None` when no member is set.
    fn decode(fields: &Fields) -> Option<Self> {
        let capabilities = fields.texts("capabilities").into_iter().filter(|name| !name.is_empty());
        let context = Self {
            privileged: fields.boolean("privileged"),
            run_as_user: fields.integer("runAsUser", 0..=i64::from(i32::MAX)),
            capabilities: capabilities.map(str::to_owned).collect(),
        };
        let empty =
            context.privileged.is_none() && context.run_as_user.is_none() && context.capabilities.is_empty();
        (!empty).then_some(context)
    }
}
