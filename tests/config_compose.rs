//! `orchcli config compose` as somebody at a terminal meets it: which files, which form, what it says when it cannot.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder called `shop`.
struct Shop(TempDir);

impl Shop {
    fn path(&self) -> PathBuf {
        self.0.path().join("shop")
    }
}

/// A shop with these files.
fn shop(files: &[(&str, &str)]) -> Shop {
    let shop = Shop(tempfile::tempdir().unwrap());
    std::fs::create_dir(shop.path()).unwrap();
    for (name, text) in files {
        let path = shop.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    shop
}

fn orchcli(folder: &Shop, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("orchcli").unwrap();
    command.current_dir(folder.path()).env_clear().args(["config", "compose"]).args(arguments);
    command
}

fn stdout(folder: &Shop, arguments: &[&str]) -> String {
    String::from_utf8(orchcli(folder, arguments).assert().success().get_output().stdout.clone()).unwrap()
}

const WEB: &str = "\
services:
  web: {image: 'nginx:${TAG:-1}', volumes: ['data:/data'], depends_on: [db]}
  db: {build: .}
  debug: {image: busybox, profiles: [debug, all]}
volumes: {data: }
";

#[test]
fn the_model_is_yaml_or_json_and_loads_again() {
    let folder = shop(&[("compose.yaml", WEB)]);
    let yaml = stdout(&folder, &["--file", "compose.yaml"]);
    let json: Value =
        serde_json::from_str(&stdout(&folder, &["--file", "compose.yaml", "--format", "json"])).unwrap();
    assert_eq!(serde_saphyr::from_str::<Value>(&yaml).unwrap(), json);
    assert_eq!(json["name"], "shop");
    assert_eq!(json["services"]["web"]["image"], "nginx:1");
    assert_eq!(json["services"]["db"]["build"]["context"], *folder.path().to_str().unwrap());
    std::fs::write(folder.path().join("again.yaml"), &yaml).unwrap();
    assert_eq!(stdout(&folder, &["--file", "again.yaml"]), yaml);
}

#[test]
fn the_global_forms_put_it_into_an_envelope() {
    let folder = shop(&[("compose.yaml", "services: {web: {image: x$NONE}}")]);
    let json: Value =
        serde_json::from_str(&stdout(&folder, &["--file", "compose.yaml", "-o", "json"])).unwrap();
    assert_eq!(
        (&json["kind"], &json["compose"]["services"]["web"]["image"]),
        (&json!("ComposeModel"), &json!("x"))
    );
    assert_eq!(json["warnings"][0]["code"], "COMPOSE_VARIABLE");
    let json: Value =
        serde_json::from_str(&stdout(&folder, &["--file", "compose.yaml", "-o", "json", "--services"]))
            .unwrap();
    assert_eq!(json["services"], json!(["web"]));
}

#[test]
fn one_list_can_be_asked_for() {
    let folder = shop(&[("compose.yaml", WEB)]);
    let list = |flag| stdout(&folder, &["--file", "compose.yaml", flag]);
    assert_eq!(list("--services"), "web\ndb\n");
    assert_eq!(list("--images"), "nginx:1\nshop-db\n");
    assert_eq!(list("--volumes"), "data\n");
    assert_eq!(list("--profiles"), "all\ndebug\n");
    assert_eq!(stdout(&folder, &["--file", "compose.yaml", "--services", "db"]), "db\n");
    assert_eq!(
        stdout(&folder, &["--file", "compose.yaml", "--services", "--profile", "debug"]),
        "web\ndb\ndebug\n"
    );
    orchcli(&folder, &["--file", "compose.yaml", "--services", "--images"]).assert().code(2);
}

#[test]
fn the_hash_follows_what_makes_a_container() {
    let folder = shop(&[
        (
            "compose.yaml",
            "services: {web: {image: x, secrets: [s]}, db: {image: y}}\nsecrets: {s: {file: s}}",
        ),
        ("build.yaml", "services: {web: {build: ., scale: 3, depends_on: [db]}}"),
        ("user.yaml", "services: {web: {user: me}}"),
        ("s", "one"),
    ]);
    let hash = |files: &[&str]| {
        let arguments: Vec<&str> =
            files.iter().flat_map(|file| ["--file", file]).chain(["--hash=web"]).collect();
        stdout(&folder, &arguments)
    };
    let before = hash(&["compose.yaml"]);
    assert!(before.starts_with("web ") && before.trim_end().len() == "web ".len() + 64, "{before}");
    assert_eq!(hash(&["compose.yaml", "build.yaml"]), before);
    assert_ne!(hash(&["compose.yaml", "user.yaml"]), before);
    std::fs::write(folder.path().join("s"), "two").unwrap();
    assert_ne!(hash(&["compose.yaml"]), before);
    assert_eq!(stdout(&folder, &["--file", "compose.yaml", "--hash"]).lines().count(), 2);
    orchcli(&folder, &["--file", "compose.yaml", "--hash=none"]).assert().code(2);
}

#[test]
fn files_names_and_profiles_come_from_flags_environment_and_env_file() {
    let folder = shop(&[
        ("a.yaml", "services: {web: {image: 'a$TAG'}}"),
        ("sub/b.yaml", "services: {web: {user: me}, debug: {image: d, profiles: [p]}}"),
        ("one.env", "TAG=-one\n"),
    ]);
    let model = |command: &mut Command| -> Value {
        serde_json::from_slice(&command.args(["--format", "json"]).assert().success().get_output().stdout)
            .unwrap()
    };
    let both = model(orchcli(&folder, &[]).env("COMPOSE_FILE", "a.yaml:sub/b.yaml").env("TAG", "-set"));
    assert_eq!(
        (&both["services"]["web"]["image"], &both["services"]["web"]["user"]),
        (&json!("a-set"), &json!("me"))
    );
    let one = model(&mut orchcli(
        &folder,
        &["--file", "a.yaml", "--env-file", "one.env", "--project-name", "mine"],
    ));
    assert_eq!((&one["name"], &one["services"]["web"]["image"]), (&json!("mine"), &json!("a-one")));

    let dotenv = "COMPOSE_FILE=a.yaml,sub/b.yaml\nCOMPOSE_PATH_SEPARATOR=,\nCOMPOSE_PROFILES=p\nCOMPOSE_PROJECT_NAME=said\nTAG=\n";
    std::fs::write(folder.path().join(".env"), dotenv).unwrap();
    let all = model(&mut orchcli(&folder, &[]));
    assert_eq!((&all["name"], &all["services"]["debug"]["image"]), (&json!("said"), &json!("d")));
}

#[test]
fn a_name_that_is_none_is_refused_wherever_it_is_said() {
    let folder = shop(&[("compose.yaml", "services: {web: {image: a}}")]);
    orchcli(&folder, &["--file", "compose.yaml", "--project-name", "Bad"]).assert().code(2).stdout("");
    for variable in ["COMPOSE_PROJECT_NAME", "ORCHCLI_PROJECT_NAME"] {
        orchcli(&folder, &["--file", "compose.yaml"]).env(variable, "Bad").assert().code(2).stdout("");
    }
}

#[test]
fn without_a_project_it_says_what_to_do() {
    let folder = shop(&[]);
    let error = "error: there is no project here: no folder from here up has orchcli.yaml or .orchcli, \
                 and neither --file nor COMPOSE_FILE names a Compose file\n\
                 hint: make one: orchcli init; or name a Compose file: --file compose.yaml\n";
    orchcli(&folder, &[]).assert().code(3).stdout("").stderr(error);
}

#[test]
fn every_error_is_told_with_its_place() {
    let folder = shop(&[("compose.yaml", "services:\n  web:\n    imge: x\n    scale: many\n")]);
    let error = "error: the Compose files have 2 errors\n\
                 cause: compose.yaml:3:5: services.web.imge: there is no such key; did you mean image?\n\
                 cause: compose.yaml:4:12: services.web.scale: must be a whole number, and is a text\n";
    orchcli(&folder, &["--file", "compose.yaml"]).assert().code(5).stdout("").stderr(error);

    let output =
        orchcli(&folder, &["--file", "compose.yaml", "-o", "json"]).assert().code(5).get_output().clone();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["error"]["code"], "COMPOSE_INVALID");
    let finding = &document["error"]["details"]["findings"][0];
    let expected = json!({
        "code": "COMPOSE_UNKNOWN_KEY", "message": "there is no such key; did you mean image?",
        "file": "compose.yaml", "line": 3, "column": 5, "path": "services.web.imge",
    });
    assert_eq!(*finding, expected);
}

#[test]
fn unknown_services_and_bad_names_are_usage_errors() {
    let folder = shop(&[("compose.yaml", "services: {web: {image: x}, db: {image: x, profiles: [off]}}")]);
    let refused = |argument: &str, told: &str| {
        let unknown = orchcli(&folder, &["--file", "compose.yaml", argument]).assert().code(2);
        unknown.stderr(format!("error: there is no service {told}\n"));
    };
    refused("webs", "webs\nhint: did you mean web?");
    refused("nope", "nope\nhint: the services are db, web");
    refused("--hash=webs", "webs\nhint: did you mean web?");
    orchcli(&folder, &["--file", "compose.yaml", "--project-name", "My App"]).assert().code(2).stdout("");
}

#[test]
fn warnings_go_to_stderr_and_quiet_leaves_them_out() {
    let folder = shop(&[("compose.yaml", "services: {web: {image: x$NONE}}")]);
    let warning = "warning: compose.yaml:1:25: services.web.image: the variable NONE is not set: it is empty here and everywhere else\n";
    orchcli(&folder, &["--file", "compose.yaml"]).assert().success().stderr(warning);
    orchcli(&folder, &["--file", "compose.yaml", "-q"]).assert().success().stderr("");
}

#[test]
fn a_file_comes_through_standard_input_and_its_paths_count_from_here() {
    let folder = shop(&[
        ("sub/over.yaml", "services: {web: {user: me, volumes: ['./data:/data']}}"),
        (".env", "TAG=here\n"),
        ("sub/.env", "TAG=sub\n"),
    ]);
    let web = "services: {web: {image: 'x:${TAG}', build: .}}\n";
    let model = |arguments: &[&str]| -> Value {
        let mut command = orchcli(&folder, arguments);
        let output = command.args(["--format", "json"]).write_stdin(web).assert().success();
        serde_json::from_slice(&output.get_output().stdout).unwrap()
    };
    let here = folder.path().canonicalize().unwrap();
    let alone = model(&["--file", "-"]);
    assert_eq!((&alone["name"], &alone["services"]["web"]["image"]), (&json!("shop"), &json!("x:here")));
    assert_eq!(alone["services"]["web"]["build"]["context"], *here.to_str().unwrap());
    // As in Compose, the first file that has a folder says what paths count from.
    let both = model(&["--file", "-", "--file", "sub/over.yaml"]);
    assert_eq!((&both["name"], &both["services"]["web"]["image"]), (&json!("sub"), &json!("x:sub")));
    assert_eq!(both["services"]["web"]["volumes"][0]["source"], *here.join("sub/data").to_str().unwrap());
    let mut by_environment = orchcli(&folder, &["--services"]);
    by_environment.env("COMPOSE_FILE", "-").write_stdin(web).assert().success().stdout("web\n");
}

#[test]
fn what_is_wrong_with_standard_input_is_told_with_its_place() {
    let folder = shop(&[]);
    let refused = |arguments: &[&str], text: &str| {
        let ended = orchcli(&folder, arguments).write_stdin(text).assert().stdout("");
        let output = ended.get_output();
        (output.status.code(), String::from_utf8(output.stderr.clone()).unwrap())
    };
    let (code, error) = refused(&["--file", "-"], "services:\n  web: {imge: x}\n");
    let places = "error: the Compose files have an error\n\
                  cause: stdin:2:9: services.web.imge: there is no such key; did you mean image?\n";
    assert_eq!((code, error.as_str()), (Some(5), places));
    let (code, error) = refused(&["--file", "-"], "");
    assert_eq!(code, Some(5));
    assert!(error.ends_with("cause: stdin: there is nothing in the file\n"), "{error}");
    let large = " ".repeat(8 * 1024 * 1024 + 1);
    let (code, error) = refused(&["--file", "-"], &large);
    assert_eq!(code, Some(5));
    assert!(error.ends_with("cause: stdin: is larger than 8 MiB\n"), "{error}");
    let (code, error) = refused(&["--file", "-", "--file", "-"], "services: {}\n");
    let twice = "error: --file - is given twice, and standard input holds one file\n\
                 hint: name one of them by its path; several documents in one file are parted by ---\n";
    assert_eq!((code, error.as_str()), (Some(2), twice));
}

#[test]
fn exec_does_not_hand_on_what_the_compose_file_comes_through() {
    let folder = shop(&[]);
    let mut command = Command::cargo_bin("orchcli").unwrap();
    command.current_dir(folder.path()).env_clear().args(["exec", "--file", "-", "web", "cat"]);
    let error = "error: the command would read standard input, and --file - reads it\n\
                 hint: add -i=false, or name the Compose file by its path\n";
    command.write_stdin("services: {web: {image: x}}").assert().code(2).stdout("").stderr(error);
}
