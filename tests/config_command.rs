//! `orchcli config`: what is set and by whom, changed without losing a comment, checked with line and column
//! (cli.md 3.10).
#![allow(clippy::unwrap_used)]

#[path = "support/user.rs"]
mod user;

use std::fs;

use serde_json::{Value, json};
use user::User;

/// A user with a project called shop.
fn shop(settings: &str) -> User {
    let user = User::new();
    user.write("shop/orchcli.yaml", settings);
    user
}

fn settings(user: &User) -> String {
    fs::read_to_string(user.home().join("shop/orchcli.yaml")).unwrap()
}

#[test]
fn every_value_is_listed_with_where_it_comes_from() {
    let user = shop("bind: 0.0.0.0\nservices:\n  core: {port: 3100}\n");
    user.write("shop/.env", "ORCHCLI_TAG_UI=v2\n");
    user.write("shop/.orchcli/state.json", "{\"ports\": {\"ui\": 3105}}");
    user.write(".config/orchcli/config.json", "{\"defaults\": {\"pull\": \"never\"}}");
    let text = user.run("shop", &["config", "list", "--show-origin"]).text();
    for line in [
        "project orchcli.yaml:1  bind = 0.0.0.0",
        "project orchcli.yaml:3  services.core.port = 3100",
        "env ORCHCLI_TAG_UI      services.ui.tag = v2",
        "state                   services.ui.port = 3105",
        "default                 services.mongodb.port = 27017",
        "user                    defaults.pull = never",
        "default                 mode = auto",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let list = user.run("shop", &["config", "list", "-o", "json"]).json();
    assert_eq!(list["kind"], "ConfigList");
    let values = list["values"].as_array().unwrap();
    let of = |key: &str| values.iter().find(|value| value["key"] == key).unwrap().clone();
    assert_eq!(
        of("bind"),
        json!({"key": "bind", "value": "0.0.0.0", "origin": "project", "source": "~/shop/orchcli.yaml:1"})
    );
    assert_eq!(
        of("wait.core"),
        json!({"key": "wait.core", "value": "90s", "origin": "default", "source": null})
    );
    let outside = user.run("", &["config", "list"]).text();
    assert!(outside.contains("defaults.pull = never") && !outside.contains("services."), "{outside}");
}

#[test]
fn a_value_is_told_whether_it_is_set_or_not() {
    let user = shop("services: {core: {environment: {A: one}}}\n");
    assert_eq!(user.run("shop", &["config", "get", "services.core.port"]).text(), "3000\n");
    assert_eq!(user.run("shop", &["config", "get", "services.core.environment.A"]).text(), "one\n");
    assert_eq!(user.run("shop", &["config", "get", "name"]).text(), "");
    assert_eq!(user.run("shop", &["config", "get", "services.core.port", "--scope", "project"]).text(), "");
    let value = user.run("shop", &["config", "get", "bind", "-o", "json"]).json();
    assert_eq!(value["kind"], "ConfigValue");
    assert_eq!((&value["value"], &value["origin"]), (&json!("127.0.0.1"), &json!("default")));
    assert_eq!(
        user.run("shop", &["config", "get", "services.core.prot"]).error(2),
        "error: there is no key services.core.prot; did you mean services.core.port?\n"
    );
    user.run("", &["config", "get", "services.core.port"]).error(3);
}

#[test]
fn a_value_is_set_in_its_file_and_comments_stay() {
    let user = shop("# ours\nservices:\n  core:\n    port: 3100 # taken otherwise\n");
    let said = user.run("shop/deep", &["config", "set", "services.core.port", "3200"]).text();
    assert_eq!(said, "services.core.port: 3100 → 3200 in ~/shop/orchcli.yaml\n");
    assert_eq!(settings(&user), "# ours\nservices:\n  core:\n    port: 3200 # taken otherwise\n");
    assert_eq!(
        user.run("shop", &["config", "set", "services.core.port", "3200"]).text(),
        "= services.core.port is 3200 already\n"
    );
    user.run("shop", &["config", "set", "services.core.environment.LOG_LEVEL", "debug"]).text();
    user.run("shop", &["config", "set", "services.mongodb.tag", "7.0"]).text();
    user.run("shop", &["config", "set", "compose.profiles", "a,b"]).text();
    assert_eq!(
        settings(&user),
        "# ours\nservices:\n  core:\n    port: 3200 # taken otherwise\n    environment:\n      LOG_LEVEL: debug\n  \
         mongodb:\n    tag: \"7.0\"\ncompose:\n  profiles: [a, b]\n"
    );
    let change =
        user.run("shop", &["config", "unset", "services.core.environment.LOG_LEVEL", "-o", "json"]).json();
    assert_eq!(change["kind"], "ConfigChange");
    assert_eq!(
        (&change["before"], &change["after"], &change["scope"]),
        (&json!("debug"), &Value::Null, &json!("project"))
    );
    assert!(!settings(&user).contains("environment"));
}

#[test]
fn a_users_value_goes_into_the_users_file_in_any_folder() {
    let user = shop("");
    user.run("shop", &["config", "set", "defaults.bind", "127.0.0.2"]).text();
    user.run("", &["config", "set", "git.credentials.git.example.com.token_env", "MY_TOKEN"]).text();
    let contents = user.contents();
    assert_eq!(contents["defaults"]["bind"], "127.0.0.2");
    assert_eq!(contents["git"]["credentials"]["git.example.com"]["token_env"], "MY_TOKEN");
    assert_eq!(user.run("shop", &["config", "get", "bind"]).text(), "127.0.0.2\n");
    assert_eq!(settings(&user), "");
    user.run("", &["config", "unset", "defaults.bind"]).text();
    assert_eq!(user.run("shop", &["config", "get", "bind"]).text(), "127.0.0.1\n");
}

#[test]
fn a_value_that_does_not_fit_changes_nothing() {
    let user = shop("name: shop\n");
    for (arguments, error) in [
        (
            ["services.core.port", "70000"],
            "error: services.core.port must be a port from 1 to 65535, and is 70000\n",
        ),
        (
            ["mode", "fast"],
            "error: mode must be auto, production, development, ui-dev or core-dev, and is fast\n",
        ),
        (
            ["name", "My Shop"],
            "error: name must be a name of lower-case letters, digits, _ and -, beginning with a letter or digit, and is My Shop\n",
        ),
        (
            ["services.core.environment", "x"],
            "error: services.core.environment must be set by the name of each, and is x\n",
        ),
    ] {
        let [key, value] = arguments;
        assert_eq!(user.run("shop", &["config", "set", key, value]).error(2), error);
    }
    assert_eq!(
        user.run("shop", &["config", "set", "bind", "::1", "--scope", "user"]).error(2),
        "error: bind belongs to the project configuration\nhint: for all your projects, set defaults.bind\n"
    );
    user.run("", &["config", "set", "bind", "::1"]).error(3);
    assert_eq!(settings(&user), "name: shop\n");
}

#[test]
fn a_dry_run_shows_the_plan_and_writes_nothing() {
    let user = shop("name: shop\n");
    let plan = user.run("shop", &["config", "set", "bind", "::1", "--dry-run"]).text();
    assert_eq!(plan, "~ change ~/shop/orchcli.yaml  bind: not set → ::1\n");
    let plan = user.run("shop", &["config", "set", "name", "shop", "--dry-run", "-o", "json"]).json();
    assert_eq!((&plan["kind"], &plan["steps"][0]["action"]), (&json!("Plan"), &json!("keep")));
    user.run("shop", &["config", "set", "defaults.pull", "never", "--dry-run"]).text();
    assert_eq!(settings(&user), "name: shop\n");
    assert!(!user.config().exists() && !user.home().join("shop/.orchcli").exists());
}

#[test]
fn wrong_files_are_told_with_line_and_column() {
    let user = shop("nmae: x\nservices: {core: {port: no}}\n");
    let error = user.run("shop", &["config", "list"]).error(5);
    assert_eq!(
        error,
        "error: ~/shop/orchcli.yaml has 2 errors\n\
         cause: ~/shop/orchcli.yaml:1:1: nmae: there is no such key; did you mean name?\n\
         cause: ~/shop/orchcli.yaml:2:25: services.core.port: must be a port from 1 to 65535, and is \"no\"\n\
         hint: config schema tells every key\n"
    );
    let said = user.run("shop", &["config", "validate"]);
    assert_eq!((said.code, said.err.as_str()), (Some(5), ""));
    assert_eq!(
        said.out,
        "fail  ~/shop/orchcli.yaml:1:1: nmae: there is no such key; did you mean name?\n\
         fail  ~/shop/orchcli.yaml:2:25: services.core.port: must be a port from 1 to 65535, and is \"no\"\n"
    );
    user.write("shop/orchcli.yaml", "");
    user.write("shop/orchcli.override.yaml", "services:\n  core:\n    imge: x\n");
    let said = user.run("shop", &["config", "validate", "-o", "json"]);
    assert_eq!(said.code, Some(5));
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["kind"], "ConfigReport");
    let finding = &report["files"][1]["findings"][0];
    assert_eq!((&finding["line"], &finding["path"]), (&json!(3), &json!("services.core.imge")), "{report}");
    fs::remove_file(user.home().join("shop/orchcli.override.yaml")).unwrap();
    assert_eq!(user.run("shop", &["config", "validate"]).text(), "ok    ~/shop/orchcli.yaml\n");
    user.write(
        "shop/compose.yaml",
        "services: {a: {image: x, attach: true}, b: {image: x, provider: {type: y}}}",
    );
    let said = user.run("shop", &["config", "validate", "--file", "compose.yaml"]);
    assert_eq!(said.code, Some(5));
    assert!(said.err.starts_with("warning: ") && said.err.contains("services.a.attach"), "{}", said.err);
    assert!(
        said.out.contains("fail  ~/shop/compose.yaml:1:") && said.out.contains("services.b.provider"),
        "{}",
        said.out
    );
    let error = user.run("shop", &["config", "set", "bind", "x"]).error(2);
    assert!(error.starts_with("error: bind must be an address"), "{error}");
}

#[test]
fn a_variable_that_does_not_fit_is_named() {
    let user = shop("");
    let mut command = user.orchcli("shop", &["config", "compose"]);
    let output = command.env("ORCHCLI_PORT_CORE", "many").output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: ORCHCLI_PORT_CORE does not fit services.core.port: it must be a port from 1 to 65535\n"
    );
}

#[cfg(unix)]
#[test]
fn what_an_editor_leaves_takes_the_place_of_the_file_only_when_it_is_right() {
    let user = shop("name: shop\n");
    let edit = |line: &str| {
        let script = user.write("editor.sh", &format!("#!/bin/sh\n{line}\n"));
        let mut command = user.orchcli("shop", &["config", "edit"]);
        command.env("EDITOR", format!("sh {}", script.display())).env("PATH", "/usr/bin:/bin");
        user::Said::of(command.output().unwrap(), user.home())
    };
    assert_eq!(edit("echo 'bind: 0.0.0.0' >> \"$1\"").text(), "changed ~/shop/orchcli.yaml\n");
    assert_eq!(settings(&user), "name: shop\nbind: 0.0.0.0\n");
    assert_eq!(edit("true").text(), "= nothing changed\n");
    edit("echo 'x: 1' > \"$1\"; exit 3").error(1);
    let error = edit("echo 'prot: 1' > \"$1\"").error(5);
    assert!(error.contains("orchcli.edit.yaml:1:1: prot: there is no such key"), "{error}");
    assert!(error.contains("hint: what you wrote is kept in ~/shop/orchcli.edit.yaml"), "{error}");
    assert_eq!(settings(&user), "name: shop\nbind: 0.0.0.0\n");

    let kept = || fs::read_to_string(user.home().join("shop/orchcli.edit.yaml")).ok();
    edit("exit 3").error(1);
    assert_eq!(kept().as_deref(), Some("prot: 1\n"), "an editor that fails throws nothing away");
    let said = edit("test \"$(cat \"$1\")\" = 'prot: 1' && echo 'name: mill' > \"$1\"");
    assert!(said.err.starts_with("goes on with what was kept in ~/shop/orchcli.edit.yaml"), "{}", said.err);
    assert_eq!((settings(&user).as_str(), kept()), ("name: mill\n", None));
}

#[cfg(unix)]
#[test]
fn a_file_that_changed_since_a_draft_of_it_was_kept_is_told() {
    let user = shop("name: shop\n");
    let before = std::time::SystemTime::now() - std::time::Duration::from_mins(1);
    let draft = user.write("shop/orchcli.edit.yaml", "name: mill\n");
    fs::File::open(draft).unwrap().set_modified(before).unwrap();
    let said = user.run("shop", &["config", "edit", "--dry-run"]);
    assert!(said.out.contains("opens an editor, on what was kept"), "{}", said.out);
    let mut command = user.orchcli("shop", &["config", "edit"]);
    let output = command.env("EDITOR", "true").env("PATH", "/usr/bin:/bin").output().unwrap();
    let said = user::Said::of(output, user.home());
    assert!(said.err.contains("; ~/shop/orchcli.yaml has changed since"), "{}", said.err);
    assert_eq!(settings(&user), "name: mill\n");
}

#[test]
fn a_project_is_forgotten_and_nothing_in_it_is_touched() {
    let user = shop("");
    user.run("shop", &["config", "use", "."]).text();
    assert_eq!(user.run("", &["config", "projects"]).text(), "* shop  -  -  ~/shop\n");
    assert_eq!(
        user.run("", &["config", "remove", "shop", "--dry-run"]).text(),
        "- remove ~/shop  from the user configuration\n"
    );
    assert_eq!(
        user.run("", &["config", "remove", "shop"]).text(),
        "~/shop is forgotten; nothing in it was changed\n"
    );
    assert_eq!(user.run("", &["config", "projects"]).text(), "");
    assert!(user.home().join("shop/orchcli.yaml").exists());
    assert_eq!(user.run("", &["config", "remove", "shop"]).text(), "= ~/shop was not registered\n");
    user.run("", &["config", "remove", "elsewhere"]).error(3);
}

#[test]
fn what_the_reference_knew_is_taken_over_once() {
    let user = shop("");
    let root = user.home().join("shop");
    let old = json!({"projects": {root.to_str().unwrap(): {"path": root, "mode": "production"}}});
    user.write(".orchcli/orchcli-config.json", &old.to_string());
    user.run("", &["config", "set", "defaults.pull", "never", "--user-config", "other.json"]).text();
    let plan = user.run("", &["config", "migrate", "--dry-run"]).text();
    assert_eq!(
        plan,
        "~ change ~/.config/orchcli/config.json  takes over 1 project of ~/.orchcli/orchcli-config.json\n"
    );
    assert!(!user.config().exists());
    let said = user.run("", &["config", "migrate"]).text();
    assert_eq!(
        said,
        "took over 1 project from ~/.orchcli/orchcli-config.json, which stays as it is\n+ ~/shop\n"
    );
    assert_eq!(user.contents()["projects"][root.to_str().unwrap()]["mode"], "production");
    let again = user.run("", &["config", "migrate"]).text();
    assert_eq!(again, "= every project of ~/.orchcli/orchcli-config.json is known already\n");
}

#[test]
fn what_cannot_be_read_of_the_reference_is_told_with_its_place() {
    let user = shop("");
    for (text, why) in [
        ("{\n  \"projects\": {\n", "not valid JSON: EOF while parsing an object at line 3 column 0"),
        ("{\"projects\": {\"/x\": 1}}", "projects./x: invalid type: integer `1`"),
    ] {
        user.write(".orchcli/orchcli-config.json", text);
        for arguments in [&["config", "migrate"][..], &["config", "migrate", "--dry-run"]] {
            let error = user.run("", arguments).error(5);
            assert!(error.contains(&format!("cause: ~/.orchcli/orchcli-config.json: {why}")), "{error}");
        }
        assert!(!user.config().exists());
    }
}

#[test]
fn what_was_chosen_and_cannot_be_read_is_told() {
    let user = shop("");
    user.write("shop/.orchcli/state.json", "{\n\"ports\":");
    let said = user.run("shop", &["config", "get", "services.core.port"]);
    assert!(
        said.err.starts_with("warning: ~/shop/.orchcli/state.json cannot be read, and counts as empty: EOF")
            && said.err.contains("line 2")
            && said.err.contains("--auto-port"),
        "{}",
        said.err
    );
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert_eq!(said.text(), "3000\n");
}

#[test]
fn the_schema_takes_what_is_right_and_nothing_else() {
    let user = User::new();
    let schema = user.run("", &["config", "schema"]).json();
    let project = jsonschema::validator_for(&schema).unwrap();
    for (good, text) in [
        (
            true,
            json!({"version": 1, "mode": "auto", "services": {"core": {"port": 3000, "environment": {"A": "1"}}}, "wait": {"core": "90s"}}),
        ),
        (false, json!({"services": {"core": {"prot": 1}}})),
        (false, json!({"services": {"core": {"port": 0}}})),
        (false, json!({"mode": "fast"})),
    ] {
        assert_eq!(project.is_valid(&text), good, "{text}");
    }
    let schema = user.run("", &["config", "schema", "user"]).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    user.run("", &["config", "set", "git.credentials.github.com.username", "me"]).text();
    user.write("shop/orchcli.yaml", "");
    user.run("shop", &["config", "use", "."]).text();
    assert!(validator.is_valid(&user.contents()));
    assert!(!validator.is_valid(&json!({"defaults": {"pull": "sometimes"}})));
}

#[test]
fn secrets_are_not_listed() {
    let user = shop("services: {core: {environment: {DB_PASSWORD: hunter22, PLAIN: word}}}\n");
    user.write(".config/orchcli/config.json", "{\"proxy\": {\"https\": \"http://me:hunter22@proxy:3128\"}}");
    let text = user.run("shop", &["config", "list"]).text();
    assert!(
        !text.contains("hunter22") && text.contains("PLAIN=word") && text.contains("http://***@proxy:3128"),
        "{text}"
    );
    let text = user.run("shop", &["config", "get", "services.core.environment.DB_PASSWORD"]).text();
    assert_eq!(text, "***\n");
}

#[test]
fn comments_of_a_users_yaml_stay() {
    let user = shop("");
    let file =
        user.write(".config/orchcli/config.yaml", "# mine\ndefaults:\n  pull: never # offline often\n");
    user.run("shop", &["config", "set", "defaults.bind", "127.0.0.2"]).text();
    user.run("shop", &["config", "use", "."]).text();
    let text = fs::read_to_string(file).unwrap();
    assert!(
        text.starts_with("# mine\ndefaults:\n  pull: never # offline often\n  bind: 127.0.0.2\n"),
        "{text}"
    );
    assert!(text.contains("current_project: "), "{text}");
}

#[test]
fn a_users_defaults_are_used_where_nothing_else_is_said() {
    let user = shop("");
    user.run("shop", &["config", "set", "defaults.output", "json"]).text();
    let value = user.run("shop", &["config", "get", "bind"]).json();
    assert_eq!(value["value"], "127.0.0.1");
    assert_eq!(user.run("shop", &["config", "get", "bind", "-o", "text"]).text(), "127.0.0.1\n");
    let mut command = user.orchcli("shop", &["config", "get", "bind"]);
    let output = command.env("ORCHCLI_OUTPUT", "text").output().unwrap();
    assert_eq!(output.stdout, b"127.0.0.1\n");
}

#[test]
fn authorities_that_are_none_are_refused_before_anything_is_done() {
    let user = shop("");
    user.write("words.pem", "no certificate");
    for (file, why) in [
        (
            "none.pem",
            "error: --ca-file none.pem cannot be read\ncause: No such file or directory (os error 2)\n",
        ),
        (
            "../words.pem",
            "error: --ca-file ../words.pem holds no certificate\nhint: name a PEM file, with lines such as -----BEGIN CERTIFICATE-----\n",
        ),
    ] {
        let refused = user.run("shop", &["config", "set", "bind", "0.0.0.0", "--ca-file", file]).error(5);
        assert_eq!(refused, why);
    }
    assert_eq!(settings(&user), "");
}
