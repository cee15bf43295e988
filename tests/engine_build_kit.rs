//! Builds with what BuildKit alone can do: secrets, the ssh agent, its own way to ask for files. An engine that builds by
//! the classic builder refuses them before anything is made.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::Output;

use engine::{docker, json, text};
use serde_json::{Value, json};
use stack::Stack;

/// Whether the engine of the bed builds by BuildKit.
fn has_build_kit() -> bool {
    engine::api() >= (1, 42)
}

/// An image of a service that is built of `src`, gone with the value.
struct Built(Stack);

impl Built {
    /// `more` is what else is said of the build.
    fn new(name: &str, dockerfile: &str, more: &str, top: &str) -> Self {
        let build = format!("context: src, network: none{more}");
        let compose = format!(
            "services:\n  web: {{build: {{{build}}}, network_mode: none, healthcheck: {{disable: true}}, init: true, stop_grace_period: 1s, command: [sleep, '1000']}}\n{top}"
        );
        let stack = Stack::new(name, &compose);
        fs::create_dir(stack.folder().join("src")).unwrap();
        stack.write("src/Dockerfile", dockerfile);
        Self(stack)
    }

    fn start(&self, environment: &[(&str, &str)]) -> Output {
        let mut command = self.0.command(&["start", "-d", "--build", "-o", "json"]);
        command.envs(environment.iter().copied()).output().unwrap()
    }

    fn read(&self, command: &[&str]) -> String {
        docker(&[&["exec", &self.0.container("web", 1)], command].concat())
    }

    /// What an engine with the classic builder says; whether this was one.
    fn is_refused(&self, output: &Output) -> bool {
        if has_build_kit() {
            return false;
        }
        let error = &json(output, 5)["error"];
        assert!(error["message"].as_str().unwrap().contains("needs BuildKit"), "{error}");
        assert_eq!(docker(&["ps", "-aq", "--filter", &format!("name={}", self.0.project())]), "");
        true
    }
}

impl Drop for Built {
    fn drop(&mut self) {
        let image = format!("{}-web", self.0.project());
        let _ = std::process::Command::new("docker")
            .args(["image", "rm", "-f", &image])
            .env("DOCKER_HOST", engine::host())
            .output();
    }
}

#[test]
fn secrets_are_there_while_they_are_needed_and_nowhere_afterwards() {
    let dockerfile = "FROM testbed/busybox:1\n\
        RUN --mount=type=secret,id=file --mount=type=secret,id=variable \\\n  \
        cat /run/secrets/file /run/secrets/variable | md5sum >/sum && cat /run/secrets/variable\n\
        RUN ls /run/secrets >/left 2>&1 || true\n";
    let top = "secrets: {file: {file: ./token}, variable: {environment: TOKEN}}\n";
    let built = Built::new("secrets", dockerfile, ", secrets: [file, variable]", top);
    built.0.write("token", "from-a-file ");
    let output = built.start(&[("TOKEN", "from-a-variable")]);
    if built.is_refused(&output) {
        return;
    }
    json(&output, 0);
    assert_eq!(built.read(&["cat", "/sum"]), format!("{:x}  -", md5("from-a-file from-a-variable")));
    assert_eq!(built.read(&["cat", "/left"]), "ls: /run/secrets: No such file or directory");
    let history = docker(&["history", "--no-trunc", &format!("{}-web", built.0.project())]);
    for said in [history, text(&output.stdout), text(&output.stderr)] {
        assert!(!said.contains("from-a-file") && !said.contains("from-a-variable"), "{said}");
    }
}

fn md5(text: &str) -> u128 {
    use md5::Digest;
    u128::from_be_bytes(md5::Md5::digest(text).into())
}

#[test]
fn a_secret_that_is_not_there_is_named() {
    let dockerfile =
        "FROM testbed/busybox:1\nRUN --mount=type=secret,id=s,required=true cat /run/secrets/s\n";
    let built = Built::new("nosecret", dockerfile, ", secrets: [s]", "secrets: {s: {file: ./missing}}\n");
    let output = built.start(&[]);
    if built.is_refused(&output) {
        return;
    }
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(!output.status.success(), "{error}");
    assert!(error.to_string().contains("secret s") && error.to_string().contains("missing"), "{error}");
}

#[test]
fn the_ssh_agent_answers_the_commands_of_a_build() {
    // What the agent is asked for does not matter: that its answer arrives does.
    let ask = "const s = require('net').connect(process.env.SSH_AUTH_SOCK, () => s.write('ask')); \
               s.once('data', (d) => { require('fs').writeFileSync('/answer', d); s.end() })";
    let dockerfile = format!("FROM testbed/ui:1\nRUN --mount=type=ssh node -e \"{ask}\"\n");
    let built = Built::new("agent", &dockerfile, ", ssh: [default]", "");
    let socket = built.0.folder().join("agent");
    let agent = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        for mut client in agent.incoming().flatten() {
            let mut asked = [0; 3];
            if client.read_exact(&mut asked).is_ok() {
                let _ = client.write_all(b"signed ");
                let _ = client.write_all(&asked);
            }
        }
    });
    let output = built.start(&[("SSH_AUTH_SOCK", socket.to_str().unwrap())]);
    if built.is_refused(&output) {
        return;
    }
    json(&output, 0);
    assert_eq!(built.read(&["cat", "/answer"]), "signed ask");
}

#[test]
fn files_come_as_they_are_without_what_is_ignored_and_again_when_they_change() {
    let dockerfile = "FROM testbed/busybox:1\nCOPY .dockerignore /alone\nCOPY . /src\n";
    let built = Built::new("context", dockerfile, "", "");
    let source = built.0.folder().join("src");
    for folder in ["deep/er", "gone/kept", "node_modules/x"] {
        fs::create_dir_all(source.join(folder)).unwrap();
    }
    let large = "x".repeat(300_000);
    let files = [
        (".dockerignore", "node_modules\ngone\n!gone/kept\n*.log\nDockerfile\n"),
        ("a", "a"),
        ("a-b", "sorted behind what is in a"),
        ("b.log", "ignored"),
        ("deep/er/large", large.as_str()),
        ("deep/empty", ""),
        ("gone/no", "no"),
        ("gone/kept/yes", "yes"),
        ("node_modules/x/y", "no"),
        ("with space and ü", "ü"),
    ];
    for (path, content) in files {
        built.0.write(&format!("src/{path}"), content);
    }
    symlink("deep/er/large", source.join("link")).unwrap();
    fs::set_permissions(source.join("a"), fs::Permissions::from_mode(0o755)).unwrap();
    json(&built.start(&[]), 0);
    // The classic builder sends the ignore file in any case.
    let listed = built.read(&["sh", "-c", "cd /src && find . ! -name .dockerignore | sort"]);
    let expected = [
        ".",
        "./a",
        "./a-b",
        "./deep",
        "./deep/empty",
        "./deep/er",
        "./deep/er/large",
        "./gone",
        "./gone/kept",
        "./gone/kept/yes",
        "./link",
        "./with space and ü",
    ];
    assert_eq!(listed, expected.join("\n"));
    assert!(built.read(&["cat", "/alone"]).starts_with("node_modules\n"));
    assert_eq!(built.read(&["sh", "-c", "wc -c </src/link; readlink /src/link"]), "300000\ndeep/er/large");
    assert_eq!(built.read(&["stat", "-c", "%a %u %g", "/src/a"]), "755 0 0");
    built.0.write("src/a", "changed");
    let again = json(&built.start(&[]), 0);
    assert_eq!(again["recreated"][0]["service"], "web", "{again}");
    assert_eq!(built.read(&["cat", "/src/a"]), "changed");
    assert_eq!(json(&built.start(&[]), 0)["recreated"], json!([]), "the same files are the same image");
}

#[test]
fn a_build_that_fails_shows_each_step_once_and_what_it_printed() {
    let built = Built::new("fails", "FROM testbed/busybox:1\nRUN echo it-breaks-here && exit 7\n", "", "");
    let error = &json(&built.start(&[]), 1)["error"];
    assert!(error["message"].as_str().unwrap().ends_with("code: 7"), "{error}");
    let causes: Vec<&str> = error["causes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(causes.contains(&"it-breaks-here"), "{causes:?}");
    let mut once = causes.clone();
    once.dedup();
    assert_eq!(once, causes);
}
