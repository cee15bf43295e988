//! What is written down in the tree and also known to the program: completions, and the tables of the README.

use std::fmt::Write as _;

use assert_cmd::Command;
use orchcli::cli::exit::ExitCode;
use orchcli::settings::key;

#[test]
fn completions_are_what_the_program_prints() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let told = Command::cargo_bin("orchcli").unwrap().args(["completions", shell]).assert().success();
        let printed = String::from_utf8_lossy(&told.get_output().stdout).into_owned();
        let file = format!("completions/orchcli.{shell}");
        let kept =
            std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap_or_default();
        assert!(kept == printed, "{file} is stale: cargo run -- completions {shell} >{file}");
    }
}

#[test]
fn the_readme_lists_every_setting_with_its_default() {
    let mut table = "| setting | default | what it is |\n|---|---|---|\n".to_owned();
    for key in key::ALL {
        let default = key.default.filter(|default| !default.is_empty()).map(|default| format!("`{default}`"));
        let _ = writeln!(table, "| `{}` | {} | {} |", key.name, default.unwrap_or_default(), key.about);
    }
    readme_holds(&table);
}

#[test]
fn the_readme_lists_every_exit_code() {
    let mut table = "| code | name | when |\n|---|---|---|\n".to_owned();
    for exit in ExitCode::ALL {
        let (symbol, meaning) = exit.meaning();
        let _ = writeln!(table, "| {} | {symbol} | {meaning} |", exit.code());
    }
    readme_holds(&table);
}

#[track_caller]
fn readme_holds(table: &str) {
    assert!(include_str!("../README.md").contains(table), "README.md should hold this table:\n\n{table}");
}
