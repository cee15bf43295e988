//! Which project a command is about, wherever the user is (cli.md 4.4).
#![allow(clippy::unwrap_used)]

#[cfg(unix)]
#[path = "support/ports.rs"]
mod ports;
#[path = "support/user.rs"]
mod user;

use std::fs;

use serde_json::json;
use user::User;

/// The project that a command in this folder is about.
#[track_caller]
fn found(user: &User, folder: &str, more: &[&str]) -> String {
    let mut arguments = vec!["config", "path", "--scope", "project"];
    arguments.extend(more);
    let text = user.run(folder, &arguments).text();
    let file = text.lines().next().unwrap().strip_prefix("project  ").unwrap();
    file.trim_end_matches("  (not there)").strip_suffix("/orchcli.yaml").unwrap().to_owned()
}

/// A user whose file has these projects.
fn user(projects: &serde_json::Value) -> User {
    let user = User::new();
    let text = projects.to_string().replace('~', user.home().to_str().unwrap());
    user.write(".config/orchcli/config.json", &text);
    user
}

fn registered() -> User {
    let user = user(&json!({"projects": {
        "~/shop": {"path": "~/shop", "name": "shop", "ui_path": "~/src/ui", "core_path": "~/src/core"},
        "~/bakery": {"path": "~/bakery", "name": "bakery", "compose_project": "bread"},
        "~/old/shop": {"path": "~/old/shop", "name": "twice"},
        "~/new/shop": {"path": "~/new/shop", "name": "twice"},
    }, "current_project": "~/bakery"}));
    for folder in ["shop", "bakery", "old/shop", "new/shop", "src/ui/deep", "src/core", "elsewhere"] {
        user.folder(folder);
    }
    user
}

#[test]
fn a_folder_with_a_mark_is_the_project_of_all_that_is_in_it() {
    let user = User::new();
    user.write("by-file/orchcli.yaml", "");
    user.folder("by-file/a/b");
    user.folder("by-folder/.orchcli");
    user.folder("by-folder/a/.orchcli");
    user.folder("by-folder/a/b");
    assert_eq!(found(&user, "by-file", &[]), "~/by-file");
    assert_eq!(found(&user, "by-file/a/b", &[]), "~/by-file");
    assert_eq!(found(&user, "by-folder/a/b", &[]), "~/by-folder/a", "the nearest");
    assert_eq!(found(&user, "", &["-C", user.home().join("by-file/a").to_str().unwrap()]), "~/by-file");
}

#[test]
fn a_registered_folder_and_its_checkouts_are_found_from_below() {
    let user = registered();
    assert_eq!(found(&user, "shop/a/b", &[]), "~/shop");
    assert_eq!(found(&user, "src/ui/deep", &[]), "~/shop", "a checkout elsewhere");
    assert_eq!(found(&user, "src/core", &[]), "~/shop");
    user.write("src/ui/orchcli.yaml", "");
    assert_eq!(found(&user, "src/ui/deep", &[]), "~/src/ui", "a mark goes before what is registered");
}

#[cfg(unix)]
#[test]
fn links_lead_to_where_the_project_is() {
    let user = registered();
    std::os::unix::fs::symlink(user.home().join("shop"), user.home().join("link")).unwrap();
    assert_eq!(found(&user, "link", &[]), "~/shop");
    assert_eq!(found(&user, "", &["-p", "./link"]), "~/shop");
    let elsewhere = user.home().join("elsewhere");
    std::os::unix::fs::symlink(&elsewhere, user.home().join("shop/out")).unwrap();
    assert_eq!(found(&user, "shop/out", &[]), "~/bakery", "it is where the link leads, not where it is");
}

#[test]
fn a_named_project_goes_before_the_one_here() {
    let user = registered();
    for (named, root) in
        [("bakery", "~/bakery"), ("bread", "~/bakery"), ("../bakery", "~/bakery"), (".", "~/shop")]
    {
        assert_eq!(found(&user, "shop", &["-p", named]), root, "{named}");
    }
    let mut command = user.orchcli("shop", &["config", "path", "--scope", "project"]);
    let out = command.env("ORCHCLI_PROJECT", "bakery").output().unwrap().stdout;
    assert!(String::from_utf8(out).unwrap().contains("/bakery/orchcli.yaml"));
}

#[test]
fn a_name_that_is_none_lists_those_there_are() {
    let user = registered();
    let known = "hint: name one with --project: ~/shop, ~/bakery, ~/old/shop, ~/new/shop\n";
    for (named, error) in [
        ("shoop", format!("error: there is no project shoop\n{known}")),
        (
            "../elsewhere",
            format!(
                "error: ~/elsewhere is no project: it has neither orchcli.yaml nor .orchcli, and is not registered\n{known}"
            ),
        ),
        (
            "twice",
            "error: several projects are called twice\nhint: name the folder: ~/old/shop, ~/new/shop\n"
                .to_owned(),
        ),
    ] {
        assert_eq!(user.run("shop", &["config", "path", "-p", named]).error(3), error);
    }
}

#[test]
fn where_there_is_none_reading_commands_are_about_the_current_one_and_say_so() {
    let user = registered();
    let said = user.run("elsewhere", &["config", "path", "--scope", "project"]);
    assert_eq!(said.err, "warning: there is no project here: this is about ~/bakery\n");
    assert!(said.out.starts_with("project  ~/bakery/orchcli.yaml"));
    fs::remove_dir(user.home().join("bakery")).unwrap();
    let error = user.run("elsewhere", &["config", "path", "--scope", "project"]).error(3);
    assert!(error.starts_with("error: there is no project here"), "{error}");
}

#[test]
fn a_compose_file_makes_its_folder_the_project_where_there_is_no_other() {
    let user = registered();
    user.write("elsewhere/compose.yaml", "services: {web: {image: x}}");
    let said = user.run("elsewhere", &["config", "compose", "--services", "--file", "compose.yaml"]);
    assert_eq!((said.err.as_str(), said.out.as_str()), ("", "web\n"), "the current one is not asked");
    assert!(!user.home().join("elsewhere/.orchcli").exists());
    let said = user.run("shop", &["config", "compose", "--services", "--file", "../elsewhere/compose.yaml"]);
    assert_eq!(said.text(), "web\n", "a file counts from where the user is");
}

#[test]
fn the_file_of_the_mode_is_used_with_what_is_laid_on_it() {
    let user = registered();
    user.write("shop/docker/docker-compose.hybrid-core.yml", "name: shop\nservices: {web: {image: x}}");
    user.write("shop/docker/docker-compose.override.yml", "services: {web: {user: me}}");
    user.write("shop/orchcli.override.yaml", "services: {more: {image: y}}");
    fs::remove_dir_all(user.home().join("src/ui")).unwrap();
    user.folder("shop/deep");
    let model = user.run("shop/deep", &["config", "compose", "--format", "json"]).json();
    assert_eq!(model["name"], "shop");
    assert_eq!(model["services"]["web"]["user"], "me");
    assert_eq!(model["services"]["more"]["image"], "y");
}

#[test]
fn the_model_needs_nothing_of_the_users() {
    let user = User::new();
    user.write(".config/orchcli/config.json", "{");
    user.write("shop/compose.yaml", "services: {web: {image: x}}");
    let said = user.run("shop", &["config", "compose", "--services", "--file", "compose.yaml"]);
    assert!(said.err.starts_with("warning: goes on without the user configuration: "), "{}", said.err);
    assert_eq!(said.text(), "web\n");
}

#[test]
fn the_folder_the_reference_keeps_its_file_in_is_no_project() {
    let user = User::new();
    user.write(".orchcli/orchcli-config.json", "{\"projects\":{}}");
    user.run("elsewhere", &["config", "path", "--scope", "project"]).error(3);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_where_a_link_of_the_project_leads() {
    let ports = ["mongodb", "core", "ui"].map(|service| format!("--port={service}={}", ports::free_port()));
    let starts = ["start -d", "restart", "init --core embedded --ui embedded"];
    let all =
        [&starts[..], &["config set bind 127.0.0.1", "dev --no-containers --core embedded --only core"]]
            .concat();
    for (link, commands) in [(".orchcli", &all[..]), (".orchcli/tmp", &all), ("docker", &starts)] {
        for line in commands {
            let user = User::new();
            user.write("shop/orchcli.yaml", "name: shop\n");
            let (elsewhere, link) = (user.folder("elsewhere"), user.home().join("shop").join(link));
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
            let mut arguments: Vec<&str> = line.split_whitespace().collect();
            if line.starts_with("init") {
                arguments.extend(ports.each_ref().map(String::as_str));
            }
            let said = user.run("shop", &arguments).error(6);
            let expected = format!("{} is a link: remove it", link.display());
            assert!(said.contains(&expected.replace(user.home().to_str().unwrap(), "~")), "{line}: {said}");
            assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0, "{line}");
        }
    }
}
