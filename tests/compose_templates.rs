//! The Compose files we make: what they mean in each mode, and what becomes of them when somebody edits them
//! (cli.md 4.5, 5.4).
#![allow(clippy::unwrap_used)]

#[path = "support/templates.rs"]
mod templates;
#[path = "support/user.rs"]
mod user;

use std::fs;

use orchcli::dev::project::generated::Outcome;
use orchcli::dev::settings::Mode;
use serde_json::{Value, json};
use user::User;

/// A project called shop with the files of every mode.
fn shop(mode: Mode, settings: &str) -> User {
    let user = User::new();
    user.write("shop/orchcli.yaml", settings);
    templates::check_out(&user.home().join("shop"), mode);
    templates::write(&user.home().join("shop"), false);
    user
}

fn model(user: &User, more: &[&str]) -> Value {
    user.run("shop", &[&["config", "compose", "--format", "json"], more].concat()).json()
}

#[test]
fn every_mode_has_its_services_its_names_and_no_version() {
    for (mode, services) in [
        (Mode::Production, vec!["mongodb", "core", "ui"]),
        (Mode::Development, vec!["mongodb"]),
        (Mode::UiDev, vec!["mongodb", "core"]),
        (Mode::CoreDev, vec!["mongodb", "core", "ui"]),
    ] {
        let user = shop(mode, "");
        let model = model(&user, &[]);
        assert_eq!(model["services"].as_object().unwrap().keys().collect::<Vec<_>>(), services, "{mode}");
        assert_eq!(model["name"], "shop");
        assert_eq!(model["networks"], json!({"default": {"name": "shop_default", "ipam": {}}}), "{mode}");
        assert_eq!(model["volumes"]["mongodb_data"]["name"], "shop_mongodb_data", "shared by all modes");
        for service in model["services"].as_object().unwrap().values() {
            assert_eq!(service["container_name"], Value::Null);
            assert_eq!(service["ports"][0]["host_ip"], "127.0.0.1");
            assert_eq!(service["healthcheck"]["start_interval"], Value::Null);
        }
    }
}

#[test]
fn core_and_the_ui_are_told_where_each_other_is() {
    let user = shop(Mode::Production, "services: {core: {port: 3100}, ui: {port: 3101}}\n");
    let model = model(&user, &[]);
    let core = &model["services"]["core"];
    assert_eq!(
        core["ports"][0],
        json!({"mode": "ingress", "host_ip": "127.0.0.1", "target": 3000, "published": "3100", "protocol": "tcp"})
    );
    for (name, value) in [
        ("KUBEORCH_MONGO_URI", "mongodb://mongodb:27017/kubeorchestra"),
        ("MONGO_URI", "mongodb://mongodb:27017/kubeorchestra"),
        ("KUBEORCH_BASE_URL", "http://localhost:3100"),
        ("KUBEORCH_FRONTEND_URL", "http://localhost:3101"),
        ("KUBEORCH_CORS_ALLOWED_ORIGINS", "http://localhost:3101"),
    ] {
        assert_eq!(core["environment"][name], value);
    }
    assert_eq!(
        core["depends_on"]["mongodb"],
        json!({"condition": "service_healthy", "restart": true, "required": true})
    );
    let ui = &model["services"]["ui"];
    assert_eq!(ui["environment"]["NEXT_PUBLIC_API_URL"], "http://localhost:3100/v1/api");
    // The gateway has the port of the UI.
    assert_eq!((&ui["environment"]["PORT"], &ui["ports"][0]["published"]), (&json!("3001"), &json!("13101")));
    assert_eq!(ui["depends_on"]["core"]["condition"], "service_healthy");
}

#[test]
fn the_keys_are_in_the_containers_and_never_shown() {
    let user = shop(Mode::Production, "");
    let keys = fs::read_to_string(user.home().join("shop/.orchcli/secrets.env")).unwrap();
    let key = keys.lines().find_map(|line| line.strip_prefix("KUBEORCH_JWT_SECRET=")).unwrap();
    let text = user.run("shop", &["config", "compose"]).text();
    assert!(
        text.contains("KUBEORCH_JWT_SECRET: '***'") || text.contains("KUBEORCH_JWT_SECRET: \"***\""),
        "{text}"
    );
    assert!(!text.contains(key));
    for mode in Mode::ALL {
        let file = fs::read_to_string(user.home().join("shop/docker").join(mode.file())).unwrap();
        assert!(!file.contains(key), "{mode}");
    }
}

#[test]
fn images_ports_and_addresses_come_from_the_environment_before_the_file() {
    let user = shop(
        Mode::Production,
        "bind: 0.0.0.0\nservices:\n  core: {image: example.com/core, tag: v1, port: 3100, environment: {EXTRA: \"a $b\"}}\n  mongodb: {publish: false}\n",
    );
    let before = model(&user, &[]);
    assert_eq!(before["services"]["core"]["image"], "example.com/core:v1");
    assert_eq!(before["services"]["core"]["environment"]["EXTRA"], "a $$b", "it can be loaded again");
    assert_eq!(before["services"]["core"]["ports"][0]["host_ip"], "0.0.0.0");
    assert_eq!(before["services"]["mongodb"]["ports"], Value::Null);
    assert_eq!(before["services"]["ui"]["image"], "ghcr.io/kubeorch/ui:latest");
    user.write("shop/.env", "ORCHCLI_PORT_CORE=3200\nORCHCLI_TAG_UI=v2\n");
    let between = model(&user, &[]);
    assert_eq!(between["services"]["core"]["ports"][0]["published"], "3200");
    assert_eq!(between["services"]["ui"]["image"], "ghcr.io/kubeorch/ui:v2");
    let mut command = user.orchcli("shop", &["config", "compose", "--format", "json"]);
    command.env("ORCHCLI_IMAGE_CORE", "core@sha256:00").env("ORCHCLI_BIND", "::1");
    let after: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    assert_eq!(after["services"]["core"]["image"], "core@sha256:00");
    assert_eq!(after["services"]["core"]["ports"][0]["host_ip"], "::1");
}

#[test]
fn ports_that_were_chosen_before_are_used_again() {
    let user = shop(Mode::Production, "services: {core: {port: 3100}}\n");
    user.write("shop/.orchcli/state.json", "{\"ports\": {\"core\": 3105}, \"runs\": []}");
    let model = model(&user, &[]);
    assert_eq!(model["services"]["core"]["ports"][0]["published"], "3105");
    assert_eq!(model["services"]["ui"]["environment"]["NEXT_PUBLIC_API_URL"], "http://localhost:3105/v1/api");
}

#[test]
fn core_from_its_checkout_is_built_by_the_go_it_asks_for() {
    let user = shop(Mode::CoreDev, "");
    user.write("shop/core/go.mod", "module core\n\ngo 1.25.1\n");
    let model = model(&user, &[]);
    let core = &model["services"]["core"];
    assert_eq!(core["image"], "golang:1.25.1");
    let source = user.home().join("shop/core");
    assert_eq!(core["volumes"][0]["source"], "~/shop/core");
    assert_eq!(model["volumes"]["go_mod"]["name"], "shop_go_mod");
    if cfg!(target_os = "linux") {
        use std::os::unix::fs::MetadataExt;
        let owner = fs::metadata(&source).unwrap();
        assert_eq!(core["user"], format!("{}:{}", owner.uid(), owner.gid()));
    }
}

#[test]
fn what_no_container_provides_is_left_out_with_who_depends_on_it() {
    let user = shop(Mode::Production, "services: {core: {provider: embedded}, ui: {provider: image}}\n");
    let model = model(&user, &[]);
    let services = model["services"].as_object().unwrap();
    // Core within orchcli keeps what it knows in its own store.
    assert_eq!(services.keys().collect::<Vec<_>>(), ["ui"]);
    assert_eq!(services["ui"]["depends_on"], Value::Null);
}

#[test]
fn a_mode_without_its_checkouts_goes_on_as_what_is_there() {
    let user = shop(Mode::CoreDev, "mode: full\n");
    let said = user.run("shop", &["config", "compose", "--services"]);
    assert_eq!(
        said.err,
        "warning: the mode development needs ~/shop/ui for ui, and it is not there: goes on as core-dev\n"
    );
    assert_eq!(said.text(), "mongodb\ncore\nui\n");
    user.write("shop/orchcli.yaml", "mode: production\n");
    assert_eq!(model(&user, &[])["services"]["core"]["image"], "ghcr.io/kubeorch/core:latest");
    user.write("shop/orchcli.yaml", "services: {core: {provider: image}}\n");
    assert_eq!(model(&user, &[])["services"]["core"]["image"], "ghcr.io/kubeorch/core:latest");
}

#[test]
fn without_the_files_reading_commands_foresee_them_and_write_nothing() {
    let user = User::new();
    user.write("shop/orchcli.yaml", "");
    assert_eq!(user.run("shop", &["config", "compose", "--services"]).text(), "mongodb\ncore\nui\n");
    assert_eq!(fs::read_dir(user.home().join("shop")).unwrap().count(), 1);
}

#[test]
fn an_edited_file_is_left_alone_and_used() {
    let user = shop(Mode::Production, "");
    let root = user.home().join("shop");
    let path = root.join("docker/docker-compose.prod.yml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# orchcli "), "{text}");
    fs::write(&path, text.replace("restart: unless-stopped", "restart: always")).unwrap();
    user.write("shop/orchcli.yaml", "name: other\n");
    let outcomes: Vec<Outcome> =
        templates::write(&root, false).into_iter().map(|(_, outcome)| outcome).collect();
    let new = root.join("docker/docker-compose.prod.yml.new");
    assert_eq!(
        outcomes,
        [Outcome::Edited { new: new.clone() }, Outcome::Written, Outcome::Written, Outcome::Written]
    );
    assert!(fs::read_to_string(&new).unwrap().contains("name: other"));
    let now = model(&user, &[]);
    assert_eq!((&now["services"]["core"]["restart"], &now["name"]), (&json!("always"), &json!("other")));
    let old = root.join("docker/docker-compose.prod.yml.bak");
    assert_eq!(templates::write(&root, true)[0].1, Outcome::Overwritten { old });
    assert_eq!(model(&user, &[])["services"]["core"]["restart"], "unless-stopped");
}

#[test]
fn an_edit_that_cannot_be_started_is_a_conflict_with_a_way_out() {
    let user = shop(Mode::Production, "");
    let path = user.home().join("shop/docker/docker-compose.prod.yml");
    let made = fs::read_to_string(&path).unwrap();
    fs::write(&path, made.replace("    restart: unless-stopped\n", "    restrat: always\n")).unwrap();
    for arguments in [&["start", "-d"][..], &["start", "-d", "--dry-run"], &["restart"], &["init"]] {
        let error = refused(&user, arguments, 6);
        assert_eq!(error["code"], "FILE_EDITED", "{arguments:?}: {error}");
        assert!(error["causes"][0].as_str().unwrap().contains("restrat"), "{arguments:?}: {error}");
        assert!(error["hint"].as_str().unwrap().contains("orchcli init --force"), "{arguments:?}: {error}");
    }
    assert_eq!(refused(&user, &["config", "compose"], 5)["code"], "COMPOSE_INVALID", "it is about the files");
    assert_ne!(refused(&user, &["init", "--force"], 4)["code"], "FILE_EDITED", "it would be written");
}

#[test]
fn a_service_that_was_taken_out_cannot_be_started_and_the_others_can() {
    let user = shop(Mode::Production, "");
    let path = user.home().join("shop/docker/docker-compose.prod.yml");
    fs::write(&path, "services: {mongodb: {image: mongo}, core: {image: core}}\n").unwrap();
    let error = refused(&user, &["start", "-d", "ui"], 6);
    assert_eq!(error["code"], "FILE_EDITED", "{error}");
    assert!(error["message"].as_str().unwrap().ends_with("has no service ui any more"), "{error}");
    let error = refused(&user, &["start", "-d", "iu"], 2);
    let told = (&error["code"], &error["hint"]);
    assert_eq!(told, (&"SERVICE_UNKNOWN".into(), &"the services are core, mongodb".into()));
    assert_eq!(refused(&user, &["start", "-d", "mongo"], 2)["hint"], "did you mean mongodb?");
    let code = refused(&user, &["start", "-d"], 4)["code"].clone();
    assert_eq!(code, "ENGINE_UNREACHABLE", "the file is used as it is");
}

/// The error of a command that ends with this code.
fn refused(user: &User, arguments: &[&str], code: i32) -> Value {
    let said = user.run("shop", &[arguments, &["-o", "json"]].concat());
    assert_eq!(said.code, Some(code), "{arguments:?}: {}{}", said.out, said.err);
    serde_json::from_str::<Value>(&said.out).unwrap()["error"].clone()
}
