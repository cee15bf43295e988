//! `install.sh`, run by `sh` as a user would: downloads from a server on this machine, refuses what is wrong, cleans up.
//!
//! The program that is installed is a few lines of shell, so that the tests show the installer and nothing else.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use sha2::{Digest, Sha256};
use tempfile::TempDir;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const VERSION: &str = "1.2.3";

/// What the installer calls besides the shell's own words; `curl`, `wget`, `cc` and `cargo` are added where a test wants them.
const TOOLS: &[&str] = &[
    "sh",
    "awk",
    "basename",
    "cat",
    "chmod",
    "cp",
    "dirname",
    "grep",
    "gzip",
    "head",
    "mkdir",
    "mktemp",
    "mv",
    "rm",
    "sed",
    "sha256sum",
    "tar",
    "uname",
];

/// A machine of its own: a home, a folder of tools, and a user who is not root.
struct Machine {
    root: TempDir,
}

impl Machine {
    fn new(tools: &[&str]) -> Self {
        let machine = Self { root: TempDir::with_prefix("install with spaces ").unwrap() };
        fs::create_dir_all(machine.home()).unwrap();
        fs::create_dir_all(machine.at("tools")).unwrap();
        for tool in TOOLS.iter().chain(tools) {
            let found = std::env::split_paths(&std::env::var_os("PATH").unwrap())
                .map(|folder| folder.join(tool))
                .find(|program| program.is_file())
                .unwrap_or_else(|| panic!("these tests need {tool} on the PATH"));
            symlink(found, machine.at("tools").join(tool)).unwrap();
        }
        script(&machine.at("tools/id"), "echo 1000");
        fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/install.sh"), machine.at("install.sh")).unwrap();
        machine
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn home(&self) -> PathBuf {
        self.at("home")
    }

    fn installed(&self) -> PathBuf {
        self.at("home/.local/bin/orchcli")
    }

    fn install(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Answer {
        self.run(&self.at("install.sh"), arguments, environment)
    }

    fn run(&self, installer: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Answer {
        let output = Command::new(self.at("tools/sh"))
            .arg(installer)
            .args(arguments)
            .env_clear()
            .env("PATH", self.at("tools"))
            .env("HOME", self.home())
            .env("TMPDIR", self.root.path())
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Answer(output)
    }

    /// A release in a folder: the packed program, and the checksums of everything in it.
    fn release(&self, folder: &str) -> PathBuf {
        let release = self.at(folder);
        fs::create_dir_all(&release).unwrap();
        program(&release.join("orchcli"), VERSION);
        let packed = Command::new("tar").args(["-czf", &archive(), "orchcli"]).current_dir(&release).status();
        assert!(packed.unwrap().success());
        fs::remove_file(release.join("orchcli")).unwrap();
        let sum = hex::encode(Sha256::digest(fs::read(release.join(archive())).unwrap()));
        fs::write(release.join("checksums.txt"), format!("{sum}  {}\n", archive())).unwrap();
        release
    }
}

struct Answer(Output);

impl Answer {
    fn words(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    #[track_caller]
    fn succeeds(self) -> Self {
        assert!(self.0.status.success(), "{}", self.words());
        self
    }

    #[track_caller]
    fn fails_with(&self, code: i32, words: &str) {
        assert_eq!(self.0.status.code(), Some(code), "{}", self.words());
        assert!(self.words().contains(words), "{words:?} is not in: {}", self.words());
    }
}

fn archive() -> String {
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    format!("orchcli_{}_{architecture}.tar.gz", if cfg!(target_os = "macos") { "darwin" } else { "linux" })
}

fn script(path: &Path, body: &str) {
    program::script(path, &format!("#!/bin/sh\n{body}\n"));
}

/// Stands in for `orchcli`: answers what the installer asks, and tells what `serve` was given.
fn program(path: &Path, version: &str) {
    script(
        path,
        &format!(
            r#"case "$1" in
  --version) echo "orchcli {version} (commit abc1234)" ;;
  completions) echo "completions for $2" ;;
  help) echo ".TH orchcli" >"$3/orchcli.1"; echo ".TH serve" >"$3/orchcli-serve.1" ;;
  serve) echo "serving with: $*" ;;
esac"#
        ),
    );
}

async fn serve(release: &Path, page: &str) -> MockServer {
    let server = MockServer::start().await;
    for file in fs::read_dir(release).unwrap() {
        let file = file.unwrap();
        Mock::given(method("GET"))
            .and(path(format!("{page}/{}", file.file_name().display())))
            .respond_with(ResponseTemplate::new(200).set_body_bytes(fs::read(file.path()).unwrap()))
            .mount(&server)
            .await;
    }
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_release_is_downloaded_checked_and_put_in_place() {
    let machine = Machine::new(&["curl"]);
    let server = serve(&machine.release("release"), "/latest/download").await;

    let answer = machine.install(&[], &[("ORCHCLI_BASE_URL", &server.uri())]).succeeds();

    assert!(answer.words().contains("installed orchcli 1.2.3"), "{}", answer.words());
    assert!(answer.words().contains("is not on your PATH"), "{}", answer.words());
    assert_eq!(fs::metadata(machine.installed()).unwrap().permissions().mode() & 0o777, 0o755);
    let share = machine.at("home/.local/share");
    for (file, holds) in [
        ("bash-completion/completions/orchcli", "completions for bash"),
        ("zsh/site-functions/_orchcli", "completions for zsh"),
        ("fish/vendor_completions.d/orchcli.fish", "completions for fish"),
        ("man/man1/orchcli-serve.1", ".TH serve"),
    ] {
        assert!(fs::read_to_string(share.join(file)).unwrap().contains(holds), "{file}");
    }
    assert!(!machine.home().join(".profile").exists(), "nobody was asked, so nothing is added");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_asked_for_comes_from_its_own_page() {
    let machine = Machine::new(&["curl"]);
    let server = serve(&machine.release("release"), "/download/v1.2.3").await;

    let uri = server.uri();
    let base = [("ORCHCLI_BASE_URL", uri.as_str())];
    machine.install(&["--version", "v1.2.3"], &base).succeeds();
    machine.install(&["--version", "9.9.9"], &base).fails_with(1, "there is no checksums.txt");
}

#[tokio::test(flavor = "multi_thread")]
async fn wget_serves_where_curl_is_missing() {
    let machine = Machine::new(&["wget"]);
    let server = serve(&machine.release("release"), "/latest/download").await;

    machine.install(&[], &[("ORCHCLI_BASE_URL", &server.uri())]).succeeds();

    assert!(machine.installed().exists());
}

#[test]
fn without_curl_and_wget_it_says_what_to_do() {
    let machine = Machine::new(&[]);

    let answer = machine.install(&[], &[("ORCHCLI_BASE_URL", "http://127.0.0.1:9")]);

    answer.fails_with(1, "a download needs curl or wget");
    answer.fails_with(1, "--from FILE");
}

#[test]
fn a_wrong_checksum_leaves_what_is_installed_alone() {
    let machine = Machine::new(&[]);
    let release = machine.release("release");
    machine.install(&["--from", release.join(archive()).to_str().unwrap()], &[]).succeeds();
    let before = fs::read(machine.installed()).unwrap();

    fs::write(release.join("checksums.txt"), format!("{}  {}\n", "0".repeat(64), archive())).unwrap();
    let answer = machine.install(&["--from", release.join(archive()).to_str().unwrap()], &[]);

    answer.fails_with(1, "the checksum of");
    assert_eq!(fs::read(machine.installed()).unwrap(), before);
    assert_eq!(
        fs::read_dir(machine.home().join(".local/bin")).unwrap().count(),
        1,
        "no temporary file stays"
    );
}

#[test]
fn what_no_checksum_is_known_of_is_refused() {
    let machine = Machine::new(&[]);
    let release = machine.release("release");
    let file = release.join(archive());

    fs::write(release.join("checksums.txt"), "").unwrap();
    machine.install(&["--from", file.to_str().unwrap()], &[]).fails_with(1, "does not name");
    fs::remove_file(release.join("checksums.txt")).unwrap();
    machine.install(&["--from", file.to_str().unwrap()], &[]).fails_with(1, "nothing is installed unchecked");

    assert!(!machine.installed().exists());
}

#[test]
fn a_release_of_another_version_than_asked_for_is_refused() {
    let machine = Machine::new(&[]);
    let release = machine.release("release");

    let environment = [("ORCHCLI_BASE_URL", release.to_str().unwrap()), ("ORCHCLI_VERSION", "1.2.4")];

    machine.install(&[], &environment).fails_with(1, "asked for 1.2.4, but this is orchcli 1.2.3");
    assert!(!machine.installed().exists());
}

#[test]
fn a_folder_of_files_is_a_release_too_and_paths_may_hold_spaces() {
    let machine = Machine::new(&[]);
    let release = machine.release("a mirror");
    let folder = machine.at("my own tools/bin");

    machine
        .install(
            &["--dir", folder.to_str().unwrap()],
            &[("ORCHCLI_BASE_URL", &format!("file://{}", release.display()))],
        )
        .succeeds();

    assert!(folder.join("orchcli").exists());
    assert!(machine.at("my own tools/share/man/man1/orchcli.1").exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_anything_is_fetched() {
    let machine = Machine::new(&[]);
    fs::write(machine.at("file"), "in the way").unwrap();
    let folder = machine.at("file/bin");

    let environment = [("ORCHCLI_BASE_URL", "/nowhere"), ("ORCHCLI_INSTALL_DIR", folder.to_str().unwrap())];

    machine.install(&[], &environment).fails_with(1, "cannot write to");
}

#[test]
fn sudo_is_used_only_where_it_is_needed_and_not_refused() {
    let machine = Machine::new(&[]);
    script(&machine.at("tools/sudo"), "echo \"sudo was asked\" >&2; exit 1");
    fs::write(machine.at("file"), "in the way").unwrap();
    let release = machine.release("release");
    let (file, folder) = (release.join(archive()), machine.at("file/bin"));
    let arguments = ["--from", file.to_str().unwrap(), "--dir", folder.to_str().unwrap()];

    machine.install(&arguments, &[]).fails_with(1, "sudo was asked");
    let refused = machine.install(&arguments, &[("ORCHCLI_NO_SUDO", "1")]);
    refused.fails_with(1, "cannot write to");
    assert!(!refused.words().contains("sudo was asked"));

    let own = machine.install(&arguments[..2], &[]).succeeds();
    assert!(!own.words().contains("sudo"), "a home folder that does not exist yet needs nobody else");
}

#[test]
fn uninstalling_removes_what_was_installed_and_keeps_the_data() {
    let machine = Machine::new(&[]);
    let release = machine.release("release");
    machine.install(&["--from", release.join(archive()).to_str().unwrap()], &[]).succeeds();
    let data = machine.at("home/.local/share/orchcli/orchcli.db");
    fs::create_dir_all(data.parent().unwrap()).unwrap();
    fs::write(&data, "kept").unwrap();

    machine.install(&["--uninstall"], &[]).succeeds();

    assert!(!machine.installed().exists());
    assert!(!machine.at("home/.local/share/man/man1/orchcli-serve.1").exists());
    assert!(!machine.at("home/.local/share/bash-completion/completions/orchcli").exists());
    assert!(data.exists());

    machine.install(&["--uninstall", "--purge"], &[]).succeeds();
    assert!(!data.exists());

    let again = machine.install(&["-u"], &[]).succeeds();
    assert!(again.words().contains("nothing to remove"), "{}", again.words());
}

#[test]
fn inside_a_checkout_it_builds_and_serves() {
    let machine = Machine::new(&[]);
    let checkout = checkout(&machine);
    for tool in ["cc", "make", "perl"] {
        script(&machine.at(&format!("tools/{tool}")), "");
    }
    program(&machine.at("built"), "0.1.0");
    // Stands in for cargo: "compiles" by putting the program where a release build ends.
    script(
        &machine.at("tools/cargo"),
        r#"while [ $# -gt 1 ]; do [ "$1" != --target-dir ] || target=$2; shift; done
mkdir -p "$target/release" && cp "$HOME/../built" "$target/release/orchcli""#,
    );

    let answer = machine.run(&checkout, &["--serve", "--", "--port", "4000"], &[]).succeeds();

    assert_eq!(String::from_utf8_lossy(&answer.0.stdout), "serving with: serve --port 4000\n");
    assert!(machine.installed().exists());
    assert!(machine.at("home/.cache/orchcli/target/release/orchcli").exists(), "kept for the next build");
}

#[test]
fn a_missing_compiler_is_named_and_can_be_refused() {
    let machine = Machine::new(&[]);
    let checkout = checkout(&machine);
    script(&machine.at("tools/cargo"), "exit 1");
    script(&machine.at("tools/apt-get"), "echo \"apt-get was asked\" >&2; exit 1");

    let answer = machine.run(&checkout, &[], &[("ORCHCLI_NO_PACKAGES", "1")]);

    answer.fails_with(1, "build-essential");
    assert!(!answer.words().contains("apt-get was asked"), "{}", answer.words());
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    let machine = Machine::new(&[]);
    for (arguments, words) in [
        (&["--colour"][..], "unknown argument: --colour"),
        (&["--dir"], "--dir needs a value"),
        (&["--version", "../1"], "not a version"),
        (&["--purge"], "--purge goes with --uninstall"),
        (&["--", "--port", "1"], "say --serve"),
    ] {
        machine.install(arguments, &[]).fails_with(2, words);
    }
    machine.install(&[], &[]).fails_with(1, "no release address is known");
}

/// A folder that the installer takes for this repository.
fn checkout(machine: &Machine) -> PathBuf {
    let folder = machine.at("a checkout");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src/main.rs"), "").unwrap();
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), folder.join("Cargo.toml")).unwrap();
    fs::copy(machine.at("install.sh"), folder.join("install.sh")).unwrap();
    folder.join("install.sh")
}
