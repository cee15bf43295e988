//! The tables of the README say what the program knows.

use std::fmt::Write as _;

use orchcli::cli::exit::ExitCode;
use orchcli::settings::key;

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
