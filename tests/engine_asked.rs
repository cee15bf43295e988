//! Questions of the commands that run a stack, on a terminal (cli.md 2.6, 3.3.1, 4.4).
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/terminal.rs"]
mod terminal;

use std::net::TcpListener;

use serde_json::json;
use terminal::{Terminal, cursor_is_back};

#[test]
fn where_there_is_no_project_it_is_asked_which_one_is_meant() {
    let home = tempfile::tempdir().unwrap();
    let name = format!("e-asked-{}", std::process::id());
    let mut projects = serde_json::Map::new();
    for folder in ["one", "two"] {
        let root = home.path().canonicalize().unwrap().join(folder);
        std::fs::create_dir(&root).unwrap();
        std::fs::write(root.join("orchcli.yaml"), format!("name: {name}-{folder}\n")).unwrap();
        projects.insert(root.to_str().unwrap().to_owned(), json!({"path": root}));
    }
    std::fs::create_dir_all(home.path().join(".config/orchcli")).unwrap();
    std::fs::create_dir(home.path().join("project")).unwrap();
    let contents = json!({"version": 1, "projects": projects}).to_string();
    std::fs::write(home.path().join(".config/orchcli/config.json"), contents).unwrap();
    let mut terminal = Terminal::start(home.path(), &["stop", "--dry-run"], &[]);
    terminal.until("Which one do you mean?");
    terminal.until("none of them");
    // The safe answer is the last one.
    terminal.press("\x1b[A\r");
    let (shown, code) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("up to date"), "{shown}");
    let mut terminal = Terminal::start(home.path(), &["stop", "--dry-run"], &[]);
    terminal.until("none of them");
    terminal.press("\r");
    let (shown, code) = terminal.end();
    assert_eq!(code, 3, "{shown}");
    cursor_is_back(&shown);
    let (shown, code) = Terminal::start(home.path(), &["stop", "--dry-run", "--no-input"], &[]).end();
    assert_eq!(code, 3, "{shown}");
    assert!(!shown.contains("Which one") && shown.contains("--project"), "{shown}");
}

#[test]
fn who_has_a_port_is_shown_on_request_before_another_one_is_used() {
    let home = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::fs::create_dir(home.path().join("project")).unwrap();
    let compose = format!(
        "name: e-asked-port-{}\nservices: {{web: {{image: 'testbed/busybox:1', command: [sleep, '9'], ports: ['127.0.0.1:{port}:80']}}}}\n",
        std::process::id()
    );
    std::fs::write(home.path().join("project/compose.yaml"), compose).unwrap();
    let arguments = ["start", "-d", "--dry-run", "--file", "compose.yaml"];
    let mut terminal = Terminal::start(home.path(), &arguments, &[]);
    terminal.until(&format!("port {port} (web) is used by"));
    terminal.until("stop here");
    terminal.press("\x1b[A\r");
    terminal.until(&format!("pid      {}", std::process::id()));
    terminal.then("stop here");
    terminal.press("\r");
    let (shown, code) = terminal.end();
    assert_eq!(code, 6, "{shown}");
    cursor_is_back(&shown);
}
