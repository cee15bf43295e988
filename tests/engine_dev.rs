//! `dev` in its four modes, as a user runs it: stand-ins for core and the UI, cloned from repositories of this machine
//! (cli.md 3.2).
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/dev.rs"]
mod dev;
#[path = "support/engine.rs"]
mod engine;
#[path = "support/git.rs"]
mod host;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/project.rs"]
mod project;

use std::fs;
use std::path::Path;

use dev::{Dev, get};
use engine::{docker, json, text};
use host::bare;
use ports::free_ports;
use project::Project;
use serde_json::Value;

const STANDIN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/testbed/docker/standin");

impl Project {
    /// What a user has after `init` with the checkouts of these.
    fn new(test: &str, sources: &[&str]) -> Self {
        let mut project = Self::empty(&format!("d-{test}"));
        let hosted = project.beside().join("hosted/KubeOrch");
        fs::create_dir_all(&hosted).expect("a folder");
        let of = |name: &str, files: &[&str]| {
            let read = |file: &&str| fs::read_to_string(format!("{STANDIN}/{name}/{file}")).expect("a file");
            let texts: Vec<String> = files.iter().map(read).collect();
            let files: Vec<(&str, &str)> =
                files.iter().copied().zip(texts.iter().map(String::as_str)).collect();
            bare(&hosted, name, &files);
        };
        of("core", &["go.mod", "main.go"]);
        of("ui", &["package.json", "package-lock.json", "server.js"]);
        // GitHub of this user is this machine.
        let github = format!(
            "[url \"file://{}/hosted/\"]\n\tinsteadOf = https://github.com/\n",
            project.beside().display()
        );
        project.write(".home/.gitconfig", github);
        project.variables = vec![
            // Node and Go are where the tests find them.
            ("PATH", std::env::var_os("PATH").expect("a path")),
            ("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-build").into()),
            ("GOTOOLCHAIN", "local".into()),
            ("GOFLAGS", "-buildvcs=false".into()),
            ("ORCHCLI_PROJECT_NAME", project.name.clone().into()),
        ];
        let mut arguments = vec!["init".to_owned()];
        for source in sources {
            arguments.push(format!("--fork-{source}"));
        }
        for (service, port) in [("core", project.core), ("ui", project.ui), ("mongodb", project.mongodb)] {
            let image = if service == "mongodb" { "mongo" } else { service };
            arguments.extend(["--port".to_owned(), format!("{service}={port}")]);
            arguments.extend(["--image".to_owned(), format!("{service}=testbed/{image}:1")]);
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let made = project.run(&arguments);
        assert_eq!(made.status.code(), Some(0), "{}{}", text(&made.stdout), text(&made.stderr));
        project
    }

    fn dev(&self, arguments: &[&str]) -> Dev {
        Dev::start(self.command(&["dev"]).args(arguments))
    }

    /// The services whose containers are in this state.
    fn containers(&self, state: &str) -> Vec<String> {
        let project = format!("label=com.docker.compose.project={}", self.name);
        let (state, service) = (format!("status={state}"), "{{.Label \"com.docker.compose.service\"}}");
        let said = docker(&["ps", "-a", "--filter", &project, "--filter", &state, "--format", service]);
        let mut services: Vec<String> = said.lines().map(str::to_owned).collect();
        services.sort();
        services
    }

    /// How `status` sees the services: name, provider, whether it is ready.
    fn status(&self) -> Vec<(String, String, bool)> {
        let seen = json(&self.run(&["status", "-o", "json"]), 0);
        let services = seen["services"].as_array().expect("services").iter();
        let word = |value: &Value| value.as_str().expect("text").to_owned();
        let mut services: Vec<_> =
            services.map(|one| (word(&one["name"]), word(&one["provider"]), one["ready"] == true)).collect();
        services.sort();
        services
    }

    fn greet(&self, greeting: &str) {
        let path = self.path("core/main.go");
        let source = fs::read_to_string(format!("{STANDIN}/core/main.go")).expect("a file");
        fs::write(path, source.replace("\"core stand-in\"", greeting)).expect("a file");
    }

    fn greeting(&self) -> String {
        let answer = get(self.core, "/v1/").expect("core answers");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        answer["message"].as_str().expect("text").to_owned()
    }
}

fn ready(services: &[(&str, &str)]) -> Vec<(String, String, bool)> {
    services.iter().map(|(name, by)| ((*name).to_owned(), (*by).to_owned(), true)).collect()
}

#[test]
fn full_runs_the_database_in_a_container_and_core_and_the_ui_from_their_checkouts() {
    let project = Project::new("full", &["ui", "core"]);
    let mut dev = project.dev(&["--full"]);
    dev.until_all(&["mongodb | ", "core: ready after", "ui: ready after"]);
    assert_eq!(project.containers("running"), ["mongodb"]);
    assert_eq!(project.greeting(), "core stand-in");
    let expected = ready(&[("core", "source"), ("mongodb", "image"), ("ui", "source")]);
    assert_eq!(project.status(), expected);
    let page = get(project.ui, "/").expect("the UI answers");
    assert!(page.contains(&format!("data-api=\"http://localhost:{}/v1/api\"", project.core)), "{page}");

    project.greet("\"built again\"");
    dev.until("core: building");
    dev.until("core: ready after");
    assert_eq!(project.greeting(), "built again");
    project.greet("nothing of the kind");
    dev.until("core: the build failed");
    assert_eq!(project.greeting(), "built again", "what ran goes on");

    let before = project.read(".orchcli/run/core.json");
    let restarted = json(&project.run(&["restart", "core", "-o", "json"]), 0);
    assert_eq!(restarted["restarted"], serde_json::json!(["core"]), "{restarted}");
    assert_eq!(restarted["services"][0]["ready"], true, "{restarted}");
    assert_ne!(project.read(".orchcli/run/core.json"), before);
    let all = json(&project.run(&["restart", "-o", "json"]), 0);
    assert_eq!(all["restarted"], serde_json::json!(["mongodb", "core", "ui"]), "{all}");
    let unknown = project.run(&["restart", "cor"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", text(&unknown.stderr));
    let logs = text(&project.run(&["logs", "core"]).stdout);
    assert!(
        logs.contains("core    | built again on :") || logs.contains("core | built again on :"),
        "{logs}"
    );
    let second = project.run(&["dev", "--full"]);
    assert_eq!(second.status.code(), Some(6), "{}", text(&second.stderr));

    assert_eq!(dev.end(), 0, "{}", dev.said());
    assert!(get(project.core, "/v1/").is_none() && get(project.ui, "/").is_none());
    assert_eq!(
        (project.containers("running").len(), project.containers("exited")),
        (0, vec!["mongodb".to_owned()])
    );
    assert_eq!(fs::read_dir(project.path(".orchcli/run")).expect("the folder").count(), 0, "nothing is left");
}

#[test]
fn one_mode_after_the_other_takes_over_what_the_one_before_left() {
    let project = Project::new("modes", &["ui", "core"]);
    // What ran before dev goes on after it.
    let mut dev = project.dev(&["--frontend-only", "--keep"]);
    dev.until_all(&["ui: ready after", "core    | core stand-in on :3000"]);
    assert_eq!(project.containers("running"), ["core", "mongodb"]);
    let expected = ready(&[("core", "image"), ("mongodb", "image"), ("ui", "source")]);
    assert_eq!(project.status(), expected);
    assert_eq!(dev.end(), 0, "{}", dev.said());
    assert_eq!(project.containers("running"), ["core", "mongodb"], "--keep leaves them");

    let mut dev = project.dev(&["--full"]);
    dev.until("core: ready after");
    assert_eq!(project.containers("running"), ["mongodb"], "core's container made room");
    assert_eq!(dev.end(), 0, "{}", dev.said());
    assert_eq!(project.containers("running"), ["mongodb"], "it ran before");

    let mut dev = project.dev(&["--backend-only"]);
    dev.until("core: ready after");
    assert_eq!(project.containers("running"), ["mongodb", "ui"]);
    let expected = ready(&[("core", "source"), ("mongodb", "image"), ("ui", "image")]);
    assert_eq!(project.status(), expected);
    assert_eq!(dev.end(), 0, "{}", dev.said());
    assert_eq!(project.containers("running"), ["mongodb"]);

    let mut dev = project.dev(&["--frontend-only", "--core", "embedded"]);
    dev.until("ui: ready after");
    assert_eq!(project.containers("running"), ["mongodb"], "nobody needs it, and it ran before");
    let expected = ready(&[("core", "embedded"), ("mongodb", "image"), ("ui", "source")]);
    assert_eq!(project.status(), expected, "what runs is told");
    assert_eq!(dev.end(), 0, "{}", dev.said());

    let mut dev = project.dev(&["--production"]);
    dev.until("ui: at http://localhost:");
    assert_eq!(project.containers("running"), ["core", "mongodb", "ui"]);
    assert_eq!(project.greeting(), "core stand-in");
    let stopped = json(&project.run(&["stop", "-o", "json"]), 0);
    assert_eq!(stopped["removed"]["containers"].as_array().map(Vec::len), Some(3), "{stopped}");
    assert_eq!(dev.code(), 0, "with nothing left it ends: {}", dev.said());
}

#[test]
fn a_plan_tells_containers_and_processes_and_a_taken_port_stops_both() {
    let project = Project::new("plan", &["ui", "core"]);
    let plan = json(&project.run(&["dev", "--full", "--dry-run", "-o", "json"]), 0);
    let ids: Vec<&str> =
        plan["steps"].as_array().expect("steps").iter().filter_map(|step| step["id"].as_str()).collect();
    assert!(ids.iter().any(|id| id.contains("mongodb")), "{ids:?}");
    assert!(ids.ends_with(&["run.core", "run.ui"]), "{ids:?}");
    let taken = std::net::TcpListener::bind(("127.0.0.1", project.ui)).expect("the port");
    let refused = json(&project.run(&["dev", "--full", "--dry-run", "-o", "json"]), 6);
    assert_eq!(refused["error"]["code"], "PORT_BUSY", "{refused}");
    assert!(project.containers("created").is_empty() && project.containers("running").is_empty());
    let mut dev = project.dev(&["--full", "--auto-port"]);
    dev.until_all(&["core: ready after", "ui: started"]);
    let record = project.read(".orchcli/run/ui.json");
    let record: Value = serde_json::from_str(&record).expect("JSON");
    assert_ne!(record["port"], project.ui, "{record}");
    drop(taken);
    let stopped = json(&project.run(&["stop", "-o", "json"]), 0);
    assert_eq!(stopped["stopped"][0], "core", "{stopped}");
    assert_eq!(dev.code(), 0, "{}", dev.said());
    assert!(project.containers("running").is_empty());
}

#[test]
fn core_is_built_and_run_in_a_container_where_go_is_not_to_be_needed() {
    let project = Project::new("contained", &["core"]);
    let command = |arguments: &[&str]| {
        let mut command = project.command(&["dev", "--backend-only"]);
        command.args(arguments).env("ORCHCLI_IMAGE_GO", "testbed/golang:1");
        // Whoever owns the checkout.
        command.env("ORCHCLI_UID", "12345").env("ORCHCLI_GID", "12345");
        command
    };
    let mut dev = Dev::start(&mut command(&["--core-runner", "container", "--env", "EXTRA=more"]));
    dev.until_all(&["core: at http://localhost:", &format!("ui: at http://localhost:{}", project.ui)]);
    assert_eq!(project.containers("running"), ["core", "mongodb", "ui"]);
    assert_eq!(project.greeting(), "core stand-in");
    assert!(get(project.ui, "/login").is_some_and(|page| page.contains("UI stand-in")));
    assert!(get(project.ui, "/workflows").is_some_and(|answer| answer.contains("/v1/api/workflows")));
    let container = format!("{}-core-1", project.name);
    assert!(get(project.core, "/v1/").is_some_and(|answer| answer.contains("\"EXTRA\"")));
    let expected = ready(&[("core", "source"), ("mongodb", "image"), ("ui", "image")]);
    assert_eq!(project.status(), expected);
    let mut status = project.command(&["status", "-o", "json"]);
    status
        .env("ORCHCLI_IMAGE_GO", "testbed/golang:1")
        .env("ORCHCLI_UID", "12345")
        .env("ORCHCLI_GID", "12345");
    let status = json(&status.output().expect("orchcli runs"), 0);
    assert_eq!(status["pending"], serde_json::json!([]), "what dev made of it is as it should be: {status}");
    let owner =
        docker(&["exec", &container, "stat", "-c", "%u:%g", "/go/build", "/go/pkg/mod", "/go/build/core"]);
    assert_eq!(owner, "12345:12345\n12345:12345\n12345:12345", "the volumes are whose user builds in them");

    project.greet("\"built in there\"");
    dev.until("core: building");
    dev.until("core: ready after");
    assert_eq!(project.greeting(), "built in there");
    project.greet("nothing of the kind");
    dev.until("core: the build failed");
    assert_eq!(project.greeting(), "built in there", "what ran goes on");
    let started = docker(&["inspect", "-f", "{{.State.StartedAt}}", &container]);
    let restarted = json(&project.run(&["restart", "core", "-o", "json"]), 0);
    assert_eq!(restarted["restarted"], serde_json::json!(["core"]), "{restarted}");
    assert_ne!(docker(&["inspect", "-f", "{{.State.StartedAt}}", &container]), started);
    assert_eq!(dev.end(), 0, "{}", dev.said());
    assert_eq!(project.containers("exited"), ["core", "mongodb", "ui"]);

    // A Go that is too old is no reason to stop when core alone is worked on.
    fs::write(project.path("core/go.mod"), "module example.com/core\n\ngo 1.99\n").expect("a file");
    let plan = json(&command(&["--dry-run", "-o", "json"]).output().expect("orchcli runs"), 0);
    let steps = plan["steps"].as_array().expect("steps");
    assert!(steps.iter().all(|step| step["id"] != "run.core"), "{plan}");
    assert!(
        steps.iter().any(|step| step["target"]
            .as_str()
            .is_some_and(|target| target == format!("container {container}"))),
        "{plan}"
    );

    fs::write(project.path("docker/docker-compose.hybrid-core.yml"), "services: {mongodb: {image: mongo}}\n")
        .expect("a file");
    let edited = json(&command(&["--dry-run", "-o", "json"]).output().expect("orchcli runs"), 6);
    assert_eq!(edited["error"]["code"], "FILE_EDITED", "{edited}");
    assert!(
        edited["error"]["message"].as_str().is_some_and(|said| said.contains("no service core")),
        "{edited}"
    );
}

#[test]
fn status_takes_what_runs_at_other_ports_for_what_is_wanted() {
    let project = Project::new("ports", &["ui"]);
    let [core, ui] = free_ports();
    let ports = [format!("core={core}"), format!("ui={ui}")];
    let mut dev = project.dev(&["--frontend-only", "--port", &ports[0], "--port", &ports[1]]);
    dev.until("ui: ready after");
    let status = json(&project.run(&["status", "-o", "json"]), 0);
    assert_eq!(status["pending"], serde_json::json!([]), "{status}");
    assert!(get(core, "/v1/").is_some() && get(project.core, "/v1/").is_none());
    assert_eq!(dev.end(), 0, "{}", dev.said());
    let later = json(&project.run(&["start", "-d", "--dry-run", "-o", "json"]), 0);
    let steps = later["steps"].as_array().expect("steps");
    assert!(
        steps.iter().any(|step| step["id"] == "container.core-1" && step["action"] == "change"),
        "{later}"
    );
}

#[test]
fn a_checkout_that_is_not_there_is_got_when_the_user_agrees() {
    let project = Project::new("missing", &["ui"]);
    let refused = json(&project.run(&["dev", "--full", "--no-input", "--dry-run", "-o", "json"]), 3);
    assert_eq!(refused["error"]["code"], "INIT_INCOMPLETE");
    assert_eq!(refused["error"]["hint"], "get it: orchcli init --fork-core", "{refused}");
    let mut dev = project.dev(&["--full", "--yes"]);
    dev.until("cloning KubeOrch/core: main at");
    dev.until("core: ready after");
    assert_eq!(project.greeting(), "core stand-in");
    assert_eq!(dev.end(), 0, "{}", dev.said());
}
