//! Clones and remotes, against bare repositories and a smart-HTTP server of this machine (cli.md 6.4, 6.5).
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/git.rs"]
mod host;

use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use host::{Manner, Server, bare, git};
use orchcli::git::{
    Access, Checkout, Cloned, Error, Folder, Moved, Question, Request, Transfer, Upstream, clone, inspect,
    reachable, upstream,
};
use tokio_util::sync::CancellationToken;

const FILES: &[(&str, &str)] = &[("package.json", "{}"), ("src/a.txt", "a")];

fn access() -> Access {
    Access { tokens: Vec::new(), proxy: None, authorities: None, offline: false, ask: Arc::new(|_| None) }
}

/// Somebody who answers every question with this user and password.
fn answering(user: &'static str, password: &'static str) -> Access {
    let answer = move |question: &Question| match question {
        Question::User { .. } => Some(user.into()),
        Question::Password { .. } => Some(password.into()),
        Question::Passphrase { .. } | Question::Trust { .. } => None,
    };
    Access { ask: Arc::new(answer), ..access() }
}

fn request(url: &str, folder: &Path) -> Request {
    Request {
        url: url.to_owned(),
        reference: None,
        depth: None,
        temporary: folder.join("tmp/clone-x"),
        into: folder.join("ui"),
    }
}

fn quiet() -> Transfer {
    Transfer::new(CancellationToken::new(), |_| ())
}

/// Nothing was left in either place.
#[track_caller]
fn nothing_left(folder: &Path) {
    assert!(!folder.join("ui").exists(), "the place stays free");
    let left = std::fs::read_dir(folder.join("tmp")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "the temporary folder is gone");
}

#[tokio::test]
async fn a_clone_is_what_git_itself_would_make() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path(), "ui", FILES);
    let server = Server::start(folder.path(), Manner::Good);
    for url in [
        format!("{}/ui", server.url),
        format!("file://{}", repository.display()),
        repository.display().to_string(),
    ] {
        let place = tempfile::tempdir().expect("a folder");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&seen);
        let transfer =
            Transfer::new(CancellationToken::new(), move |moved| told.lock().expect("no panic").push(moved));
        let cloned = clone(request(&url, place.path()), access(), &transfer).await.expect("a clone");
        let checkout = place.path().join("ui");
        let head = git(&repository, &["rev-parse", "main"]);
        assert_eq!(cloned, Cloned { head: head.clone(), branch: Some("main".to_owned()), notes: Vec::new() });
        assert_eq!(git(&checkout, &["rev-parse", "HEAD"]), head);
        assert_eq!(git(&checkout, &["status", "--porcelain", "--branch"]), "## main...origin/main");
        assert_eq!(git(&checkout, &["remote", "get-url", "origin"]), url);
        assert_eq!(git(&checkout, &["config", "remote.origin.fetch"]), "+refs/heads/*:refs/remotes/origin/*");
        assert_eq!(git(&checkout, &["branch", "-r", "--format=%(refname)"]).lines().count(), 3);
        assert_eq!(git(&checkout, &["tag"]), "v1");
        assert_eq!(std::fs::read_to_string(checkout.join("src/a.txt")).expect("a file"), "a");
        assert!(!git(&checkout, &["fsck"]).contains("error"));
        assert!(!place.path().join("tmp/clone-x").exists());
        let seen = seen.lock().expect("no panic");
        assert!(seen.iter().any(|moved| matches!(moved, Moved::Written { .. })), "{seen:?}");
    }
}

#[tokio::test]
async fn a_branch_a_tag_and_a_commit_can_be_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path(), "ui", FILES);
    let url = repository.display().to_string();
    let first = git(&repository, &["rev-parse", "v1^{commit}"]);
    let dev = git(&repository, &["rev-parse", "dev"]);
    for (reference, head, branch) in [
        ("dev", &dev, Some("dev")),
        ("v1", &first, None),
        (first.as_str(), &first, None),
        (&dev[..9], &dev, None),
    ] {
        let place = tempfile::tempdir().expect("a folder");
        let wanted = Request { reference: Some(reference.to_owned()), ..request(&url, place.path()) };
        let cloned = clone(wanted, access(), &quiet()).await.expect("a clone");
        assert_eq!((&cloned.head, cloned.branch.as_deref()), (head, branch), "{reference}");
        assert_eq!(git(&place.path().join("ui"), &["status", "--porcelain"]), "");
    }
    for reference in ["none", "0123456789012345678901234567890123456789"] {
        let wanted = Request { reference: Some(reference.to_owned()), ..request(&url, folder.path()) };
        let error = clone(wanted, access(), &quiet()).await.expect_err("not there");
        assert!(matches!(error, Error::Reference { .. }), "{error}");
        nothing_left(folder.path());
    }
}

#[tokio::test]
async fn a_shallow_clone_has_so_many_commits_and_one_branch() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path(), "ui", FILES);
    let server = Server::start(folder.path(), Manner::Good);
    let place = tempfile::tempdir().expect("a folder");
    let wanted = Request { depth: Some(1), ..request(&format!("{}/ui", server.url), place.path()) };
    clone(wanted, access(), &quiet()).await.expect("a clone");
    let checkout = place.path().join("ui");
    assert_eq!(git(&checkout, &["rev-list", "--count", "HEAD"]), "1");
    assert_eq!(git(&checkout, &["rev-parse", "--is-shallow-repository"]), "true");
    let place = tempfile::tempdir().expect("a folder");
    let wanted = Request { depth: Some(1), ..request(&repository.display().to_string(), place.path()) };
    let cloned = clone(wanted, access(), &quiet()).await.expect("a clone");
    assert_eq!(cloned.notes.len(), 1, "a local repository knows no depth, and says so");
    assert_eq!(git(&place.path().join("ui"), &["rev-list", "--count", "HEAD"]), "2");
}

#[tokio::test]
async fn submodules_come_along() {
    let folder = tempfile::tempdir().expect("a folder");
    bare(folder.path(), "lib", &[("lib.txt", "lib")]);
    bare(folder.path(), "ui", FILES);
    let work = folder.path().join("ui.work");
    let lib = folder.path().join("lib.git");
    let arguments =
        ["-c", "protocol.file.allow=always", "submodule", "add", "-q", &lib.to_string_lossy(), "lib"];
    git(&work, &arguments);
    git(&work, &["config", "-f", ".gitmodules", "submodule.lib.url", "../lib.git"]);
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "lib"]);
    git(&work, &["push", "-q", &folder.path().join("ui.git").to_string_lossy(), "main"]);
    let place = tempfile::tempdir().expect("a folder");
    let url = folder.path().join("ui.git").display().to_string();
    clone(request(&url, place.path()), access(), &quiet()).await.expect("a clone");
    assert_eq!(std::fs::read_to_string(place.path().join("ui/lib/lib.txt")).expect("a file"), "lib");
}

#[tokio::test]
async fn the_right_login_is_let_in_and_not_written_down() {
    let folder = tempfile::tempdir().expect("a folder");
    bare(folder.path(), "ui", FILES);
    let server = Server::start(folder.path(), Manner::Login("me", "hunter2"));
    let place = tempfile::tempdir().expect("a folder");
    let wanted = request(&format!("{}/ui", server.url), place.path());
    clone(wanted, answering("me", "hunter2"), &quiet()).await.expect("a clone");
    let config = std::fs::read_to_string(place.path().join("ui/.git/config")).expect("a file");
    assert!(!config.contains("hunter2"), "{config}");
}

#[tokio::test]
async fn a_wrong_login_is_offered_once() {
    let folder = tempfile::tempdir().expect("a folder");
    bare(folder.path(), "ui", FILES);
    let server = Server::start(folder.path(), Manner::Login("me", "hunter2"));
    let wanted = request(&format!("{}/ui", server.url), folder.path());
    let error = clone(wanted, answering("me", "wrong-one"), &quiet()).await.expect_err("refused");
    let Error::Auth { host, tried } = &error else { panic!("{error}") };
    assert_eq!((host.as_str(), tried.last().map(String::as_str)), ("127.0.0.1", Some("what was typed in")));
    assert!(!error.to_string().contains("wrong-one"));
    assert_eq!(server.logins.load(Ordering::SeqCst), 1);
    nothing_left(folder.path());
}

#[tokio::test]
async fn without_a_login_nobody_is_let_in() {
    let folder = tempfile::tempdir().expect("a folder");
    bare(folder.path(), "ui", FILES);
    let server = Server::start(folder.path(), Manner::Login("me", "hunter2"));
    let wanted = request(&format!("{}/ui", server.url), folder.path());
    let error = clone(wanted, access(), &quiet()).await.expect_err("refused");
    assert!(matches!(error, Error::Auth { .. }) && !error.passing(), "{error}");
    assert_eq!(server.logins.load(Ordering::SeqCst), 0);
    nothing_left(folder.path());
}

#[tokio::test]
async fn a_repository_that_moved_on_its_host_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    bare(folder.path(), "ui", FILES);
    let server = Server::start(folder.path(), Manner::Moved);
    let place = tempfile::tempdir().expect("a folder");
    let wanted = request(&format!("{}/old/ui", server.url), place.path());
    clone(wanted, access(), &quiet()).await.expect("a clone");
}

#[tokio::test]
async fn what_is_not_there_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), Manner::Missing);
    let of = async |url: &str| {
        let error = clone(request(url, folder.path()), access(), &quiet()).await.expect_err("not there");
        nothing_left(folder.path());
        error
    };
    let error = of(&format!("{}/ui", server.url)).await;
    assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
    let (nowhere, none) = (folder.path().join("none.git"), folder.path().join("none"));
    std::fs::create_dir(&none).expect("a folder");
    for path in [nowhere, none].map(|path| path.display().to_string()) {
        for url in [path.clone(), format!("file://{path}")] {
            let error = of(&url).await.to_string();
            assert_eq!(error, format!("there is no repository at {path}"));
        }
    }
}

#[tokio::test]
async fn a_truncated_transfer_is_a_passing_failure_that_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    bare(folder.path(), "ui", FILES);
    let server = Server::start(folder.path(), Manner::Truncated(1));
    let url = format!("{}/ui", server.url);
    let error = clone(request(&url, folder.path()), access(), &quiet()).await.expect_err("cut off");
    assert!(matches!(error, Error::Transfer { .. }) && error.passing(), "{error:?}");
    nothing_left(folder.path());
    clone(request(&url, folder.path()), access(), &quiet()).await.expect("the next attempt works");
}

#[tokio::test]
async fn a_host_that_falls_silent_is_given_up() {
    let folder = tempfile::tempdir().expect("a folder");
    bare(folder.path(), "ui", FILES);
    let server = Server::start(folder.path(), Manner::Silent);
    let transfer = quiet().stall(Duration::from_millis(400));
    let wanted = request(&format!("{}/ui", server.url), folder.path());
    let error = clone(wanted, access(), &transfer).await.expect_err("silent");
    assert!(matches!(error, Error::Stalled { .. }) && error.passing(), "{error:?}");
    nothing_left(folder.path());
}

#[tokio::test]
async fn a_cancelled_clone_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    bare(folder.path(), "ui", FILES);
    let server = Server::start(folder.path(), Manner::Silent);
    let cancel = CancellationToken::new();
    let transfer = Transfer::new(cancel.clone(), |_| ());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        cancel.cancel();
    });
    let wanted = request(&format!("{}/ui", server.url), folder.path());
    let error = clone(wanted, access(), &transfer).await.expect_err("cancelled");
    assert!(matches!(error, Error::Cancelled), "{error:?}");
    nothing_left(folder.path());
}

#[tokio::test]
async fn offline_only_this_machine_is_reached() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path(), "ui", FILES);
    let offline = Access { offline: true, ..access() };
    let error = clone(request("https://git.example/me/ui", folder.path()), offline.clone(), &quiet()).await;
    assert!(matches!(error, Err(Error::Offline { .. })), "{error:?}");
    nothing_left(folder.path());
    clone(request(&repository.display().to_string(), folder.path()), offline, &quiet())
        .await
        .expect("a clone");
}

#[tokio::test]
async fn what_is_in_the_way_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path(), "ui", FILES);
    std::fs::create_dir(folder.path().join("ui")).expect("a folder");
    std::fs::write(folder.path().join("ui/mine.txt"), "mine").expect("a file");
    let error = clone(request(&repository.display().to_string(), folder.path()), access(), &quiet()).await;
    assert!(matches!(error, Err(Error::Local { .. })), "{error:?}");
    assert_eq!(std::fs::read_to_string(folder.path().join("ui/mine.txt")).expect("a file"), "mine");
    std::fs::remove_file(folder.path().join("ui/mine.txt")).expect("a file");
    clone(request(&repository.display().to_string(), folder.path()), access(), &quiet())
        .await
        .expect("an empty folder is free");
}

#[tokio::test]
async fn upstream_is_set_once_and_fetched() {
    let folder = tempfile::tempdir().expect("a folder");
    let official = bare(folder.path(), "official", FILES);
    let fork = bare(folder.path(), "fork", FILES);
    clone(request(&fork.display().to_string(), folder.path()), access(), &quiet()).await.expect("a clone");
    let checkout = folder.path().join("ui");
    let wanted = Upstream { checkout: checkout.clone(), url: official.display().to_string(), push: false };
    assert!(wanted.set().expect("set"), "it is new");
    assert!(!wanted.set().expect("set"), "it stays");
    upstream(wanted.clone(), access(), &quiet()).await.expect("fetched");
    assert_eq!(git(&checkout, &["rev-parse", "upstream/main"]), git(&official, &["rev-parse", "main"]));
    assert_eq!(git(&checkout, &["branch", "-r", "--list", "upstream/*"]).lines().count(), 1);
    assert_eq!(git(&checkout, &["config", "remote.upstream.pushurl"]), "no_push");
    assert_eq!(git(&checkout, &["config", "remote.upstream.fetch"]), "+refs/heads/*:refs/remotes/upstream/*");
    assert_eq!(git(&checkout, &["config", "branch.main.remote"]), "origin");
    let elsewhere = Upstream { url: fork.display().to_string(), push: true, ..wanted };
    assert!(elsewhere.set().expect("set"), "another URL is a change");
    let Folder::Checkout(Checkout { upstream, .. }) = inspect(&checkout).expect("a checkout") else {
        panic!()
    };
    assert_eq!(upstream.as_deref(), Some(elsewhere.url.as_str()));
}

#[tokio::test]
async fn a_plan_asks_whether_a_repository_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path(), "ui", FILES);
    reachable(repository.display().to_string(), access(), &quiet()).await.expect("it can");
    let gone = folder.path().join("none.git").display().to_string();
    assert!(reachable(gone, access(), &quiet()).await.is_err());
}

#[test]
fn a_folder_is_free_a_checkout_or_something_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    assert_eq!(inspect(&path.join("none")).expect("looked"), Folder::Free);
    assert_eq!(inspect(path).expect("looked"), Folder::Free);
    std::fs::write(path.join("x"), "x").expect("a file");
    assert_eq!(inspect(path).expect("looked"), Folder::Other);
    assert_eq!(inspect(&path.join("x")).expect("looked"), Folder::Other);
    git(path, &["init", "-q", "-b", "main", "repo"]);
    git(&path.join("repo"), &["remote", "add", "origin", "https://github.com/me/ui"]);
    let Folder::Checkout(found) = inspect(&path.join("repo")).expect("looked") else { panic!() };
    assert_eq!((found.origin.as_deref(), found.head), (Some("https://github.com/me/ui"), None));
    assert_eq!(inspect(&path.join("repo/sub")).expect("looked"), Folder::Free, "nothing above it counts");
}
