//! Images of a stack on a real engine and real registries: what is pulled, what is built, and what cannot be had.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/login_registry.rs"]
mod login_registry;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/scripted.rs"]
mod scripted;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use orchcli::compose::{Reader, Request, Stack, Variables, Wanted as Services, load};
use orchcli::dev::images::{Action, ImagesError, PullFlag, Wishes, ensure, plan};
use orchcli::dev::{Event, Reporter, StepEnd};
use orchcli::docker::build::BuildError;
use orchcli::docker::discover::{self, Environment, Wanted};
use orchcli::docker::{Engine, PullError};
use tempfile::TempDir;

use engine::{docker, host, registry};
use login_registry::LoginRegistry;

struct Disk;

impl Reader for Disk {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(fs::read(path).ok())
    }
}

/// A folder with files, and the stack of its `compose.yaml`.
fn stack(files: &[(&str, &str)]) -> (TempDir, Stack) {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let directory = folder.path().to_str().unwrap().to_owned();
    let files = [format!("{directory}/compose.yaml")];
    let name = format!("b-{}", directory.rsplit('/').next().unwrap().trim_start_matches('.').to_lowercase());
    let request = Request {
        files: &files,
        directory: &directory,
        name: Some(&name),
        variables: &Variables::default(),
        interpolate: true,
        wanted: Services { services: &[], profiles: &[], without: &[] },
    };
    let (model, findings) = load(&request, &Disk);
    let stack = model.unwrap_or_else(|| panic!("{findings:?}")).stack().unwrap();
    (folder, stack)
}

async fn connect(host: &str) -> Engine {
    discover::connect(Wanted { docker_host: Some(host), context: None }, &Environment::default())
        .await
        .unwrap()
}

fn listener() -> (Reporter, Arc<Mutex<Vec<Event>>>) {
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let heard = Arc::clone(&events);
    (Reporter::new(move |event| heard.lock().unwrap().push(event)), events)
}

async fn fetch(
    stack: &Stack,
    wishes: Wishes,
    environment: &Environment,
) -> Result<BTreeMap<String, String>, ImagesError> {
    let fetched = ensure(&connect(&host()).await, stack, wishes, environment, &listener().0).await?;
    Ok(fetched.into_iter().map(|(service, image)| (service, image.id)).collect())
}

/// A name in the test bed's registry that nobody else has, with an image of its own behind it.
fn published(registry: &str, name: &str, content: &str) -> String {
    let image = format!("{registry}/b-{name}-{}:1", std::process::id());
    publish(&image, content);
    docker(&["rmi", "-f", &image]);
    image
}

fn publish(image: &str, content: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("content"), content).unwrap();
    fs::write(folder.path().join("Dockerfile"), "FROM testbed/busybox:1\nCOPY content /content\n").unwrap();
    docker(&["build", "-q", "-t", image, folder.path().to_str().unwrap()]);
    docker(&["push", image]);
}

/// Images that go with the value.
struct Gone(Vec<String>);

impl Drop for Gone {
    fn drop(&mut self) {
        let images: Vec<&str> = self.0.iter().map(String::as_str).collect();
        let _ = std::process::Command::new("docker")
            .args([&["rmi", "-f"], images.as_slice()].concat())
            .env("DOCKER_HOST", host())
            .output();
    }
}

#[tokio::test]
async fn a_missing_image_is_pulled_once_and_its_digest_told() {
    let image = published(&registry(), "missing", "missing");
    let _gone = Gone(vec![image.clone()]);
    let (_folder, stack) = stack(&[(
        "compose.yaml",
        &format!("services: {{a: {{image: \"{image}\"}}, b: {{image: \"{image}\"}}}}"),
    )]);
    let engine = connect(&host()).await;
    let shown = plan(&engine, &stack, Wishes::default()).await.unwrap();
    assert_eq!(shown.steps.len(), 1, "one image is pulled once");
    assert_eq!(
        (shown.steps[0].action, shown.steps[0].services.as_slice()),
        (Action::Pull, &["a".to_owned(), "b".to_owned()][..])
    );

    let (reporter, events) = listener();
    let fetched =
        ensure(&engine, &stack, Wishes::default(), &Environment::default(), &reporter).await.unwrap();
    assert_eq!(fetched["a"], fetched["b"]);
    let repository = image.rsplit_once(':').unwrap().0;
    assert!(fetched["a"].digests[0].starts_with(&format!("{repository}@sha256:")), "{:?}", fetched["a"]);
    let events = std::mem::take(&mut *events.lock().unwrap());
    assert!(matches!(&events[0], Event::StepStart { step, .. } if step == "pull.a"), "{events:?}");
    // How many bytes came is counted as far as the engine tells, which leaves out what is over soon.
    assert!(events.iter().any(|event| matches!(event, Event::StepProgress { .. })), "{events:?}");
    assert!(
        matches!(events.last(), Some(Event::StepEnd { end: StepEnd::Done, message, .. }) if message.contains("@sha256:")),
        "{events:?}"
    );

    let again = plan(&engine, &stack, Wishes::default()).await.unwrap();
    assert_eq!(again.steps[0].action, Action::Keep);
}

#[tokio::test]
async fn always_gets_what_moved_and_missing_keeps_what_is_there() {
    let image = published(&registry(), "moved", "one");
    let _gone = Gone(vec![image.clone()]);
    let (_folder, stack) = stack(&[("compose.yaml", &format!("services: {{a: {{image: \"{image}\"}}}}"))]);
    let old = fetch(&stack, Wishes::default(), &Environment::default()).await.unwrap();
    publish(&image, "two");
    docker(&["rmi", "-f", &image]);
    docker(&["tag", &old["a"], &image]);
    let here = Environment::default();
    let flag = |pull| Wishes { pull: Some(pull), ..Wishes::default() };
    assert_eq!(fetch(&stack, flag(PullFlag::Missing), &here).await.unwrap(), old);
    assert_ne!(fetch(&stack, flag(PullFlag::Always), &here).await.unwrap(), old);
}

#[tokio::test]
async fn an_image_that_is_not_there_is_told_apart_from_a_registry_that_is_not() {
    let absent = format!("{}/b-no-such-image:1", registry());
    let nobody = "127.0.0.1:1/b-nobody:1";
    for (image, wanted) in [(absent.as_str(), "not found"), (nobody, "broken")] {
        let (_folder, stack) =
            stack(&[("compose.yaml", &format!("services: {{a: {{image: \"{image}\"}}}}"))]);
        let error = fetch(&stack, Wishes::default(), &Environment::default()).await.unwrap_err();
        let ImagesError::Pulls { pulls } = error else { panic!("{error}") };
        let kind = match &pulls[0] {
            PullError::NotFound { .. } => "not found",
            PullError::Denied { .. } => "denied",
            PullError::Broken { .. } => "broken",
            PullError::Engine(error) => panic!("{error}"),
        };
        assert_eq!(kind, wanted, "{}", pulls[0]);
    }
}

#[tokio::test]
async fn a_registry_with_a_login_gives_to_those_who_have_it() {
    let registry = LoginRegistry::start("somebody", "s3cret-w0rd");
    let image = format!("{}/b-login-{}:1", registry.address, std::process::id());
    let _gone = Gone(vec![image.clone()]);
    docker(&["tag", "testbed/busybox:1", &image]);
    registry.push(&image);
    docker(&["rmi", &image]);
    let (_folder, stack) = stack(&[("compose.yaml", &format!("services: {{a: {{image: \"{image}\"}}}}"))]);

    let denied = |error: ImagesError| match error {
        ImagesError::Pulls { pulls } if matches!(pulls[0], PullError::Denied { .. }) => pulls[0].to_string(),
        error => panic!("{error}"),
    };
    let anonymous = fetch(&stack, Wishes::default(), &Environment::default()).await.unwrap_err();
    assert!(denied(anonymous).contains("somebody without a login"));

    let wrong = registry.config("somebody", "wr0ng-w0rd");
    let wrong = Environment::from([("DOCKER_CONFIG", wrong.path().to_str().unwrap())]);
    let said = denied(fetch(&stack, Wishes::default(), &wrong).await.unwrap_err());
    assert!(said.contains("this login") && !said.contains("wr0ng"), "{said}");

    let right = registry.config("somebody", "s3cret-w0rd");
    let right = Environment::from([("DOCKER_CONFIG", right.path().to_str().unwrap())]);
    assert_eq!(fetch(&stack, Wishes::default(), &right).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_build_starts_from_an_image_that_wants_a_login() {
    let registry = LoginRegistry::start("somebody", "s3cret-w0rd");
    let base = format!("{}/b-base-{}:1", registry.address, std::process::id());
    docker(&["tag", "testbed/busybox:1", &base]);
    registry.push(&base);
    docker(&["rmi", &base]);
    let dockerfile = format!("FROM {base}\nCOPY word /\n");
    let files = [
        ("compose.yaml", "services: {web: {build: .}}"),
        ("Dockerfile", dockerfile.as_str()),
        ("word", "built"),
    ];
    let (_folder, stack) = stack(&files);
    let name = format!("{}-web", stack.name);
    let _gone = Gone(vec![name.clone(), base]);
    let anonymous = fetch(&stack, Wishes::default(), &Environment::default()).await.unwrap_err();
    assert!(matches!(&anonymous, ImagesError::Build(BuildError::Failed { .. })), "{anonymous}");
    let login = registry.config("somebody", "s3cret-w0rd");
    let login = Environment::from([("DOCKER_CONFIG", login.path().to_str().unwrap())]);
    fetch(&stack, Wishes::default(), &login).await.unwrap();
    assert_eq!(inside(&name, "cat /word"), "built");
}

#[tokio::test]
async fn offline_tells_everything_that_is_missing_at_once() {
    let compose =
        "services: {a: {image: b-absent-one}, b: {image: \"testbed/busybox:1\"}, c: {image: b-absent-two}}";
    let (_folder, stack) = stack(&[("compose.yaml", compose)]);
    let error = fetch(&stack, Wishes { offline: true, ..Wishes::default() }, &Environment::default())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ImagesError::Offline { images } if images == &["b-absent-one", "b-absent-two"]),
        "{error}"
    );
}

const BUILT: &str = "services:
  web:
    build:
      context: src
      target: last
      args: {WORD: hello}
      labels: {mine: yes-it-is}
      network: none
      extra_hosts: [\"db=10.1.2.3\", \"cache=10.1.2.4\"]
      ulimits: {nofile: {soft: 123, hard: 456}}
      shm_size: 8388608
      tags: [\"b-extra-tag:7\"]
";
const STAGES: &str = "FROM testbed/busybox:1 AS last
ARG WORD
RUN echo $WORD > /word; cat /etc/hosts > /hosts; ulimit -n > /nofile; grep shm /proc/mounts > /shm
COPY . /src
FROM testbed/busybox:1
RUN false
";

fn inside(image: &str, command: &str) -> String {
    docker(&["run", "--rm", "--network", "none", image, "sh", "-c", command])
}

#[tokio::test]
async fn an_image_is_built_as_the_compose_file_says() {
    let files = [
        ("compose.yaml", BUILT),
        ("src/Dockerfile", STAGES),
        ("src/.dockerignore", "*.log\n"),
        ("src/a", "a"),
        ("src/b.log", "b"),
    ];
    let (_folder, stack) = stack(&files);
    let name = format!("{}-web", stack.name);
    let _gone = Gone(vec![name.clone(), "b-extra-tag:7".to_owned()]);
    let built = fetch(&stack, Wishes::default(), &Environment::default()).await.unwrap();
    assert_eq!(docker(&["image", "inspect", "-f", "{{.Id}}", "b-extra-tag:7"]), built["web"]);
    let label = |key: &str| {
        docker(&["image", "inspect", "-f", &format!("{{{{index .Config.Labels \"{key}\"}}}}"), &name])
    };
    assert_eq!(label("mine"), "yes-it-is");
    assert_eq!(label("com.docker.compose.project"), stack.name);
    assert_eq!(label("com.docker.compose.service"), "web");
    assert_eq!(inside(&name, "cat /word /nofile"), "hello\n123");
    let hosts = inside(&name, "cat /hosts");
    assert!(hosts.contains("10.1.2.3\tdb") && hosts.contains("10.1.2.4\tcache"), "{hosts}");
    assert!(inside(&name, "cat /shm").contains("size=8192k"), "{}", inside(&name, "cat /shm"));
    assert_eq!(inside(&name, "ls /src"), "Dockerfile\na");

    let engine = connect(&host()).await;
    assert_eq!(plan(&engine, &stack, Wishes::default()).await.unwrap().steps[0].action, Action::Keep);
    let again = Wishes { build: true, ..Wishes::default() };
    assert_eq!(plan(&engine, &stack, again).await.unwrap().steps[0].action, Action::Build);
}

#[tokio::test]
async fn an_inline_dockerfile_and_one_of_elsewhere_are_not_in_the_image() {
    let compose = "services:
  inline: {build: {context: src, dockerfile_inline: \"FROM testbed/busybox:1\\nCOPY . /src\\n\"}}
  outside: {build: {context: src, dockerfile: ../other/Dockerfile.x}}
";
    let files = [
        ("compose.yaml", compose),
        ("other/Dockerfile.x", "FROM testbed/busybox:1\nCOPY . /src\n"),
        ("src/a", "a"),
    ];
    let (_folder, stack) = stack(&files);
    let names = ["inline", "outside"].map(|service| format!("{}-{service}", stack.name));
    let _gone = Gone(names.to_vec());
    fetch(&stack, Wishes::default(), &Environment::default()).await.unwrap();
    for name in names {
        assert_eq!(inside(&name, "ls -A /src"), "a", "{name}");
    }
}

#[tokio::test]
async fn a_build_that_fails_shows_what_it_printed() {
    let dockerfile = "FROM testbed/busybox:1\nRUN echo here-it-breaks && exit 7\n";
    let compose = "services: {web: {build: {context: ., network: none}}}";
    let (_folder, stack) = stack(&[("compose.yaml", compose), ("Dockerfile", dockerfile)]);
    let error = fetch(&stack, Wishes::default(), &Environment::default()).await.unwrap_err();
    let ImagesError::Build(BuildError::Failed { why, output, .. }) = error else { panic!("{error}") };
    assert!(why.ends_with("code: 7"), "{why}");
    assert!(output.iter().any(|line| line == "here-it-breaks"), "{output:?}");
}

#[tokio::test]
async fn a_missing_dockerfile_is_told_before_the_engine_is_asked() {
    let (_folder, stack) = stack(&[("compose.yaml", "services: {web: {build: .}}")]);
    let error = fetch(&stack, Wishes::default(), &Environment::default()).await.unwrap_err();
    assert!(error.to_string().contains("there is no Dockerfile"), "{error}");
}

/// What a scripted engine with this builder is asked when an image is to be built.
async fn asked_of_builder(builder: &str, folder: &Path, stack: &Stack) -> Vec<String> {
    let ping = scripted::pong("1.43", "linux", &[("Builder-Version", builder)]);
    let (script, asked) = scripted::script(ping, |_| None);
    let socket = folder.join(format!("engine-{builder}"));
    scripted::at_socket(&socket, script);
    let engine = connect(&format!("unix://{}", socket.display())).await;
    let _ = ensure(&engine, stack, Wishes::default(), &Environment::default(), &listener().0).await;
    let asked = asked.lock().unwrap();
    asked.iter().filter(|line| line.contains("/build?") || line.contains("/session")).cloned().collect()
}

#[tokio::test]
async fn the_builder_is_build_kit_where_the_engine_names_it() {
    let (folder, stack) =
        stack(&[("compose.yaml", "services: {web: {build: .}}"), ("Dockerfile", "FROM scratch")]);
    let new = asked_of_builder("2", folder.path(), &stack).await;
    assert_eq!(new, ["POST /v1.43/session"], "where it gets none, it builds nothing");
    let classic = asked_of_builder("1", folder.path(), &stack).await;
    assert!(classic[0].contains("version=1") && !classic[0].contains("session="), "{classic:?}");
}
