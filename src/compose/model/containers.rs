//! What only whoever makes containers has to be told: keys that no container here gets, and those without which it
//! would not be what was meant (cli.md 8.2, the second and the third column).

use super::{Model, section};
use crate::compose::finding::{Code, Finding, Report};
use crate::compose::node::{Data, Node};
use crate::compose::place::Path;

/// Keys of a service that are in the model and not applied.
const SERVICE: [&str; 13] = [
    "attach",
    "credential_spec",
    "develop",
    "external_links",
    "models",
    "post_start",
    "pre_stop",
    "pull_refresh_after",
    "storage_opt",
    "use_api_socket",
    "isolation",
    "cpu_count",
    "cpu_percent",
];

const BUILD: [&str; 8] = [
    "additional_contexts",
    "cache_to",
    "provenance",
    "sbom",
    "entitlements",
    "privileged",
    "isolation",
    "no_cache_filter",
];

const DEPLOY: [&str; 6] =
    ["mode", "endpoint_mode", "labels", "rollback_config", "update_config", "placement"];

const RESTART_POLICY: [&str; 2] = ["delay", "window"];

const SOURCE: [&str; 4] = ["driver", "driver_opts", "template_driver", "labels"];

impl Model {
    /// What there is to say before containers are made of it: a warning for each key that is not applied, one a
    /// service, and an error for what cannot be done. `offline` refuses what would be fetched.
    pub fn for_containers(&self, offline: bool) -> Vec<Finding> {
        let report = Report::about(&self.files);
        let root = Path::Root;
        let services = root.key("services");
        for (name, service) in section(&self.tree, "services") {
            let path = services.key(name);
            Said { report: &report, path: &path }.service(self, service, offline);
        }
        let models = root.key("models");
        for (name, model) in section(&self.tree, "models") {
            report.warning(Code::NotApplied, model.key, &models.key(name), NOT_APPLIED);
        }
        for kind in ["configs", "secrets"] {
            let kinds = root.key(kind);
            for (name, source) in section(&self.tree, kind) {
                let path = kinds.key(name);
                let said = Said { report: &report, path: &path };
                said.keys(source, &SOURCE);
                if let Some(external) = source.get("external").filter(|node| !node.is_zero()) {
                    let why = "belongs to a cluster: a single engine has none; give it by file, content or environment";
                    report.error(Code::Unsupported, external.key, &path.key("external"), why);
                }
            }
        }
        report.into_findings()
    }
}

const NOT_APPLIED: &str = "is read and not applied to containers";

struct Said<'a> {
    report: &'a Report,
    path: &'a Path<'a>,
}

impl Said<'_> {
    fn keys(&self, map: &Node, keys: &[&str]) {
        for key in keys {
            if let Some(node) = map.get(key).filter(|node| !node.is_zero()) {
                self.report.warning(Code::NotApplied, node.key, &self.path.key(key), NOT_APPLIED);
            }
        }
    }

    fn below(&self, key: &str, map: Option<&Node>, keys: &[&str]) {
        if let Some(map) = map {
            Said { report: self.report, path: &self.path.key(key) }.keys(map, keys);
        }
    }

    fn service(&self, model: &Model, service: &Node, offline: bool) {
        self.keys(service, &SERVICE);
        if let Some(provider) = service.get("provider") {
            let why =
                "a program outside the engine would run it: run it yourself, or give the service an image";
            self.report.error(Code::Unsupported, provider.key, &self.path.key("provider"), why);
        }
        if let Some(build) = service.get("build") {
            self.build(build, offline);
        }
        if let Some(deploy) = service.get("deploy") {
            let path = self.path.key("deploy");
            let said = Said { report: self.report, path: &path };
            said.keys(deploy, &DEPLOY);
            said.below("restart_policy", deploy.get("restart_policy"), &RESTART_POLICY);
            let path = path.key("resources");
            let reserved = deploy.get("resources").and_then(|resources| resources.get("reservations"));
            Said { report: self.report, path: &path }.below("reservations", reserved, &["generic_resources"]);
        }
        self.mounts(service);
        for kind in ["configs", "secrets"] {
            self.grants(model, service, kind);
        }
    }

    fn build(&self, build: &Node, offline: bool) {
        let path = self.path.key("build");
        Said { report: self.report, path: &path }.keys(build, &BUILD);
        if let Some(platforms) = build.get("platforms").filter(|platforms| platforms.items().len() > 1) {
            let why = "only the first is built: an engine keeps an image for one platform";
            self.report.warning(Code::NotApplied, platforms.key, &path.key("platforms"), why);
        }
        let context = build.get("context");
        if let Some(context) = context.filter(|node| offline && node.as_text().is_some_and(is_address)) {
            let why = "is fetched, which --offline forbids: clone it, and name the folder";
            self.report.error(Code::Unsupported, context.at, &path.key("context"), why);
        }
    }

    fn mounts(&self, service: &Node) {
        let path = self.path.key("volumes");
        let mut consistency = false;
        for (index, mount) in service.get("volumes").map(Node::items).unwrap_or_default().iter().enumerate() {
            let path = path.item(index);
            let kind = mount.text_of("type").unwrap_or_default();
            if kind == "cluster" || kind == "npipe" && !cfg!(windows) {
                let why = format!("there are no mounts of type {kind} here: use bind or volume");
                self.report.error(Code::Unsupported, mount.at, &path, why);
            }
            let said = mount.get("consistency").filter(|node| !node.is_zero() && !consistency);
            if let Some(node) = said {
                consistency = true;
                self.report.warning(Code::NotApplied, node.key, &path.key("consistency"), NOT_APPLIED);
            }
        }
    }

    /// What is mounted from a file keeps the owner and the mode that the file has.
    fn grants(&self, model: &Model, service: &Node, kind: &str) {
        let path = self.path.key(kind);
        for key in ["uid", "gid", "mode"] {
            let said = service.get(kind).map(Node::items).unwrap_or_default().iter().enumerate();
            let first = said.filter_map(|(index, grant)| Some((index, grant.get(key)?, grant))).find(
                |(_, node, grant)| {
                    let source = grant.text_of("source").unwrap_or_default();
                    let entry = model.tree.get(kind).and_then(|entries| entries.get(source));
                    node.data != Data::Null && entry.is_some_and(|entry| entry.get("file").is_some())
                },
            );
            if let Some((index, node, _)) = first {
                let why = "is not applied: it is mounted from a file, which keeps its own";
                self.report.warning(Code::NotApplied, node.key, &path.item(index).key(key), why);
            }
        }
    }
}

fn is_address(context: &str) -> bool {
    context.contains("://") || context.starts_with("git@") || context.starts_with("github.com/")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::compose::{Reader, Request, Severity, Wanted, load};

    struct One(&'static str);

    impl Reader for One {
        fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
            Ok((path == "/shop/compose.yaml").then(|| self.0.as_bytes().to_vec()))
        }
    }

    fn said(text: &'static str, offline: bool) -> (Vec<String>, Vec<String>) {
        let files = ["/shop/compose.yaml".to_owned()];
        let request = Request {
            files: &files,
            directory: "/shop",
            name: None,
            variables: &BTreeMap::new(),
            interpolate: true,
            wanted: Wanted::default(),
        };
        let (model, findings) = load(&request, &One(text));
        let findings = model.unwrap_or_else(|| panic!("{findings:?}")).for_containers(offline);
        let (warnings, errors): (Vec<_>, Vec<_>) =
            findings.iter().partition(|finding| finding.severity == Severity::Warning);
        let places = |findings: Vec<&crate::compose::Finding>| {
            findings.iter().map(|finding| format!("{}:{}", finding.line, finding.path)).collect()
        };
        (places(warnings), places(errors))
    }

    #[test]
    fn each_key_that_is_not_applied_is_told_once_a_service_with_its_line() {
        let (warnings, errors) = said(
            "services:\n  web:\n    image: x\n    attach: true\n    deploy: {mode: global, replicas: 1}\n    \
             build: {context: ., sbom: true}\n    volumes: [{type: bind, source: a, target: /a, consistency: cached},\n      \
             {type: bind, source: a, target: /b, consistency: cached}]\n    \
             secrets: [{source: s, mode: 0400}]\nsecrets: {s: {file: s}}\n",
            false,
        );
        let expected = [
            "4:services.web.attach",
            "6:services.web.build.sbom",
            "5:services.web.deploy.mode",
            "7:services.web.volumes[0].consistency",
            "9:services.web.secrets[0].mode",
        ];
        assert_eq!(warnings, expected);
        assert!(errors.is_empty(), "{errors:?}");
    }

    #[test]
    fn what_cannot_be_done_is_an_error() {
        let text = "services:\n  a: {image: x, provider: {type: p}, secrets: [s]}\n  \
                    b: {build: 'https://example.com/x.git', volumes: [{type: cluster, source: v, target: /v}]}\n\
                    secrets: {s: {external: true}}\n";
        let (_, errors) = said(text, true);
        let expected = [
            "2:services.a.provider",
            "3:services.b.build.context",
            "3:services.b.volumes[0]",
            "4:secrets.s.external",
        ];
        assert_eq!(errors, expected);
        assert_eq!(said(text, false).1.len(), 3);
    }
}
