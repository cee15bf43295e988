//! The gateway before the UI of a stack, as `start` and `dev` run it and the other commands know it (cli.md 5.5).
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]
#![cfg(unix)]

#[path = "support/dev.rs"]
mod dev;
#[path = "support/engine.rs"]
mod engine;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/project.rs"]
mod project;

use std::fs;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use dev::{Dev, get};
use engine::{docker, json, text};
use ports::free_ports;
use project::Project;
use serde_json::{Value, json};

impl Project {
    /// One from images.
    fn new(test: &str, more: &str) -> Self {
        let project = Self::empty(&format!("g-{test}"));
        let Self { name, core, ui, mongodb, .. } = &project;
        let yaml = format!(
            "version: 1\nname: {name}\nservices:\n  core: {{image: 'testbed/core:1', port: {core}}}\n  \
             mongodb: {{image: 'testbed/mongo:1', port: {mongodb}}}\n  ui: {{image: 'testbed/ui:1', port: {ui}{more}}}\n"
        );
        project.write("orchcli.yaml", yaml);
        // Looked at more often, they are seen to be healthy sooner.
        let often = "{healthcheck: {interval: 500ms}}";
        let often = format!("services: {{mongodb: {often}, core: {often}, ui: {often}}}\n");
        project.write("orchcli.override.yaml", often);
        project
    }

    fn service(document: &Value) -> &Value {
        document["services"].as_array().unwrap().iter().find(|service| service["name"] == "ui").unwrap()
    }

    /// The gateway that runs.
    fn pid(&self) -> u64 {
        let record = self.read(".orchcli/run/ui.json");
        serde_json::from_str::<Value>(&record).unwrap()["pid"].as_u64().unwrap()
    }

    /// Where the engine publishes the UI's container.
    fn published(&self) -> String {
        docker(&["port", &format!("{}-ui-1", self.name), "3001/tcp"])
    }

    fn url(&self) -> String {
        format!("http://localhost:{}", self.ui)
    }

    /// That pages come from the UI and the API from core, at the one address.
    #[track_caller]
    fn answers(&self) {
        assert!(get(self.ui, "/login").unwrap().contains("UI stand-in"));
        assert!(get(self.ui, "/v1/api/profile").unwrap().contains("\"path\":\"/v1/api/profile\""));
        assert!(get(self.ui, "/workflows").unwrap().contains("\"path\":\"/v1/api/workflows\""));
    }
}

/// Kills a process, and waits until it runs no more.
fn killed(pid: u64) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
    // Whose end nobody has asked for yet is still there, and runs no more.
    let runs = |stat: String| !stat.contains(") Z ");
    while fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(runs) {
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_stack_has_one_address_for_pages_and_api_and_every_command_knows_it() {
    let project = Project::new("all", "");
    let started = json(&project.run(&["start", "-d", "-o", "json"]), 0);
    let ui = Project::service(&started);
    assert_eq!(
        (&ui["provider"], &ui["ready"], &ui["url"]),
        (&"image".into(), &true.into(), &project.url().into())
    );
    project.answers();
    let aside = project.published();
    assert!(aside.starts_with("127.0.0.1:") && !aside.ends_with(&format!(":{}", project.ui)), "{aside}");

    let pid = project.pid();
    let again = project.run(&["start", "-d"]);
    assert!(text(&again.stdout).starts_with("= up to date\n"), "{}", text(&again.stdout));
    assert_eq!(project.pid(), pid);
    let status = json(&project.run(&["status", "--check", "-o", "json"]), 0);
    assert_eq!(Project::service(&status)["url"], project.url());
    assert_eq!(status["gateway"], json!({"url": project.url(), "running": true}));
    let logs = text(&project.run(&["logs", "ui"]).stdout);
    assert!(logs.contains("ui stand-in on") && logs.contains("gateway on http://127.0.0.1:"), "{logs}");
    assert_eq!(text(&project.run(&["exec", "ui", "echo", "in the container"]).stdout), "in the container\n");
    let looked = json(&project.run(&["debug", "-o", "json", "--check", "svc.ui,port.ui,cors"]), 0);
    let summary = |id: &str| {
        let checks = looked["checks"].as_array().unwrap();
        checks.iter().find(|check| check["id"] == id).unwrap()["summary"].as_str().unwrap().to_owned()
    };
    assert_eq!(summary("svc.ui.apiBase"), format!("the gateway at {} has the API of core", project.url()));
    assert!(summary("svc.ui.http").contains(&format!(":{}/ answers 200", project.ui)));
    assert_eq!(summary("port.ui"), format!("{} is ours", project.ui));

    let restarted = json(&project.run(&["restart", "ui", "-o", "json"]), 0);
    assert_eq!(
        (&restarted["restarted"], &Project::service(&restarted)["ready"]),
        (&json!(["ui"]), &true.into())
    );
    assert_ne!(project.pid(), pid);
    project.answers();

    // Provided otherwise, it has no container any more.
    let file = project.path("orchcli.yaml");
    let otherwise =
        fs::read_to_string(&file).unwrap().replace("{image: 'testbed/ui:1'", "{provider: embedded");
    fs::write(&file, otherwise).unwrap();
    let switched = json(&project.run(&["start", "-d", "-o", "json"]), 0);
    assert_eq!(switched["removed"], json!([format!("{}-ui-1", project.name)]), "{switched}");
    assert_eq!(Project::service(&switched)["provider"], "embedded");
    assert!(get(project.ui, "/").unwrap().contains("orchcli is running"));

    let stopped = text(&project.run(&["stop"]).stdout);
    assert!(stopped.starts_with("ended ui, stopped 2 containers"), "{stopped}");
    assert_eq!(get(project.ui, "/"), None);
    assert_eq!(text(&project.run(&["stop"]).stdout), "= nothing running\n");
}

#[test]
fn a_gateway_that_was_killed_is_missed_and_stands_again() {
    let project = Project::new("killed", "");
    json(&project.run(&["start", "-d", "-o", "json"]), 0);
    killed(project.pid());
    let status = project.run(&["status", "--check"]);
    assert_eq!(status.status.code(), Some(7));
    assert!(text(&status.stdout).contains("ui: its gateway does not run: orchcli start -d ui"));
    let looked = project.run(&["debug", "--check", "svc.ui.http"]);
    assert_eq!(looked.status.code(), Some(7), "{}", text(&looked.stdout));
    let started = json(&project.run(&["start", "-d", "-o", "json"]), 0);
    assert_eq!(Project::service(&started)["ready"], true);
    project.answers();
}

#[test]
fn somebody_at_the_containers_port_is_evaded_and_at_the_uis_is_told() {
    let project = Project::new("taken", "");
    let aside = project.ui.checked_add(10_000).unwrap_or_else(|| project.ui - 10_000);
    let _aside = TcpListener::bind(("127.0.0.1", aside)).unwrap();
    let held = TcpListener::bind(("127.0.0.1", project.ui)).unwrap();
    let busy = json(&project.run(&["start", "-d", "-o", "json"]), 6);
    assert_eq!(
        (&busy["error"]["code"], &busy["error"]["details"]["ports"][0]["port"]),
        (&"PORT_BUSY".into(), &project.ui.into()),
        "{busy}"
    );
    drop(held);
    json(&project.run(&["start", "-d", "-o", "json"]), 0);
    project.answers();
    let published = project.published();
    assert!(!published.ends_with(&format!(":{aside}")), "{published}");
    json(&project.run(&["start", "-d", "-o", "json"]), 0);
    assert_eq!(project.published(), published, "it is kept");
}

#[test]
fn the_console_of_this_program_needs_no_core_of_this_program() {
    let project = Project::new("console", ", provider: embedded");
    let output = project.run(&["start", "-d", "-o", "json"]);
    let started = json(&output, 0);
    let ui = Project::service(&started);
    assert_eq!(
        (&ui["provider"], &ui["ready"], &ui["url"]),
        (&"embedded".into(), &true.into(), &project.url().into())
    );
    assert_eq!(started["warnings"][0]["code"], "NO_CONSOLE", "{started}");
    assert!(get(project.ui, "/").unwrap().contains("orchcli is running"));
    assert!(get(project.ui, "/v1/").unwrap().contains("core stand-in"));
    let refused = project.run(&["exec", "ui", "true"]);
    assert_eq!(refused.status.code(), Some(7), "{}", text(&refused.stderr));
    let stopped = json(&project.run(&["stop", "ui", "-o", "json"]), 0);
    assert_eq!(stopped["stopped"], json!(["ui"]));
    assert_eq!(get(project.ui, "/"), None);
    assert!(get(project.core, "/v1/").is_some());
}

#[test]
fn the_files_alone_publish_the_ui_where_it_is_looked_for() {
    let project = Project::new("files", "");
    json(&project.run(&["start", "-d", "-o", "json"]), 0);
    project.run(&["stop"]);
    let file = project.path("docker/docker-compose.prod.yml");
    let compose = std::env::var("ORCHCLI_DOCKER_COMPOSE").expect("needs Docker Compose: run tests/run.sh");
    let output = engine::command(compose, &project.path(""))
        .env("ORCHCLI_PORT_UI", project.ui.to_string())
        .args(["-f", file.to_str().unwrap(), "config", "--format", "json"])
        .output()
        .unwrap();
    let model = json(&output, 0);
    assert_eq!(model["services"]["ui"]["ports"][0]["published"], project.ui.to_string());
}

#[test]
fn dev_stands_before_the_ui_as_long_as_it_runs_and_leaves_what_stood_before() {
    let project = Project::new("dev", "");
    let mut dev = Dev::start(&mut project.command(&["dev"]));
    dev.until(&format!("ui: at {}", project.url()));
    project.answers();
    let mine = project.pid();
    killed(mine);
    dev.until("ui: ready after");
    project.answers();
    assert_eq!(dev.end(), 0, "{}", dev.said());
    assert_eq!(get(project.ui, "/"), None);

    json(&project.run(&["start", "-d", "-o", "json"]), 0);
    let stood = project.pid();
    let mut dev = Dev::start(&mut project.command(&["dev"]));
    dev.until(&format!("ui: at {}", project.url()));
    assert_eq!((project.pid(), dev.end()), (stood, 0));
    assert_eq!(project.pid(), stood);
    project.answers();
}

#[test]
fn two_starts_at_once_agree_and_a_stop_beside_them_is_one_or_the_other() {
    let project = Project::new("at-once", "");
    json(&project.run(&["start", "-d", "-o", "json"]), 0);
    project.run(&["stop", "ui"]);
    let both = [(); 2].map(|()| project.command(&["start", "-d", "--auto-port"]).spawn().unwrap());
    for mut one in both {
        assert_eq!(one.wait().unwrap().code(), Some(0));
    }
    project.answers();
    for _ in 0..3 {
        let mut stop = project.command(&["stop", "ui"]).spawn().unwrap();
        let started = project.run(&["start", "-d", "--no-wait"]);
        assert_eq!(started.status.code(), Some(0), "{}", text(&started.stderr));
        assert_eq!(stop.wait().unwrap().code(), Some(0));
    }
    json(&project.run(&["start", "-d", "-o", "json"]), 0);
    project.answers();
}

#[test]
fn a_run_of_others_leaves_it_standing_and_the_same_run_looks_after_it() {
    let project = Project::new("others", "");
    json(&project.run(&["start", "-d", "-o", "json"]), 0);
    let stood = project.pid();
    let mut dev = Dev::start(&mut project.command(&["dev", "--only", "mongodb"]));
    dev.until("mongodb |");
    assert_eq!((dev.end(), project.pid()), (0, stood));
    project.answers();

    let mut dev = Dev::start(&mut project.command(&["dev"]));
    dev.until(&format!("ui: at {}", project.url()));
    assert_eq!(project.pid(), stood);
    killed(stood);
    dev.until("ui: ready after");
    let restarted = json(&project.run(&["restart", "ui", "-o", "json"]), 0);
    assert_eq!(restarted["restarted"], json!(["ui"]), "{restarted}");
    assert_eq!(dev.end(), 0, "{}", dev.said());
    project.answers();
    let stopped = text(&project.run(&["stop", "ui"]).stdout);
    assert!(stopped.starts_with("ended ui"), "nobody looks after it any more: {stopped}");
}

#[test]
fn one_that_is_not_wanted_any_more_goes_and_one_whose_neighbour_moved_follows() {
    let project = Project::new("moved", "");
    json(&project.run(&["start", "-d", "-o", "json"]), 0);
    let file = project.path("orchcli.yaml");
    let said = fs::read_to_string(&file).unwrap();
    // Core elsewhere, and nothing else is started.
    let [core, ui] = free_ports();
    fs::write(&file, said.replace(&format!("port: {}", project.core), &format!("port: {core}"))).unwrap();
    let status = json(&project.run(&["status", "-o", "json"]), 0);
    let pending = status["pending"].to_string();
    assert!(pending.contains("its gateway stands between other places"), "{pending}");
    json(&project.run(&["start", "-d", "core", "-o", "json"]), 0);
    assert!(get(project.ui, "/v1/").unwrap().contains("core stand-in"));

    // Its own port elsewhere: the container stays where it is until it is made anew.
    fs::write(
        &file,
        fs::read_to_string(&file).unwrap().replace(&format!("port: {}", project.ui), &format!("port: {ui}")),
    )
    .unwrap();
    json(&project.run(&["restart", "ui", "-o", "json"]), 0);
    assert!(get(ui, "/login").unwrap().contains("UI stand-in"));
    assert_eq!(get(project.ui, "/"), None);

    fs::write(&file, fs::read_to_string(&file).unwrap().replace("{image: 'testbed/ui:1'", "{provider: none"))
        .unwrap();
    let plan = json(&project.run(&["start", "--dry-run", "-o", "json"]), 0);
    assert!(plan["steps"].to_string().contains("no gateway is wanted any more"), "{plan}");
    json(&project.run(&["start", "-d", "-o", "json"]), 0);
    assert_eq!(get(ui, "/"), None);
}

#[test]
fn a_container_at_the_uis_own_port_has_no_gateway_and_is_told_how_to_get_one() {
    let project = Project::new("room", "");
    json(&project.run(&["start", "-d", "-o", "json"]), 0);
    let file = project.path("docker/docker-compose.prod.yml");
    let edited = fs::read_to_string(&file)
        .unwrap()
        .replace("ORCHCLI_PORT_UI_CONTAINER:-${ORCHCLI_PORT_UI:-3001}}", "ORCHCLI_PORT_UI}");
    fs::write(&file, &edited).unwrap();
    let output = project.run(&["start", "-d", "-o", "json"]);
    let started = json(&output, 0);
    assert_eq!(
        (&Project::service(&started)["ready"], &Project::service(&started)["url"]),
        (&true.into(), &project.url().into())
    );
    assert!(project.published().ends_with(&format!(":{}", project.ui)));
    fs::remove_file(&file).unwrap();
    let kept = project.run(&["restart", "ui"]);
    assert_eq!(kept.status.code(), Some(0), "{}", text(&kept.stderr));
    assert!(
        text(&kept.stderr).contains("orchcli restart --recreate ui makes room"),
        "{}",
        text(&kept.stderr)
    );
    json(&project.run(&["restart", "--recreate", "ui", "-o", "json"]), 0);
    project.answers();
}

#[test]
fn who_has_its_address_is_told_and_nothing_half_done_stays() {
    let project = Project::new("address", ", provider: embedded");
    let file = project.path("orchcli.yaml");
    let yaml = fs::read_to_string(&file).unwrap().replace("image: 'testbed/core:1'", "provider: embedded");
    fs::write(&file, format!("{yaml}bind: '::1'\n")).unwrap();
    let started = json(&project.run(&["start", "-d", "-o", "json"]), 0);
    let ui = Project::service(&started);
    assert_eq!((&ui["ready"], &ui["url"]), (&true.into(), &format!("http://[::1]:{}", project.ui).into()));
    project.run(&["stop"]);

    let held = TcpListener::bind(("127.0.0.2", project.ui)).unwrap();
    fs::write(&file, format!("{yaml}bind: 127.0.0.2\n")).unwrap();
    let busy = json(&project.run(&["start", "-d", "-o", "json"]), 6);
    assert_eq!(busy["error"]["code"], "PORT_BUSY");
    assert_eq!(get(project.core, "/v1/"), None, "nothing was started");
    drop(held);
    // An address that this machine has not.
    fs::write(&file, format!("{yaml}bind: 192.0.2.1\n")).unwrap();
    let mut failed = Dev::start(&mut project.command(&["dev"]));
    failed.until("cannot listen on 192.0.2.1");
    assert_ne!(failed.code(), 0);
    assert_eq!(get(project.core, "/v1/"), None, "core within this program has ended too");
}
