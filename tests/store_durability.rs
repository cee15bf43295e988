//! What is saved stays saved: through kills, full disks, damage, and two servers that want one folder.
//!
//! Needs root, to mount a small and a read-only disk.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use orchcli::clock::Clock;
use orchcli::id::RunId;
use orchcli::store::{Collection, Document, Error, Filter, Patch, Store};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

#[derive(Debug, Serialize, Deserialize)]
struct Run {
    #[serde(rename = "_id")]
    id: RunId,
    steps: i64,
    log: String,
}

impl Document for Run {
    type Id = RunId;
    const COLLECTION: Collection = Collection { name: "workflow_runs", indexes: &[] };

    fn id(&self) -> RunId {
        self.id
    }
}

fn open(dir: &Path) -> Result<Store, Error> {
    Store::open(dir, Clock::system(), &[Run::COLLECTION])
}

fn run(log: &str) -> Run {
    Run { id: RunId::new(), steps: 0, log: log.to_owned() }
}

fn refusal(dir: &Path) -> String {
    open(dir).unwrap_err().to_string()
}

/// A folder with a closed database of a thousand documents, and the path of its file.
async fn filled() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    futures::future::join_all((0..1000).map(async |_| store.insert(&run(&"x".repeat(200))).await.unwrap()))
        .await;
    store.close().await.unwrap();
    let file = dir.path().join("orchcli.db");
    (dir, file)
}

const VICTIM: &str = "ORCHCLI_TEST_STORE_OF_THE_VICTIM";

/// Writes until it is killed, and says which writes were answered.
#[tokio::test]
#[ignore = "the test below starts it, and kills it"]
async fn victim() {
    let dir = std::env::var_os(VICTIM).expect("started by the test below");
    let store = open(Path::new(&dir)).unwrap();
    let writers = (0..8).map(async |_| {
        loop {
            let document = run("started");
            store.insert(&document).await.unwrap();
            say(&format!("inserted {}", document.id));
            let step = Patch::new().increment("steps", 1).set("log", "stepped");
            assert!(store.patch::<Run>(document.id, Filter::all(), step).await.unwrap());
            say(&format!("patched {}", document.id));
        }
    });
    futures::future::join_all(writers).await;
}

/// One line that reaches the parent even when the next instruction is the last.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\nvictim {line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answered_write_survives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let (mut inserted, mut patched) = (BTreeSet::<RunId>::new(), BTreeSet::<RunId>::new());
    for round in 0..25 {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "victim", "--ignored", "--nocapture"])
            .env(VICTIM, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let reader = std::thread::spawn(move || lines.map(Result::unwrap).collect::<Vec<_>>());
        std::thread::sleep(Duration::from_millis(rand::rng().random_range(30..200)));
        victim.kill().unwrap();
        victim.wait().unwrap();
        for line in reader.join().unwrap() {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["victim", "inserted", id] => inserted.insert(id.parse().unwrap()),
                ["victim", "patched", id] => patched.insert(id.parse().unwrap()),
                _ => continue,
            };
        }
        let store = open(dir.path()).unwrap();
        let found = store.find::<Run>(Filter::all()).await.unwrap();
        let stepped: BTreeSet<_> = found.iter().filter(|run| run.steps == 1).map(|run| run.id).collect();
        let found: BTreeSet<_> = found.iter().map(|run| run.id).collect();
        assert!(inserted.is_subset(&found), "round {round} lost {:?}", inserted.difference(&found));
        assert!(patched.is_subset(&stepped), "round {round} lost {:?}", patched.difference(&stepped));
    }
    assert!(!patched.is_empty());
}

#[tokio::test]
async fn a_full_disk_refuses_what_does_not_fit_and_keeps_the_rest() {
    let disk = Disk::mount("size=1m");
    let store = open(disk.path()).unwrap();
    let mut saved = Vec::new();
    let refused = loop {
        let document = run(&"x".repeat(20_000));
        match store.insert(&document).await {
            Ok(()) => saved.push(document.id),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, Error::Full { .. }), "{refused:?}");
    let words = refused.to_string();
    assert!(words.contains("no space left") && words.contains("orchcli.db"), "{words}");
    assert!(saved.len() > 10);
    for id in &saved {
        assert!(store.get::<Run>(*id).await.unwrap().is_some());
    }

    disk.remount("size=8m");
    store.insert(&run("there is room again")).await.unwrap();
    drop(store);
    let store = open(disk.path()).unwrap();
    assert_eq!(store.count::<Run>(Filter::all()).await.unwrap(), saved.len() as u64 + 1);
}

#[tokio::test]
async fn one_write_that_does_not_fit_does_not_fail_the_others() {
    let disk = Disk::mount("size=1m");
    let store = open(disk.path()).unwrap();
    let large = run(&"x".repeat(2_000_000));
    let (large, small) = tokio::join!(store.insert(&large), async {
        let small: Vec<Run> = (0..10).map(|_| run("small")).collect();
        futures::future::join_all(small.iter().map(|run| store.insert(run))).await
    });
    assert!(matches!(large, Err(Error::Full { .. })), "{large:?}");
    assert!(small.iter().all(Result::is_ok), "{small:?}");
}

#[tokio::test]
async fn a_disk_that_is_full_from_the_start_is_named() {
    let disk = Disk::mount("size=4k");
    let words = refusal(disk.path());
    assert!(words.contains("no space left"), "{words}");
}

#[tokio::test]
async fn a_read_only_disk_is_named_with_the_way_out() {
    let disk = Disk::mount("size=4m");
    drop(open(disk.path()).unwrap());
    disk.remount("ro");
    let words = refusal(disk.path());
    assert!(words.contains("Read-only file system") && words.contains("--data-dir"), "{words}");
    let words = refusal(&disk.path().join("new"));
    assert!(words.contains("Read-only file system") && words.contains("/new"), "{words}");
}

#[tokio::test]
async fn a_folder_that_is_a_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("data");
    std::fs::write(&file, "").unwrap();
    let words = refusal(&file);
    assert!(words.contains("data") && words.contains("--data-dir"), "{words}");
}

#[tokio::test]
async fn an_overwritten_page_is_noticed() {
    let (dir, file) = filled().await;
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[5 * 4096..6 * 4096].fill(0xA5);
    std::fs::write(&file, bytes).unwrap();
    let error = open(dir.path()).unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error:?}");
    let words = error.to_string();
    assert!(words.contains("orchcli.db is damaged") && words.contains("backup"), "{words}");
}

#[tokio::test]
async fn a_truncated_file_is_noticed() {
    let (dir, file) = filled().await;
    let size = std::fs::metadata(&file).unwrap().len();
    std::fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(size / 2).unwrap();
    let error = open(dir.path()).unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_not_our_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("orchcli.db");
    let letter = "Dear diary, ".repeat(100);
    std::fs::write(&file, &letter).unwrap();
    let words = refusal(dir.path());
    assert!(words.contains("not a database of orchcli"), "{words}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), letter);

    std::fs::remove_file(&file).unwrap();
    rusqlite::Connection::open(&file).unwrap().execute_batch("CREATE TABLE bookmarks (url)").unwrap();
    let words = refusal(dir.path());
    assert!(words.contains("not a database of orchcli"), "{words}");
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let (dir, file) = filled().await;
    let database = rusqlite::Connection::open(&file).unwrap();
    let version = |version: i64| database.pragma_update(None, "user_version", version).unwrap();
    let known = database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    version(4711);
    let words = refusal(dir.path());
    assert!(words.contains("newer orchcli") && words.contains("4711"), "{words}");
    version(known);
    assert_eq!(open(dir.path()).unwrap().count::<Run>(Filter::all()).await.unwrap(), 1000);
}

#[tokio::test]
async fn a_folder_has_one_server_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path()).unwrap();
    let words = refusal(dir.path());
    assert!(words.contains(&format!("process {}", std::process::id())), "{words}");
    let clone = first.clone();
    drop(first);
    assert!(matches!(open(dir.path()), Err(Error::InUse { .. })));
    drop(clone);
    open(dir.path()).unwrap();
}

#[tokio::test]
async fn only_the_user_can_read_what_is_stored() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("deep/data");
    let store = open(&data).unwrap();
    store.insert(&run("secret")).await.unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for entry in std::fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

/// A small disk in memory, gone when dropped.
struct Disk(TempDir);

impl Disk {
    fn mount(options: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        mount(&["-t", "tmpfs", "-o", options, "tmpfs"], dir.path());
        Self(dir)
    }

    fn remount(&self, options: &str) {
        mount(&["-o", &format!("remount,{options}")], self.path());
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

fn mount(arguments: &[&str], at: &Path) {
    let output = Command::new("mount").args(arguments).arg(at).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "these tests mount small disks, which needs root: {words}");
}
