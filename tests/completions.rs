//! What a shell is told when it asks how a line goes on (cli.md 3.11).
#![allow(clippy::unwrap_used)]

#[path = "support/user.rs"]
mod user;

use user::User;

/// The candidates for the last word of a line, as fish is told them: without what they are for.
fn asked(user: &User, folder: &str, line: &[&str]) -> Vec<String> {
    let mut command = user.orchcli(folder, &["--"]);
    command.arg("orchcli").args(line).env("ORCHCLI_COMPLETE", "fish");
    let output = command.output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

fn shop() -> User {
    let user = User::new();
    user.write("shop/orchcli.yaml", "");
    user.write("shop/orchcli.override.yaml", "services: {worker: {image: x}}");
    user.write("bakery/compose.yaml", "services: {oven: {image: x}}");
    user.run("shop", &["config", "use", "."]).text();
    user
}

#[test]
fn services_are_those_of_the_project_here() {
    let user = shop();
    assert_eq!(asked(&user, "shop/deep", &["logs", ""])[..4], ["mongodb", "core", "ui", "worker"]);
    assert_eq!(asked(&user, "shop", &["exec", "wo"]), ["worker"]);
    assert_eq!(asked(&user, "bakery", &["--file", "compose.yaml", "logs", "o"]), ["oven"]);
    assert_eq!(asked(&user, "bakery", &["-p", "shop", "logs", "wo"]), ["worker"]);
    assert!(!user.home().join("shop/docker").exists(), "nothing is written");
}

#[test]
fn projects_and_keys_are_named() {
    let user = shop();
    assert_eq!(asked(&user, "bakery", &["config", "use", "s"]), ["shop"]);
    assert_eq!(asked(&user, "bakery", &["--project", "sh"]), ["shop"]);
    assert_eq!(
        asked(&user, "bakery", &["config", "get", "services.core.p"]),
        ["services.core.provider", "services.core.port", "services.core.path"]
    );
}

#[test]
fn what_fails_is_no_candidate_and_says_nothing() {
    let user = shop();
    user.write(".config/orchcli/config.json", "{");
    user.write("bakery/compose.yaml", "services: [");
    assert_eq!(asked(&user, "bakery", &["config", "use", "s"]), [""; 0]);
    assert_eq!(asked(&user, "bakery", &["--file", "compose.yaml", "logs", "o"]), [""; 0]);
    assert_eq!(asked(&user, "bakery", &["--file", "none.yaml", "exec", "o"]), [""; 0]);
}
