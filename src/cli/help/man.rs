//! The man pages: one for each command, the exit codes on the first.

use std::fs;
use std::io;
use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use serde_json::json;

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::plan;

/// Writes those of `definition` into a folder, or tells that it would.
pub fn write(folder: &Path, definition: Command, dry_run: bool, output: &Output) -> Result<(), Ended> {
    let failed = |error: io::Error| {
        let message = format!("the man pages cannot be written into {}", folder.display());
        Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
    };
    let pages = pages(definition).map_err(failed)?;
    let place = folder.display().to_string();
    if dry_run {
        let action = if folder.is_dir() { "change" } else { "create" };
        return plan::show("man", action, &place, &format!("{} man pages", pages.len()), output);
    }
    fs::create_dir_all(folder).map_err(failed)?;
    let mut paths = Vec::new();
    for (name, page) in pages {
        let path = folder.join(name);
        fs::write(&path, page).map_err(failed)?;
        paths.push(path.display().to_string());
    }
    let text = format!("{} man pages are written to {place}\n", paths.len());
    output.result("ManPages", json!({"folder": place, "paths": paths}), &text)
}

/// The name of each page and what is in it.
fn pages(definition: Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut command = definition.disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    add(command, &mut pages)?;
    if let Some((_, page)) = pages.first_mut() {
        page.extend(exit_status().into_bytes());
    }
    Ok(pages)
}

fn add(command: Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let below: Vec<Command> =
        command.get_subcommands().filter(|below| !below.is_hide_set()).cloned().collect();
    let page = Man::new(command);
    let mut text = Vec::new();
    page.render(&mut text)?;
    pages.push((page.get_filename(), text));
    below.into_iter().try_for_each(|below| add(below, pages))
}

fn exit_status() -> String {
    let line = |exit: ExitCode| {
        let (symbol, meaning) = exit.meaning();
        format!(".TP\n{} ({symbol})\n{meaning}\n", exit.code())
    };
    let lines: String = ExitCode::ALL.into_iter().map(line).collect();
    format!(".SH \"EXIT STATUS\"\n{lines}")
}
