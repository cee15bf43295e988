//! Core and the UI as local processes (cli.md 3.2).

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::program::{Build, Program};
use crate::dev::ready::Question;
use crate::dev::tools::Manager;

/// The port that the UI's script uses by itself.
const UI_PORT: u16 = 3001;

/// Why a checkout cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// A file is missing.
    #[error("{} is not there", .0.display())]
    Missing(PathBuf),
    /// `package.json` cannot be read.
    #[error("{} cannot be read: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// It has no script to run.
    #[error("{} has no script dev", .0.display())]
    NoScript(PathBuf),
}

/// Core, built and run by `air`, which watches the sources itself.
pub fn air(
    checkout: &Path,
    air: &Path,
    port: u16,
    environment: Vec<(String, String)>,
) -> Result<Program, Unfit> {
    let command = vec![air.to_string_lossy().into_owned()];
    from_go(checkout, port, environment, command, None)
}

/// Core, built by Go from its checkout into `build`.
pub fn core(
    checkout: &Path,
    build: &Path,
    port: u16,
    environment: Vec<(String, String)>,
) -> Result<Program, Unfit> {
    let suffix = std::env::consts::EXE_SUFFIX;
    let program = build.join(format!("core{suffix}"));
    let product = build.join(format!("core.new{suffix}"));
    let words = ["go", "build", "-o", &product.to_string_lossy(), "."].map(str::to_owned);
    let command = vec![program.to_string_lossy().into_owned()];
    from_go(checkout, port, environment, command, Some(Build { command: words.to_vec(), product, program }))
}

/// A program of core, whose checkout is a module of Go.
fn from_go(
    checkout: &Path,
    port: u16,
    environment: Vec<(String, String)>,
    command: Vec<String>,
    build: Option<Build>,
) -> Result<Program, Unfit> {
    let module = checkout.join("go.mod");
    if !module.is_file() {
        return Err(Unfit::Missing(module));
    }
    Ok(Program {
        service: "core".to_owned(),
        command,
        folder: checkout.to_owned(),
        environment,
        port,
        question: Question::Http { path: "/v1/", below: 300 },
        build,
    })
}

/// The UI, run by the script `dev` of its checkout, which the words of its package manager begin.
pub fn ui(
    checkout: &Path,
    manager: Vec<String>,
    port: u16,
    mut environment: Vec<(String, String)>,
) -> Result<Program, Unfit> {
    let path = checkout.join("package.json");
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Unfit::Missing(path)),
        Err(error) => return Err(Unfit::Unreadable { path, why: error.to_string() }),
    };
    let package: Value = match serde_json::from_slice(&bytes) {
        Ok(package) => package,
        Err(error) => return Err(Unfit::Unreadable { path, why: error.to_string() }),
    };
    if !package["scripts"]["dev"].is_string() {
        return Err(Unfit::NoScript(path));
    }
    let mut command = manager;
    command.extend(["run", "dev"].map(str::to_owned));
    if port != UI_PORT {
        command.extend(Manager::of(checkout).separator().iter().map(|word| (*word).to_owned()));
        command.extend(["--port".to_owned(), port.to_string()]);
    }
    environment.push(("PORT".to_owned(), port.to_string()));
    Ok(Program {
        service: "ui".to_owned(),
        command,
        folder: checkout.to_owned(),
        environment,
        port,
        question: Question::Http { path: "/", below: 500 },
        build: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ui_is_run_by_the_package_manager_of_its_lock_file() {
        let folder = tempfile::tempdir().unwrap();
        let manager = || vec![Manager::of(folder.path()).program().to_owned()];
        let ui =
            |port| ui(folder.path(), manager(), port, Vec::new()).map(|program| program.command.join(" "));
        assert!(matches!(ui(3001), Err(Unfit::Missing(_))));
        fs::write(folder.path().join("package.json"), "{").unwrap();
        assert!(matches!(ui(3001), Err(Unfit::Unreadable { .. })));
        fs::write(folder.path().join("package.json"), "{}").unwrap();
        assert!(matches!(ui(3001), Err(Unfit::NoScript(_))));
        fs::write(folder.path().join("package.json"), r#"{"scripts":{"dev":"next dev"}}"#).unwrap();
        assert_eq!(ui(3001).unwrap(), "npm run dev");
        assert_eq!(ui(4001).unwrap(), "npm run dev -- --port 4001");
        fs::write(folder.path().join("pnpm-lock.yaml"), "").unwrap();
        assert_eq!(ui(4001).unwrap(), "pnpm run dev --port 4001");
    }
}
