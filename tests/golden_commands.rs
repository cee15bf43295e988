//! What commands that need no engine show when all is well, in each of their forms (cli.md 2.3, 3).
#![allow(clippy::unwrap_used)]

#[path = "support/golden.rs"]
mod golden;
#[path = "support/user.rs"]
mod user;

use user::User;

const DOCUMENTS: [&str; 4] = ["text", "json", "yaml", "ndjson"];
const BARE: [&str; 1] = ["text"];

/// A user with a project and a Compose file in it.
fn shop() -> User {
    let user = User::new();
    user.write("shop/orchcli.yaml", "name: shop\nservices:\n  core: {port: 3100}\n");
    user.write(
        "shop/compose.yaml",
        "services:\n  web:\n    image: nginx:1\n    ports: ['8080:80']\n    environment: {TOKEN: hidden}\n",
    );
    user.write("shop/ui/package.json", "{\"name\": \"ui\", \"scripts\": {\"dev\": \"node .\"}}\n");
    user.write("shop/ui/package-lock.json", "{}\n");
    user
}

#[test]
fn every_command_shows_so() {
    let table: [(&str, &str, &[&str]); 20] = [
        ("version", "version", &DOCUMENTS),
        ("help", "help ci", &BARE),
        ("completions", "completions --print-path fish", &DOCUMENTS),
        ("config-path", "config path", &DOCUMENTS),
        ("config-list", "config list --show-origin", &["text", "json"]),
        ("config-get", "config get services.core.port", &DOCUMENTS),
        ("config-set", "config set services.ui.port 3201", &BARE),
        ("config-set-json", "config set services.ui.port 3202", &["json"]),
        ("config-unset", "config unset services.ui.port", &["json", "text"]),
        ("config-set-dry-run", "config set bind 0.0.0.0 --dry-run", &DOCUMENTS),
        ("config-validate", "config validate", &DOCUMENTS),
        ("config-use", "config use shop", &DOCUMENTS),
        ("config-projects", "config projects", &DOCUMENTS),
        ("config-compose", "--file compose.yaml config compose", &["text", "json", "ndjson"]),
        ("config-compose-services", "--file compose.yaml config compose --services", &["text", "json"]),
        ("config-compose-hash", "--file compose.yaml config compose --hash", &BARE),
        ("config-migrate", "config migrate --dry-run", &["text", "json"]),
        ("config-remove", "config remove shop", &["json"]),
        ("debug", "debug --check project.found,project.registered,project.lock", &DOCUMENTS),
        ("dev", "dev --frontend-only --core embedded --dry-run", &DOCUMENTS),
    ];
    let user = shop();
    let root = user.home().join("shop").display().to_string();
    let entry = serde_json::json!({"path": root, "name": "shop"});
    user.write(
        ".config/orchcli/config.json",
        &serde_json::json!({"version": 1, "projects": {root: entry}}).to_string(),
    );
    let mut hide = vec![(user.home().display().to_string(), "~")];
    hide.extend(golden::build(&user.run("", &["version", "-o", "json"]).json()));
    let shown: Vec<(String, String)> = table
        .into_iter()
        .map(|(name, arguments, forms)| {
            let arguments: Vec<&str> = arguments.split_whitespace().collect();
            let command = || {
                let mut command = user.orchcli("shop", &[]);
                command.env("LANG", "C.UTF-8").env("PATH", "/usr/bin:/bin");
                command
            };
            (name.to_owned(), golden::shown(&command, &arguments, forms, &hide))
        })
        .collect();
    golden::hold("commands", &shown);
}
