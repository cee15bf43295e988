//! The user's file: what many processes, killed ones and broken files do to it (cli.md 4.1, 4.2, 4.6).
#![allow(clippy::unwrap_used)]

#[path = "support/user.rs"]
mod user;

use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use user::User;

#[test]
fn fifty_processes_write_at_once_and_nothing_is_lost() {
    let user = User::new();
    let names: Vec<Vec<String>> =
        (0..50).map(|process| (0..20).map(|turn| format!("p{process}-{turn}")).collect()).collect();
    for name in names.iter().flatten() {
        user.folder(&format!("{name}/.orchcli"));
    }
    std::thread::scope(|scope| {
        for mine in &names {
            let user = &user;
            scope.spawn(move || {
                for name in mine {
                    // Who waits too long is told to run it again.
                    let once = || user.run(name, &["config", "use", "."]);
                    let said = std::iter::repeat_with(once).find(|said| said.code != Some(6)).unwrap();
                    said.text();
                }
            });
        }
        // Whoever reads while they write sees a whole file.
        for _ in 0..100 {
            if let Ok(text) = fs::read(user.config()) {
                serde_json::from_slice::<Value>(&text).unwrap();
            }
        }
    });
    let contents = user.contents();
    let projects = contents["projects"].as_object().unwrap();
    assert_eq!(projects.len(), 1000);
    for name in names.iter().flatten() {
        assert!(projects.contains_key(user.home().join(name).to_str().unwrap()), "{name}");
    }
    let beside: Vec<_> = fs::read_dir(user.config().parent().unwrap()).unwrap().flatten().collect();
    assert_eq!(beside.len(), 3, "the file, its backup and its lock: {beside:?}");
}

#[test]
fn a_writer_that_is_killed_leaves_the_old_file_or_the_new_one() {
    let user = User::new();
    user.folder("first/.orchcli");
    user.run("first", &["config", "use", "."]).text();
    for turn in 0..40u64 {
        let name = format!("p{turn}");
        user.folder(&format!("{name}/.orchcli"));
        let mut child: Child = user
            .orchcli(&name, &["config", "use", "."])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // A point of the run that is another one each time.
        std::thread::sleep(Duration::from_micros(turn * 700));
        child.kill().unwrap();
        child.wait().unwrap();
        let projects = user.run("first", &["config", "projects", "-o", "json"]).json();
        assert!(!projects["projects"].as_array().unwrap().is_empty());
    }
    user.run("first", &["config", "use", "."]).text();
    let drafts = fs::read_dir(user.config().parent().unwrap()).unwrap().flatten();
    let drafts = drafts.filter(|entry| entry.file_name().to_string_lossy().ends_with("-draft"));
    let left: Vec<_> = drafts.collect();
    user.folder("last/.orchcli");
    user.run("last", &["config", "use", "."]).text();
    for draft in left {
        assert!(!draft.path().exists(), "the next writer sweeps {draft:?}");
    }
}

#[test]
fn a_file_that_cannot_be_parsed_is_copied_and_never_reset() {
    let user = User::new();
    user.folder("shop/.orchcli");
    let broken = "{\"projects\": {";
    user.write(".config/orchcli/config.json", broken);
    for arguments in [["config", "projects"], ["config", "use"]] {
        let mut arguments = arguments.to_vec();
        if arguments[1] == "use" {
            arguments.push(".");
        }
        let error = user.run("shop", &arguments).error(5);
        assert!(error.starts_with("error: the user configuration cannot be used\ncause: ~/.config/orchcli/config.json: not valid JSON: EOF while parsing an object at line 1 column 14\nhint: correct it; a copy is ~/.config/orchcli/config.json.corrupt-"), "{error}");
    }
    user.write(".config/orchcli/config.json.bak", "{}");
    let error = user.run("shop", &["config", "projects"]).error(5);
    assert!(
        error.contains("hint: correct it, or go back to ~/.config/orchcli/config.json.bak; a copy"),
        "{error}"
    );
    assert_eq!(fs::read_to_string(user.config()).unwrap(), broken);
    let copies = fs::read_dir(user.config().parent().unwrap()).unwrap().flatten();
    let copies = copies.filter(|entry| entry.file_name().to_string_lossy().contains(".corrupt-"));
    let copies: Vec<_> = copies.map(|entry| fs::read_to_string(entry.path()).unwrap()).collect();
    assert_eq!(copies, [broken], "one copy of one content");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_its_place_is_not_waited_for() {
    let user = User::new();
    let folder = user.folder(".config/orchcli");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        folder.join("config.json"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .unwrap();
    let error = user.run("shop", &["config", "projects"]).error(5);
    assert!(
        error.contains("cause: ~/.config/orchcli/config.json cannot be read\ncause: it is no file\n"),
        "{error}"
    );
}

#[test]
fn the_last_good_version_is_kept() {
    let user = User::new();
    for name in ["one", "two"] {
        user.folder(&format!("{name}/.orchcli"));
        user.run(name, &["config", "use", "."]).text();
    }
    let backup = fs::read(user.config().with_file_name("config.json.bak")).unwrap();
    let backup: Value = serde_json::from_slice(&backup).unwrap();
    assert_eq!(backup["projects"].as_object().unwrap().len(), 1);
    assert_eq!(user.contents()["projects"].as_object().unwrap().len(), 2);
}

#[cfg(unix)]
#[test]
fn only_its_user_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let user = User::new();
    user.folder("shop/.orchcli");
    user.run("shop", &["config", "use", "."]).text();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&user.config()), 0o600);
    assert_eq!(mode(user.config().parent().unwrap()), 0o700);
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_is_changed() {
    let user = User::new();
    user.folder("shop/.orchcli");
    user.write("file", "");
    let config = user.home().join("file/config.json");
    let said = user.run("shop", &["config", "use", ".", "--user-config", config.to_str().unwrap()]);
    let error = said.error(5);
    assert!(error.contains("cause: ~/file/config.json cannot be read"), "{error}");

    let config = user.home().join("none\0".trim_end_matches('\0'));
    fs::create_dir(&config).unwrap();
    let said = user.run("shop", &["config", "use", ".", "--user-config", config.to_str().unwrap()]);
    assert!(said.error(5).contains("~/none cannot be read"));
}

#[test]
fn the_references_file_is_taken_over_once_and_left_alone() {
    let user = User::new();
    let shop = user.folder("shop");
    let shop = shop.to_str().unwrap();
    let old = json!({"projects": {shop: {"path": shop, "mode": "production"}, "/gone": {"path": "/gone"}}, "current_project": shop});
    let legacy = user.write(".orchcli/orchcli-config.json", &old.to_string());
    let list = user.run("", &["config", "projects"]);
    assert_eq!(list.text(), "* shop  production  -  ~/shop\n");
    user.folder("other/.orchcli");
    let first = user.run("other", &["config", "use", "."]);
    assert_eq!(
        first.err,
        "warning: took over 1 project from ~/.orchcli/orchcli-config.json, which stays as it is\n"
    );
    assert_eq!(user.run("other", &["config", "use", "."]).err, "", "it is told once");
    assert_eq!(fs::read_to_string(&legacy).unwrap(), old.to_string());
    let contents = user.contents();
    assert_eq!(contents["projects"].as_object().unwrap().len(), 2);
    assert_eq!(contents["projects"][shop]["mode"], "production");

    fs::write(&legacy, json!({"projects": {}}).to_string()).unwrap();
    assert_eq!(user.run("", &["config", "projects"]).text().lines().count(), 2, "it is not looked at again");
}

#[test]
fn what_a_newer_version_wrote_is_read_and_not_changed() {
    let user = User::new();
    let shop = user.folder("shop/.orchcli").parent().unwrap().to_owned();
    let text = json!({"version": 2, "projects": {shop.to_str().unwrap(): {"path": shop, "name": "shop", "shape": "new"}}});
    user.write(".config/orchcli/config.json", &text.to_string());
    let said = user.run("", &["config", "projects"]);
    assert!(
        said.err.contains("warning: ~/.config/orchcli/config.json is from a newer orchcli"),
        "{}",
        said.err
    );
    assert_eq!(said.text(), "  shop  -  -  ~/shop\n");
    let error = user.run("shop", &["config", "use", "."]).error(5);
    assert!(error.contains("has version 2, which a newer orchcli wrote: it is not changed"), "{error}");
    assert_eq!(fs::read_to_string(user.config()).unwrap(), text.to_string());
}

#[test]
fn yaml_is_as_good_and_both_are_one_too_many() {
    let user = User::new();
    user.folder("shop/.orchcli");
    let yaml = user.write(".config/orchcli/config.yaml", "defaults:\n  bind: 127.0.0.2\n");
    user.run("shop", &["config", "use", "."]).text();
    let text = fs::read_to_string(&yaml).unwrap();
    assert!(text.contains("127.0.0.2") && text.contains("current_project:"), "{text}");
    assert!(!user.config().exists());
    user.write(".config/orchcli/config.json", "{}");
    let error = user.run("shop", &["config", "projects"]).error(5);
    assert_eq!(
        error,
        "error: there are both ~/.config/orchcli/config.json and ~/.config/orchcli/config.yaml\nhint: keep one of them\n"
    );
}

#[test]
fn what_is_gone_is_pruned() {
    let user = User::new();
    for name in ["one", "two"] {
        user.folder(&format!("{name}/.orchcli"));
        user.run(name, &["config", "use", "."]).text();
    }
    fs::remove_dir_all(user.home().join("two")).unwrap();
    assert_eq!(
        user.run("", &["config", "projects"]).text(),
        "  one  -  -  ~/one\n* two  -  -  ~/two  (not there)\n"
    );
    assert_eq!(user.run("", &["config", "projects", "--prune"]).text(), "  one  -  -  ~/one\n");
    let contents = user.contents();
    assert_eq!(
        (contents["projects"].as_object().unwrap().len(), &contents["current_project"]),
        (1, &Value::Null)
    );
}

#[test]
fn what_the_file_says_cannot_drive_the_terminal() {
    let user = User::new();
    let folder = "/srv/\u{1b}[31mred\u{7}\n\u{202e}";
    let entry = json!({"path": folder, "name": "\u{1b}]0;title\u{7}", "mode": "production\u{1b}[2J"});
    user.write(".config/orchcli/config.json", &json!({"projects": {folder: entry}}).to_string());
    let listed = user.run("", &["config", "projects"]).text();
    assert_eq!(listed.lines().count(), 1, "{listed:?}");
    let missing = user.run("", &["--project", "none", "status", "--color", "always"]).error(3);
    for text in [listed, missing] {
        assert!(!text.contains("\u{1b}[31mred") && !text.contains(['\u{7}', '\u{202e}']), "{text:?}");
        assert!(text.contains("\\u{1b}[31mred"), "{text:?}");
    }
}
