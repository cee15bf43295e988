//! Node.js and Go installed for one user, from a mirror on loopback (cli.md 7.3).
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/mirror.rs"]
mod mirror;
#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use mirror::{Mirror, archive, machine, sum};
use orchcli::dev::settings::{Runner, Service};
use orchcli::dev::task::Context;
use orchcli::dev::tools::install::{Chosen, Consent, Error, Means, Offer, Policy};
use orchcli::dev::tools::{Problem, Tool, Toolbox, Tools, Unprovided, needs};
use orchcli::dev::{Event, Reporter};
use orchcli::docker::discover::Environment;
use orchcli::outbound::{DownloadError, Fetcher, Ways};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A user without tools, a checkout, and a mirror.
struct User {
    folder: TempDir,
    mirror: Mirror,
    cancel: CancellationToken,
    told: Arc<Mutex<Vec<Event>>>,
}

impl User {
    /// The versions are ones that no machine has.
    fn new() -> Self {
        let user = Self {
            folder: tempfile::tempdir().expect("a folder"),
            mirror: Mirror::start(),
            cancel: CancellationToken::new(),
            told: Arc::default(),
        };
        user.write("ui/package.json", r#"{"engines": {"node": ">=99.1"}}"#);
        user.write("core/go.mod", "module core\n\ngo 1.99.0\n");
        user
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// A program on `PATH`.
    fn program(&self, name: &str, script: &str) {
        let bin = self.folder.path().join("bin");
        fs::create_dir_all(&bin).expect("a folder");
        program::script(&bin.join(name), &format!("#!/bin/sh\n{script}\n"));
    }

    fn toolchains(&self) -> PathBuf {
        self.folder.path().join("data/orchcli/toolchains")
    }

    async fn provide(
        &self,
        service: Service,
        policy: Policy,
        consent: Consent,
        offline: bool,
    ) -> Result<Toolbox, Unprovided> {
        let text = |below: &str| self.folder.path().join(below).display().to_string();
        let environment = Environment::from([
            ("PATH", &*text("bin")),
            ("HOME", &text("home")),
            ("XDG_DATA_HOME", &text("data")),
            ("ORCHCLI_NODE_DIST", &format!("{}/", self.mirror.url)),
            ("ORCHCLI_GO_DIST", &self.mirror.url),
        ]);
        let fetcher = Fetcher::new(&Ways { offline, ..Ways::default() }).expect("a client");
        let means = Means::new(policy, consent, fetcher, &environment);
        let proxies = vec![("HTTPS_PROXY".to_owned(), "http://proxy:3128".to_owned())];
        let tools = Tools::new(&environment, offline).through(proxies, &environment).with(means);
        let told = Arc::clone(&self.told);
        let reporter = Reporter::new(move |event| told.lock().expect("no panic").push(event));
        let context = Context { step: "deps.ui".to_owned(), cancel: self.cancel.clone(), reporter };
        let checkout = self.folder.path().join(service.as_str());
        tools.provide(&needs(service, &checkout, Runner::Builtin), &context).await
    }

    async fn always(&self, service: Service) -> Result<Toolbox, Unprovided> {
        self.provide(service, Policy::Always, Arc::new(|_, _| panic!("nobody is asked")), false).await
    }

    /// What is in the folder of a tool, but for the lock.
    fn installed(&self, tool: &str) -> Vec<String> {
        let entries = fs::read_dir(self.toolchains().join(tool)).into_iter().flatten().flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| name != ".lock");
        names.sort();
        names
    }
}

#[track_caller]
fn failed(outcome: Result<Toolbox, Unprovided>) -> Error {
    match outcome {
        Err(Unprovided::Install(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn run(program: &Path, argument: &str, path: &Toolbox) -> String {
    let output = Command::new(program).arg(argument).env("PATH", path.path()).output().expect("it runs");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

#[tokio::test]
async fn the_newest_node_that_will_do_is_installed_once_and_comes_first_on_the_path() {
    let user = User::new();
    let archive = user.mirror.node("99.3.0", "#!/bin/sh\necho npm beside $(node)\n");
    user.mirror.node_list(&["98.0.0", "99.3.0", "99.2.0"]);
    let toolbox = user.always(Service::Ui).await.expect("installed");
    let bin = user.toolchains().join("node/99.3.0/bin");
    assert_eq!(toolbox.program(Tool::Node), Some(&*bin.join("node")));
    assert_eq!(run(&bin.join("npm"), "ci", &toolbox), "npm beside v99.3.0");
    let told = user.told.lock().expect("no panic").clone();
    let line = format!("export PATH=\"{}:$PATH\"", bin.display());
    assert!(
        told.iter().any(|event| matches!(event, Event::Notice(text) if text.ends_with(&line))),
        "{told:?}"
    );
    let bytes = |event: &Event| matches!(event, Event::StepProgress { total: Some(total), .. } if *total > 0);
    assert!(told.iter().any(bytes), "{told:?}");

    user.always(Service::Ui).await.expect("it is there");
    assert_eq!((user.mirror.asked(&archive), user.installed("node")), (1, vec!["99.3.0".to_owned()]));
}

#[tokio::test]
async fn the_go_that_the_module_names_is_installed() {
    let user = User::new();
    user.mirror.go("1.99.0");
    let toolbox = user.always(Service::Core).await.expect("installed");
    let go = user.toolchains().join("go/1.99.0/bin/go");
    assert_eq!(toolbox.program(Tool::Go), Some(&*go));

    // A mirror of nothing but files, which leads elsewhere as the vendor does.
    let user = User::new();
    let file = user.mirror.go("1.99.0");
    let content = archive("go", &[("go", "#!/bin/sh\necho go version go1.99.0 linux/amd64\n")]);
    user.mirror.put("/?mode=json&include=all", "<html>");
    user.mirror.put(&format!("{file}.sha256"), sum(&content));
    user.mirror.put("/elsewhere", content);
    user.mirror.moved(&file, "/elsewhere");
    user.always(Service::Core).await.expect("installed");
}

#[tokio::test]
async fn what_is_not_what_the_vendor_lists_is_not_installed() {
    let user = User::new();
    let archive = user.mirror.node("99.3.0", "#!/bin/sh\n");
    user.mirror.node_list(&["99.3.0"]);
    let sums = format!("{}  {}\n", sum(b"other"), archive.rsplit('/').next().expect("a name"));
    user.mirror.put("/v99.3.0/SHASUMS256.txt", sums);
    let error = failed(user.always(Service::Ui).await);
    assert!(matches!(error, Error::Checksum { .. }), "{error:?}");
    user.mirror.put("/v99.3.0/SHASUMS256.txt", format!("{}  something-else.tar.gz\n", sum(b"")));
    let error = failed(user.always(Service::Ui).await);
    assert!(matches!(error, Error::NotListed { .. }), "{error:?}");
    assert_eq!(user.installed("node"), [""; 0]);
}

#[tokio::test]
async fn a_transfer_that_is_cut_off_leaves_nothing() {
    let user = User::new();
    let archive = user.mirror.node("99.3.0", "#!/bin/sh\n");
    user.mirror.node_list(&["99.3.0"]);
    user.mirror.cut(&archive);
    let error = failed(user.always(Service::Ui).await);
    assert!(matches!(error, Error::Download(DownloadError::Transfer { .. })), "{error:?}");
    assert_eq!(user.installed("node"), [""; 0]);
    user.mirror.node("99.3.0", "#!/bin/sh\n");
    user.always(Service::Ui).await.expect("the next attempt works");
}

#[tokio::test]
async fn an_archive_that_would_leave_its_folder_is_refused() {
    let user = User::new();
    user.mirror.node_list(&["99.3.0"]);
    let name = format!("node-v99.3.0-{}", machine().0);
    for path in [format!("{name}/../../.."), "/tmp".to_owned()] {
        let content = archive(&path, &[("node", "#!/bin/sh\n")]);
        user.mirror.put("/v99.3.0/SHASUMS256.txt", format!("{}  {name}.tar.gz\n", sum(&content)));
        user.mirror.put(&format!("/v99.3.0/{name}.tar.gz"), content);
        let error = failed(user.always(Service::Ui).await);
        assert!(matches!(error, Error::Archive { .. }), "{error:?}");
        assert_eq!(user.installed("node"), [""; 0]);
    }
    assert!(!user.toolchains().join("bin").exists() && !user.folder.path().join("data/bin").exists());
}

#[tokio::test]
async fn two_at_once_fetch_it_once() {
    let user = User::new();
    let archive = user.mirror.node("99.3.0", "#!/bin/sh\n");
    user.mirror.node_list(&["99.3.0"]);
    fs::create_dir_all(user.toolchains().join("node/.draft-of-a-killed-one")).expect("a folder");
    let (one, other) = tokio::join!(user.always(Service::Ui), user.always(Service::Ui));
    one.expect("installed");
    other.expect("installed");
    assert_eq!((user.mirror.asked(&archive), user.installed("node")), (1, vec!["99.3.0".to_owned()]));
}

#[tokio::test]
async fn nothing_is_installed_without_consent() {
    let user = User::new();
    user.mirror.node("99.3.0", "#!/bin/sh\n");
    user.mirror.node_list(&["99.3.0"]);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&asked);
    let no: Consent = Arc::new(move |_, offers: &[Offer]| {
        told.lock().expect("no panic").extend(offers.iter().map(ToString::to_string));
        None
    });
    for policy in [Policy::Never, Policy::Ask] {
        let refused = user.provide(Service::Ui, policy, Arc::clone(&no), false).await;
        let Err(Unprovided::Missing(problems)) = refused else { panic!("{refused:?}") };
        assert!(problems.iter().all(|problem| matches!(problem, Problem::Missing { .. })), "{problems:?}");
    }
    assert_eq!(user.installed("node"), [""; 0]);
    let asked = asked.lock().expect("no panic").clone();
    assert!(asked[0].starts_with("Node.js 99.3.0, for orchcli alone: http://127.0.0.1:"), "{asked:?}");
}

#[tokio::test]
async fn offline_nothing_is_fetched_from_other_machines() {
    let user = User::new();
    user.mirror.node_list(&["99.3.0"]);
    user.mirror.node("99.3.0", "#!/bin/sh\n");
    user.mirror.moved("/index.json", "https://nodejs.org/dist/index.json");
    let consent: Consent = Arc::new(|_, _| None);
    let error = failed(user.provide(Service::Ui, Policy::Always, consent, true).await);
    assert!(matches!(error, Error::Download(DownloadError::Offline(_))), "{error:?}");
}

#[tokio::test]
async fn one_that_is_cancelled_leaves_nothing() {
    let user = User::new();
    user.mirror.node("99.3.0", "#!/bin/sh\n");
    user.mirror.node_list(&["99.3.0"]);
    user.cancel.cancel();
    let error = failed(user.always(Service::Ui).await);
    assert!(matches!(error, Error::Download(DownloadError::Cancelled)), "{error:?}");
    assert_eq!(user.installed("node"), [""; 0]);
}

#[tokio::test]
async fn a_package_of_the_system_is_offered_when_it_is_new_enough_and_installed_on_a_yes() {
    let user = User::new();
    user.mirror.node_list(&[]);
    let bin = user.folder.path().join("bin");
    user.program("apt-cache", "echo \"$2:\"; echo '  Candidate: 98.4.0+dfsg-1~deb12u1'");
    let install = format!(
        "echo \"$* through $HTTPS_PROXY\" >{bin}/../called; for name in node npm; do echo '#!/bin/sh\necho v99.2.0' >{bin}/$name; \
         /bin/chmod +x {bin}/$name; done",
        bin = bin.display()
    );
    user.program("apt-get", &install);
    user.program("sudo", "exec \"$@\"");
    let yes: Consent = Arc::new(|_, _| Some(Chosen { which: 0, held: None }));
    let refused = user.provide(Service::Ui, Policy::Ask, Arc::clone(&yes), false).await;
    assert!(matches!(refused, Err(Unprovided::Install(Error::NoRelease { .. }))), "{refused:?}");

    user.program("apt-cache", "echo \"$2:\"; echo '  Candidate: 99.2.0+dfsg-1~deb12u1'");
    let toolbox = user.provide(Service::Ui, Policy::Ask, yes, false).await.expect("installed");
    assert_eq!(toolbox.program(Tool::Node), Some(&*bin.join("node")));
    let called = fs::read_to_string(user.folder.path().join("called")).expect("it was called");
    assert_eq!(called.trim(), "install -y nodejs npm through http://proxy:3128");
}
