//! Dependencies of checkouts: npm and Go themselves, and stand-ins that note how they were called (cli.md 7.4).
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use orchcli::dev::dependencies::{Error, install};
use orchcli::dev::settings::{Runner, Service};
use orchcli::dev::task::{Context, Outcome};
use orchcli::dev::tools::{Problem, Tools, Unprovided};
use orchcli::dev::{Event, Reporter};
use orchcli::docker::discover::Environment;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A checkout, and the programs there are for it.
struct Stage {
    folder: TempDir,
    told: Arc<Mutex<Vec<Event>>>,
}

impl Stage {
    fn new(files: &[(&str, &str)]) -> Self {
        let stage = Self { folder: tempfile::tempdir().expect("a folder"), told: Arc::default() };
        for (name, content) in files {
            stage.write(name, content);
        }
        stage
    }

    fn checkout(&self) -> PathBuf {
        self.folder.path().join("checkout")
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.checkout().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// A program that tells this version, notes how it was called, and goes on with a script.
    fn program(&self, name: &str, version: &str, script: &str) {
        let bin = self.folder.path().join("bin");
        fs::create_dir_all(&bin).expect("a folder");
        let calls = self.folder.path().join("calls");
        let text = format!(
            "#!/bin/sh\ncase $1 in --version|version|-v) echo '{version}'; exit;; esac\n\
             echo \"{name} $*\" >>{}\n{script}\n",
            calls.display()
        );
        program::script(&bin.join(name), &text);
    }

    /// How they were called.
    fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// With the stand-ins alone.
    async fn alone(&self, service: Service, offline: bool) -> Result<Outcome, Error> {
        self.install(
            service,
            offline,
            &format!("{}/bin:/usr/bin-none:/bin-none", self.folder.path().display()),
        )
        .await
    }

    async fn install(&self, service: Service, offline: bool, path: &str) -> Result<Outcome, Error> {
        let home = self.folder.path().join("home");
        let environment = Environment::from([("PATH", path), ("HOME", &*home.display().to_string())]);
        let told = Arc::clone(&self.told);
        let reporter = Reporter::new(move |event| told.lock().expect("no panic").push(event));
        let context = Context { step: "deps".to_owned(), cancel: CancellationToken::new(), reporter };
        install(service, &self.checkout(), Runner::Builtin, &Tools::new(&environment, offline), &context)
            .await
    }

    fn warned(&self) -> bool {
        let told = self.told.lock().expect("no panic");
        told.iter().any(|event| matches!(event, Event::Warning { code: "DEPENDENCIES_OUT_OF_SYNC", .. }))
    }
}

/// Where Node.js and Go are on this machine.
fn path() -> String {
    format!("/usr/local/go/bin:{}", std::env::var("PATH").expect("a path"))
}

const LIBRARY: (&str, &str) = ("lib/package.json", r#"{"name": "lib", "version": "1.0.0"}"#);
const PACKAGE: &str = r#"{"name": "ui", "version": "1.0.0", "dependencies": {"lib": "file:lib"}}"#;
const LOCK: &str = r#"{"name": "ui", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {
  "": {"name": "ui", "version": "1.0.0", "dependencies": {"lib": "file:lib"}},
  "lib": {"version": "1.0.0"}, "node_modules/lib": {"resolved": "lib", "link": true}}}"#;

fn done(words: &str) -> Outcome {
    Outcome::Done(words.to_owned())
}

fn kept() -> Outcome {
    Outcome::Kept("up to date".to_owned())
}

#[tokio::test]
async fn npm_installs_by_the_lock_file_once() {
    let stage = Stage::new(&[LIBRARY, ("package.json", PACKAGE), ("package-lock.json", LOCK)]);
    for offline in [false, true] {
        let expected = if offline { kept() } else { done("npm ci") };
        let outcome = stage.install(Service::Ui, offline, &path()).await.expect("installed");
        assert_eq!(outcome, expected);
        assert!(stage.checkout().join("node_modules/lib/package.json").is_file());
    }
    assert!(!stage.warned());
}

#[tokio::test]
async fn a_lock_file_that_is_behind_is_put_right_and_told() {
    let behind =
        r#"{"name": "ui", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "ui"}}}"#;
    let stage = Stage::new(&[LIBRARY, ("package.json", PACKAGE), ("package-lock.json", behind)]);
    assert_eq!(stage.install(Service::Ui, false, &path()).await.expect("installed"), done("npm install"));
    assert!(stage.warned());
    let lock = fs::read_to_string(stage.checkout().join("package-lock.json")).expect("a file");
    assert!(lock.contains("node_modules/lib"), "{lock}");
}

#[tokio::test]
async fn another_failure_of_npm_is_not_tried_in_another_way() {
    let package = PACKAGE.replace("}}", r#"}, "scripts": {"preinstall": "echo oh no; exit 7"}}"#);
    let stage = Stage::new(&[LIBRARY, ("package.json", &package), ("package-lock.json", LOCK)]);
    let error = stage.install(Service::Ui, false, &path()).await.expect_err("a failure");
    let Error::Command { command, how, tail, .. } = &error else { panic!("{error:?}") };
    assert_eq!((command.as_str(), how.as_str()), ("npm ci", "ended with code 7"));
    assert!(tail.iter().any(|line| line.contains("oh no")), "{tail:?}");
    assert!(!stage.warned());
}

#[tokio::test]
async fn offline_what_is_missing_is_told_as_such() {
    let package = r#"{"name": "ui", "version": "1.0.0", "dependencies": {"left-pad": "^1.0.0"}}"#;
    let stage = Stage::new(&[("package.json", package)]);
    let error = stage.install(Service::Ui, true, &path()).await.expect_err("a failure");
    assert!(
        matches!(&error, Error::Offline { command, .. } if command == "npm install --offline"),
        "{error:?}"
    );
}

#[tokio::test]
async fn go_fetches_modules_once() {
    let stage = Stage::new(&[("go.mod", "module core\n\ngo 1.21\n")]);
    assert_eq!(stage.install(Service::Core, false, &path()).await.expect("installed"), kept());

    let script = "[ \"$GOPROXY\" = off ] && [ ! -e fetched ] && exit 1; : >fetched";
    stage.program("go", "go version go1.25.1 linux/amd64", script);
    let first = stage.alone(Service::Core, false).await.expect("installed");
    let second = stage.alone(Service::Core, false).await.expect("installed");
    assert_eq!((first, second), (done("go mod download"), kept()));
}

#[tokio::test]
async fn each_manager_is_called_in_its_own_way() {
    let node = |stage: &Stage| stage.program("node", "v20.1.0", "");
    for (manager, lock, offline, expected) in [
        ("npm", "", false, Some("npm install")),
        ("npm", "npm-shrinkwrap.json", false, Some("npm ci")),
        ("npm", "package-lock.json", true, Some("npm ci --offline")),
        ("pnpm", "pnpm-lock.yaml", false, Some("pnpm install --frozen-lockfile")),
        ("pnpm", "pnpm-lock.yaml", true, Some("pnpm install --frozen-lockfile --offline")),
        ("yarn", "yarn.lock", false, Some("yarn install")),
        ("yarn", "yarn.lock", true, Some("yarn install --offline")),
        ("bun", "bun.lock", false, Some("bun install")),
        ("bun", "bun.lockb", true, None),
    ] {
        let stage = Stage::new(&[("package.json", "{}")]);
        if !lock.is_empty() {
            stage.write(lock, "");
        }
        node(&stage);
        stage.program(manager, "9.1.0", "[ \"$npm_config_progress\" = false ]");
        let outcome = stage.alone(Service::Ui, offline).await;
        match expected {
            Some(expected) => {
                assert_eq!(outcome.expect("installed"), done(expected));
                assert_eq!(stage.calls(), [expected]);
            }
            None => assert!(matches!(outcome, Err(Error::Offline { .. })), "{outcome:?}"),
        }
    }
}

#[tokio::test]
async fn package_json_names_the_manager_and_corepack_keeps_to_its_version() {
    let package = r#"{"packageManager": "yarn@4.5.0"}"#;
    let stage = Stage::new(&[("package.json", package), ("package-lock.json", LOCK)]);
    stage.program("node", "v20.1.0", "");
    let error = stage.alone(Service::Ui, false).await.expect_err("yarn is not there");
    let Error::Tools(Unprovided::Missing(problems)) = &error else { panic!("{error:?}") };
    assert!(matches!(problems[..], [Problem::Missing { .. }]), "{problems:?}");
    assert!(error.to_string().contains("yarn is not installed"), "{error}");
    stage.program("corepack", "0.30.0", "[ \"$COREPACK_ENABLE_DOWNLOAD_PROMPT\" = 0 ]");
    let outcome = stage.alone(Service::Ui, false).await.expect("installed");
    assert_eq!(
        (outcome, stage.calls()),
        (done("corepack yarn install"), vec!["corepack yarn install".to_owned()])
    );
}

#[tokio::test]
async fn a_lock_file_of_pnpm_that_is_behind_is_put_right() {
    let stage = Stage::new(&[("package.json", "{}"), ("pnpm-lock.yaml", "")]);
    stage.program("node", "v20.1.0", "");
    let script = "case \"$*\" in *--frozen-lockfile) echo ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install'; exit 1;; esac";
    stage.program("pnpm", "9.1.0", script);
    let outcome = stage.alone(Service::Ui, false).await.expect("installed");
    assert_eq!(outcome, done("pnpm install --no-frozen-lockfile"));
    assert!(stage.warned());
}

#[tokio::test]
async fn what_is_too_old_is_told_before_anything_is_run() {
    let stage = Stage::new(&[("package.json", r#"{"engines": {"node": ">=99.1 <103"}}"#)]);
    stage.program("node", "v18.17.1", "");
    stage.program("npm", "9.6.7", "");
    let error = stage.alone(Service::Ui, false).await.expect_err("too old").to_string();
    assert!(error.starts_with("node 18.17.1 at "), "{error}");
    assert!(error.contains("is too old: ui from source needs >=99.1 <103 (engines.node of "), "{error}");
    assert_eq!(stage.calls(), [""; 0]);
}

#[tokio::test]
async fn an_older_go_that_fetches_newer_ones_will_do_unless_nothing_may_be_fetched() {
    let stage = Stage::new(&[("go.mod", "module core\n\ngo 1.99.0\n")]);
    stage.program("go", "go version go1.22.0 linux/amd64", "[ \"$1\" = env ] && echo auto; exit 0");
    assert_eq!(stage.alone(Service::Core, false).await.expect("installed"), kept());
    let told = stage.told.lock().expect("no panic").clone();
    let note = "go 1.22.0 fetches go1.99.0 by itself";
    assert!(
        told.iter().any(|event| matches!(event, Event::Notice(text) if text.starts_with(note))),
        "{told:?}"
    );
    assert!(matches!(stage.alone(Service::Core, true).await, Err(Error::Tools(_))), "offline it cannot");
    stage.program("go", "go version go1.22.0 linux/amd64", "[ \"$1\" = env ] && echo local; exit 0");
    assert!(matches!(stage.alone(Service::Core, false).await, Err(Error::Tools(_))), "it was told not to");
}

#[tokio::test]
async fn tools_are_found_where_version_managers_put_them() {
    let stage = Stage::new(&[("package.json", "{}"), (".nvmrc", "22\n")]);
    stage.program("node", "v18.0.0", "");
    stage.program("npm", "9.0.0", "echo old; exit 1");
    let nvm = stage.folder.path().join("home/.nvm/versions/node");
    for version in ["v20.9.0", "v22.3.0"] {
        let bin = nvm.join(version).join("bin");
        fs::create_dir_all(&bin).expect("a folder");
        let write = |name: &str, text: &str| program::script(&bin.join(name), text);
        write("node", &format!("#!/bin/sh\necho {version}\n"));
        let note = stage.folder.path().join("calls");
        write("npm", &format!("#!/bin/sh\necho \"npm with $(node)\" >>{}\n", note.display()));
    }
    assert_eq!(stage.alone(Service::Ui, false).await.expect("installed"), done("npm install"));
    assert!(stage.calls().contains(&"npm with v22.3.0".to_owned()), "{:?}", stage.calls());
}
