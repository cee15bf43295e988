use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::*;
use crate::compose::{Model, Reader, Request, Variables, Wanted, load};

struct One(&'static str);

impl Reader for One {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok((path == "/shop/compose.yaml").then(|| self.0.as_bytes().to_vec()))
    }
}

fn model(text: &'static str) -> Model {
    let variables: Variables = BTreeMap::from([("TOKEN".to_owned(), "hush".to_owned())]);
    let files = ["/shop/compose.yaml".to_owned()];
    let request = Request {
        files: &files,
        directory: "/shop",
        name: None,
        variables: &variables,
        interpolate: true,
        wanted: Wanted::default(),
    };
    let (model, findings) = load(&request, &One(text));
    model.unwrap_or_else(|| panic!("{findings:?}"))
}

const SHOP: &str = r#"
services:
  web:
    image: web
    command: sh -c 'echo $$HOME'
    environment: {A: "$$1", B: }
    ports: ["127.0.0.1:8000:80", "53/udp"]
    volumes: ["data:/data:ro", ./src:/src, {type: tmpfs, target: /t, tmpfs: {size: 1m, mode: 0755}}]
    healthcheck: {test: "true", interval: 1m30s, retries: 2}
    mem_limit: 64m
    memswap_limit: -1
    cpus: 0.5
    restart: on-failure:3
    network_mode: service:db
    pull_policy: every_12h
    stop_grace_period: 1.5s
    ulimits: {nofile: 10, core: {soft: 1, hard: 2}}
    secrets: [{source: token, mode: 0400}]
    scale: 2
  db: {build: {context: ., args: {X: 1}}, depends_on: {job: {condition: service_completed_successfully}}}
  job: {image: job, networks: {back: {ipv4_address: 10.0.0.2}}}
networks: {back: {ipam: {config: [{subnet: 10.0.0.0/24}]}}}
volumes: {data: }
secrets: {token: {environment: TOKEN}}
"#;

#[test]
fn a_service_is_read_into_types() {
    let stack = model(SHOP).stack().unwrap();
    assert_eq!(stack.services.keys().collect::<Vec<_>>(), ["web", "db", "job"]);
    let web = &stack.services["web"];
    assert_eq!(web.command.as_deref().unwrap(), ["sh", "-c", "echo $HOME"]);
    assert_eq!(web.environment["A"].as_deref(), Some("$1"));
    assert_eq!(web.environment["B"], None);
    assert_eq!((web.ports[0].target, web.ports[0].published.as_deref()), (80, Some("8000")));
    assert_eq!((web.ports[1].protocol.as_str(), web.ports[1].published.as_deref()), ("udp", None));
    assert_eq!((web.mem_limit, web.memswap_limit, web.cpus), (Some(67_108_864), Some(-1), Some(0.5)));
    assert_eq!(web.restart, Some(Restart::OnFailure(Some(3))));
    assert_eq!(web.network_mode, Some(Namespace::Service("db".to_owned())));
    assert_eq!(web.pull_policy, Some(PullPolicy::Every(Duration::from_hours(12))));
    assert_eq!(web.stop_grace_period, Some(Duration::from_millis(1500)));
    assert_eq!(web.ulimits["nofile"], Ulimit { soft: 10, hard: 10 });
    assert_eq!(
        (web.secrets[0].target.as_deref(), web.secrets[0].mode),
        (Some("/run/secrets/token"), Some(0o400))
    );
    assert_eq!((web.replicas(), stack.services["job"].replicas()), (2, 1));
    let health = web.healthcheck.as_ref().unwrap();
    assert_eq!((health.interval, health.retries), (Some(Duration::from_secs(90)), Some(2)));
}

#[test]
fn mounts_networks_and_builds_are_read_into_types() {
    let stack = model(SHOP).stack().unwrap();
    let mounts = &stack.services["web"].volumes;
    assert_eq!((mounts[0].kind, mounts[0].read_only), (MountKind::Volume, true));
    assert_eq!((mounts[1].kind, mounts[1].source.as_deref()), (MountKind::Bind, Some("/shop/src")));
    assert!(mounts[1].bind.create_host_path);
    assert_eq!((mounts[2].tmpfs.size, mounts[2].tmpfs.mode), (Some(1_048_576), Some(0o755)));
    assert_eq!(stack.networks["back"].name, "shop_back");
    assert_eq!(stack.networks["back"].ipam.config[0].subnet.as_deref(), Some("10.0.0.0/24"));
    let joined = stack.services["job"].networks["back"].as_ref().unwrap();
    assert_eq!(joined.ipv4_address.as_deref(), Some("10.0.0.2"));
    assert_eq!(stack.volumes["data"].name, "shop_data");
    let db = &stack.services["db"];
    assert_eq!(db.build.as_ref().unwrap().args["X"], "1");
    assert_eq!(db.depends_on["job"].condition, Condition::Completed);
    assert_eq!(db.image_name("shop", "db"), "shop-db");
}

#[test]
fn a_secret_of_the_environment_has_the_value_of_its_variable_and_does_not_show_it() {
    let stack = model(SHOP).stack().unwrap();
    assert_eq!(stack.secrets["token"].content.as_ref().unwrap().0.expose_secret(), "hush");
    assert!(!format!("{stack:?}").contains("hush"));
}

#[test]
fn a_value_that_no_engine_takes_is_told_with_its_path() {
    let error = model("services: {web: {image: x, restart: sometimes}}").stack().unwrap_err();
    assert_eq!(error.path, "services.web.restart");
    assert!(error.to_string().contains("unless-stopped"), "{error}");
}
