//! What the commands about files of this machine show, in the forms that `golden_commands` does not hold: edits, dry runs,
//! scripts, schemas, models, manifests, and what is left of the stack's commands without an engine (cli.md 3).
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "support/golden.rs"]
mod golden;
#[path = "support/user.rs"]
mod user;

use std::process::Command;

use serde_json::json;
use user::User;

const DOCUMENTS: [&str; 4] = ["text", "json", "yaml", "ndjson"];
const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

/// A user with a project, what the old program knew, and editors that write a line, a wrong line, or nothing.
fn shop() -> User {
    let user = User::new();
    user.write("shop/orchcli.yaml", "name: shop\n");
    user.write(
        "shop/compose.yaml",
        "services:\n  web: {image: '${IMAGE:-nginx:1}', volumes: ['data:/data'], profiles: [front]}\nvolumes: {data: }\n",
    );
    user.write(
        "shop/graph.json",
        r#"{"nodes": [{"id": "a", "type": "configmap", "data": {"data": {"k": "v"}}}]}"#,
    );
    user.write(
        "shop/wrong.json",
        r#"{"nodes": [{"id": "web", "type": "deployment", "data": {"name": "web"}}]}"#,
    );
    user.write("mill/orchcli.yaml", "nmae: mill\nservices: {core: {port: no}}\n");
    user.write("shop/note", "#!/bin/sh\necho '# a note' >>\"$1\"\n");
    user.write("shop/right", "#!/bin/sh\nsed -i '/prot/d' \"$1\"; echo '# right' >>\"$1\"\n");
    user.write("shop/wrong", "#!/bin/sh\ngrep -q prot \"$1\" || echo 'prot: 1' >>\"$1\"\n");
    let root = user.home().join("shop");
    let gone = user.home().join("gone");
    user.write(
        ".config/orchcli/config.json",
        &json!({"version": 1, "projects": {gone.to_str().unwrap(): {"path": gone, "name": "gone"}}})
            .to_string(),
    );
    let old = json!({"projects": {root.to_str().unwrap(): {"path": root, "mode": "production"}}});
    user.write(".orchcli/orchcli-config.json", &old.to_string());
    user
}

/// `orchcli` of this user with an editor of that name.
fn command(user: &User, editor: &str) -> Command {
    let mut command = user.orchcli("shop", &[]);
    command.env("LANG", "C.UTF-8").env("PATH", "/usr/bin:/bin").env("EDITOR", editor);
    command
}

#[test]
fn every_command_shows_so() {
    let table: [(&str, &str, &[&str]); 34] = [
        ("config-edit-dry-run", "config edit --dry-run", &DOCUMENTS),
        ("config-edit", "config edit", &DOCUMENTS),
        ("config-edit-same", "config edit", &["text", "json"]),
        ("config-edit-refused", "config edit", &["text", "json", "ndjson"]),
        ("config-edit-user-refused", "config edit --scope user", &["text", "json"]),
        ("config-edit-kept", "config edit", &["text"]),
        ("config-edit-ended", "config edit", &["text", "json"]),
        ("config-use-dry-run", "config use . --dry-run", &["text", "json"]),
        ("config-prune-dry-run", "config projects --prune --dry-run", &["text", "json"]),
        ("config-migrate-some-dry-run", "config migrate --dry-run", &["text", "json"]),
        ("config-migrate-some", "config migrate", &["json", "text"]),
        ("config-remove-dry-run", "config remove shop --dry-run", &["text", "json"]),
        ("config-prune", "config projects --prune", &["text", "json"]),
        ("config-remove-twice", "config remove shop", &["text", "json"]),
        ("config-validate-refused", "-C ../mill config validate", &["text", "json", "ndjson"]),
        ("config-schema", "config schema", &["text"]),
        ("config-schema-user", "config schema user", &["text"]),
        (
            "config-compose-images",
            "--file compose.yaml --profile front config compose --images",
            &["text", "json"],
        ),
        (
            "config-compose-volumes",
            "--file compose.yaml --profile front config compose --volumes",
            &["text", "json"],
        ),
        ("config-compose-profiles", "--file compose.yaml config compose --profiles", &["text", "json"]),
        (
            "config-compose-format",
            "--file compose.yaml --profile front config compose --format json",
            &["text", "json"],
        ),
        (
            "config-compose-raw",
            "--file compose.yaml --profile front config compose --no-interpolate",
            &["text", "json"],
        ),
        ("completions-install-dry-run", "completions --install zsh --dry-run", &["text", "json"]),
        ("completions-install", "completions --install zsh", &DOCUMENTS),
        ("help-man-dry-run", "help --man man --dry-run", &["text", "json"]),
        ("help-man", "help --man man", &["text", "json"]),
        ("render", "render graph.json", &["text", "json", "yaml", "ndjson"]),
        ("render-refused", "render wrong.json", &["text", "json"]),
        ("serve-check", "serve --check --data-dir data", &DOCUMENTS),
        ("serve-check-refused", "serve --check --release --data-dir data", &["text", "json"]),
        ("serve-print-config", "serve --print-config --host ::1 --data-dir data", &["json"]),
        ("status-alone", "--file compose.yaml --profile front status", &["text", "json"]),
        ("status-services-alone", "--file compose.yaml --profile front status --services", &["text", "json"]),
        ("exec-alone", "--file compose.yaml --profile front exec web ls", &["text", "json", "ndjson"]),
    ];
    let user = shop();
    let hide = [(user.home().display().to_string(), "~")];
    let shown: Vec<(String, String)> = table
        .into_iter()
        .map(|(name, arguments, forms)| {
            let editor = match name {
                "config-edit-same" => "true",
                "config-edit-refused" | "config-edit-user-refused" => "sh ./wrong",
                "config-edit-kept" => "sh ./right",
                "config-edit-ended" => "sh -c 'exit 3'",
                _ => "sh ./note",
            };
            let arguments: Vec<&str> = arguments.split_whitespace().collect();
            (name.to_owned(), golden::shown(&|| command(&user, editor), &arguments, forms, &hide))
        })
        .collect();
    golden::hold("commands", &shown);
}

#[test]
fn what_goes_on_has_no_single_document() {
    let user = shop();
    let hide = [(user.home().display().to_string(), "~")];
    let going_on = ["logs -f", "status --watch", "start", "dev"].map(|line| {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        golden::shown(&|| command(&user, "true"), &arguments, &["json", "yaml"], &hide)
    });
    golden::hold("errors", &[("USAGE-going-on".to_owned(), going_on.concat())]);
}

#[test]
fn every_project_is_told_of_without_an_engine() {
    let user = shop();
    // One that needs no containers but the database's.
    user.write("mill/orchcli.yaml", "name: mill\nservices: {core: {provider: none}, ui: {provider: none}}\n");
    for project in [".", "../mill"] {
        user.run("shop", &["config", "use", project]).text();
    }
    user.run("shop", &["config", "projects", "--prune"]).text();
    let hide = [(user.home().display().to_string(), "~")];
    let shown = [("status-all-alone", "status --all-projects"), ("stop-all-alone", "stop --all")].map(
        |(name, line)| {
            let arguments: Vec<&str> = line.split_whitespace().collect();
            (
                name.to_owned(),
                golden::shown(&|| command(&user, "true"), &arguments, &["text", "json", "ndjson"], &hide),
            )
        },
    );
    golden::hold("commands", &shown);
}

/// What is a document of its own is not put into another (cli.md 2.3).
#[test]
fn scripts_and_schemas_come_as_they_are_in_every_form() {
    let user = shop();
    let bare = |line: &[&str]| {
        let plain = user.run("shop", line).text();
        for form in ["json", "yaml", "ndjson"] {
            assert_eq!(user.run("shop", &[&["-o", form], line].concat()).text(), plain, "{line:?} -o {form}");
        }
    };
    for shell in SHELLS {
        bare(&["completions", shell]);
    }
    bare(&["config", "schema"]);
    bare(&["config", "schema", "user"]);
    bare(&["--file", "compose.yaml", "config", "compose", "--format", "json"]);
    bare(&["--file", "compose.yaml", "config", "compose", "--format", "yaml"]);
}
