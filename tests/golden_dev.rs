//! What a run of `dev` shows from its start to Ctrl-C, for people and for programs (cli.md 2.3, 3.2).
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "support/going.rs"]
mod going;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/standin_ui.rs"]
mod standin_ui;
#[path = "support/user.rs"]
mod user;

use ports::free_port;
use user::User;

#[test]
fn a_run_shows_so() {
    let user = User::new();
    user.write("shop/orchcli.yaml", "name: shop\n");
    standin_ui::write(&user.folder("shop"));
    let ports = ["core", "ui"].map(|service| (service, free_port().to_string()));
    let mut hide = vec![(user.home().display().to_string(), "~")];
    hide.extend(
        ports.iter().map(|(service, port)| (port.clone(), if *service == "ui" { "<ui>" } else { "<core>" })),
    );
    let mut arguments: Vec<String> =
        ["dev", "--frontend-only", "--core", "embedded"].map(str::to_owned).to_vec();
    arguments.extend(ports.iter().map(|(service, port)| format!("--port={service}={port}")));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let command = || {
        let mut command = user.orchcli("shop", &[]);
        // npm has words of its own, others with each version.
        command.env("LANG", "C.UTF-8").env("npm_config_loglevel", "silent");
        // Node is where the tests find it.
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command
    };
    let words = ["listening on http://", "ready after"];
    let shown = going::shown(&command, &arguments, &["text", "ndjson"], (&words, &["core", "ui"]), &hide);
    golden::hold("commands", &[("dev-run".to_owned(), shown)]);
}
